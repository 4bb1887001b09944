/**
 * From the kernels' source to the WebAssembly files beside it, by AssemblyScript: `deno task kernels` after each
 * change.
 *
 * The one file that needs the compiler, a tool of 100 MB that is needed to change a kernel, and by the test that
 * compares the files with the source. Nothing imports it when the program runs.
 *
 * @module
 */
// deno-lint-ignore no-import-prefix -- in the import map it would be fetched by everybody
import { createMemoryStream, main } from "npm:assemblyscript@0.28.20/asc";
import { assemblyScriptStructs } from "./assemblyscript_structs.ts";
import { KERNEL_FILES, type KernelVariant, PRODUCT_FILES } from "./load_kernels.ts";
import { productBytes } from "./products/products_module.ts";

/** Folders of AssemblyScript, below this file's. */
const FOLDERS = ["kernels", "layered/kernels", "dictionary/kernels"];
const ENTRY = "kernels/entry.ts";
/** The structs that kernels share with the host, written from the host's tables. */
const STRUCTS = new URL("./kernels/kernel_structs.ts", import.meta.url);

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
 * Compiles the kernels.
 *
 * @param options.entry Source of the module that says what is exported, in place of `kernels/entry.ts`.
 * @throws {Error} The source has a mistake; the message is the compiler's.
 */
export async function compileKernels(
  { isShared, isRelaxed, entry }: KernelVariant & { entry?: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const flags = [...FLAGS, ...(isShared ? SHARED_FLAGS : []), ...(isRelaxed ? RELAXED_FLAGS : [])];
  const sources = await readSources();
  if (entry !== undefined) sources.set(ENTRY, entry);
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

/** Source by path. */
async function readSources(): Promise<Map<string, string>> {
  const sources = new Map<string, string>();
  for (const folder of FOLDERS) {
    const url = new URL(`./${folder}/`, import.meta.url);
    for await (const { name } of Deno.readDir(url)) {
      if (name.endsWith(".ts")) sources.set(`${folder}/${name}`, await Deno.readTextFile(new URL(name, url)));
    }
  }
  return sources;
}

const HELP = `Compile the CPU engine's kernels, lib/engine/cpu/**/kernels/*.ts, after a change of their source.

Usage  deno task kernels

Writes the structs of lib/engine/structs.ts as lib/engine/cpu/kernels/kernel_structs.ts, and the WebAssembly files of
lib/engine/cpu/compiled/ anew. Takes no flags.`;

if (import.meta.main) {
  if (Deno.args.length > 0) {
    console.log(HELP);
    Deno.exit(["--help", "-h"].includes(Deno.args[0]) ? 0 : 2);
  }
  await Deno.writeTextFile(STRUCTS, assemblyScriptStructs());
  for (const { url, ...variant } of KERNEL_FILES) {
    const bytes = await compileKernels(variant);
    await Deno.writeFile(url, bytes);
    console.log(`${url.pathname}: ${bytes.length} bytes`);
  }
  for (const { url, ...options } of PRODUCT_FILES) await Deno.writeFile(url, productBytes(options).bytes);
}
