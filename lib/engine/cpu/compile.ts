/**
 * From the kernels' source to a WebAssembly module: compiled in this process, or taken from a cache.
 *
 * The compiler is AssemblyScript; it is loaded only when the cache has no answer, for it takes a second and 100 MB. Does
 * not run kernels. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Compiled kernels, and what they need. */
export interface Kernels {
  module: WebAssembly.Module;
  /** Whether they import a shared memory, and so can run on several threads. */
  isShared: boolean;
  /** Whether they use `f32x4.relaxed_madd`, a multiply-add in one instruction. */
  isRelaxed: boolean;
}

/** Keeps compiled kernels between processes, by a key that changes with the source. */
export interface KernelCache {
  read(key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  write(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** The version of AssemblyScript in `deno.json`. */
export const ASSEMBLYSCRIPT_VERSION = "0.28.20";

const ENTRY = "index.ts";
const SOURCES = [
  ENTRY,
  ...[
    "adam",
    "backward",
    "barrier",
    "dictionary",
    "dictionary_layout",
    "dictionary_rows",
    "dictionary_update",
    "encode",
    "encode_sparse",
    "forward",
    "images",
    "layout",
    "lists",
    "multiply",
    "pairs",
    "penalty",
    "rendezvous",
    "select",
    "sparse",
    "update",
    "vector",
  ]
    .map((name) => `${name}.ts`),
];

/** -O2, since -O3 reorders the products until V8 runs out of registers (20 % slower). */
const FLAGS = [
  "-O2",
  "--runtime",
  "stub",
  "--noAssert",
  "--enable",
  "simd,threads",
  "--importMemory",
  "--initialMemory",
  "1",
];
const SHARED_FLAGS = ["--sharedMemory", "--maximumMemory", "65536"];
const RELAXED_FLAGS = ["--enable", "relaxed-simd"];

/**
 * The kernels for this machine.
 *
 * @param options.cache Where compiled kernels are kept; without one they are compiled each time.
 * @param options.isShared For several threads; by default where SharedArrayBuffer is there.
 * @param options.isRelaxed By default where the engine under us knows relaxed SIMD.
 */
export async function loadKernels(
  options: { cache?: KernelCache; isShared?: boolean; isRelaxed?: boolean } = {},
): Promise<Kernels> {
  const { cache, isShared = typeof SharedArrayBuffer !== "undefined", isRelaxed = hasRelaxedSimd() } = options;
  const flags = [...FLAGS, ...(isShared ? SHARED_FLAGS : []), ...(isRelaxed ? RELAXED_FLAGS : [])];
  const sources = await readSources();
  const key = await digest(JSON.stringify([ASSEMBLYSCRIPT_VERSION, flags, [...sources]]));
  let bytes = await cache?.read(key);
  if (!bytes) {
    bytes = await compile(sources, flags);
    await cache?.write(key, bytes);
  }
  return { module: await WebAssembly.compile(bytes), isShared, isRelaxed };
}

/** Source by file name. */
async function readSources(): Promise<Map<string, string>> {
  const read = async (name: string): Promise<[string, string]> => {
    const response = await fetch(new URL(`./kernels/${name}`, import.meta.url));
    return [name, await response.text()];
  };
  return new Map(await Promise.all(SOURCES.map(read)));
}

/** @throws {Error} The source has a mistake; the message is the compiler's. */
async function compile(sources: Map<string, string>, flags: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const { main, createMemoryStream } = await import("assemblyscript/asc");
  const output = "kernels.wasm";
  let bytes = new Uint8Array();
  const messages = createMemoryStream();
  const { error } = await main([ENTRY, "--outFile", output, ...flags], {
    stdout: messages,
    stderr: messages,
    readFile: (name: string) => sources.get(name) ?? null,
    writeFile: (name: string, contents: string | Uint8Array) => {
      if (name === output) bytes = Uint8Array.from(contents as Uint8Array);
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`Cannot compile the kernels: ${messages}`, { cause: error });
  return bytes;
}

async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether a module with the single function `relaxed_madd(0, 0, 0)` is valid here. */
function hasRelaxedSimd(): boolean {
  const zero = [0xfd, 0x0c, ...new Array(16).fill(0)]; // v128.const
  const body = [0, ...zero, ...zero, ...zero, 0xfd, 0x85, 0x02, 0x1a, 0x0b]; // no locals, relaxed_madd, drop, end
  return WebAssembly.validate(Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    ...[1, 4, 1, 0x60, 0, 0], // one type, () → ()
    ...[3, 2, 1, 0], // one function of it
    ...[10, body.length + 2, 1, body.length, ...body],
  ]));
}
