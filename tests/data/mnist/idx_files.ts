/**
 * Small IDX files, folders that hold them and servers that send them, for the tests beside this file.
 *
 * @module
 */
import { sha256Hex } from "../../../lib/data/mnist/download.ts";
import type { Manifest } from "../../../lib/data/mnist/manifest.ts";

export type Files = Record<string, Uint8Array<ArrayBuffer>>;

/** An IDX file of bytes; the values count up from `first`, modulo `modulo`. */
export function idxFile(shape: number[], options: { first?: number; modulo?: number } = {}): Uint8Array<ArrayBuffer> {
  const { first = 0, modulo = 256 } = options;
  const count = shape.reduce((a, b) => a * b, 1);
  const bytes = new Uint8Array(4 + 4 * shape.length + count);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + shape.length);
  shape.forEach((length, axis) => view.setUint32(4 + 4 * axis, length));
  bytes.set(Array.from({ length: count }, (_, i) => (first + i) % modulo), 4 + 4 * shape.length);
  return bytes;
}

/** An IDX file of another type (`code` as the format has it) whose values are given as bytes, big-endian. */
export function idxFileOf(code: number, shape: number[], values: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  bytes.set([0, 0, code, shape.length]);
  shape.forEach((length, axis) => new DataView(bytes.buffer).setUint32(4 + 4 * axis, length));
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

/** An IDX file of 32-bit integers. */
export function idxFileOfIntegers(shape: number[], values: number[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setInt32(4 * i, value));
  return idxFileOf(0x0c, shape, new Uint8Array(view.buffer));
}

export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();
}

/** Seven training and three test images of 3 by 2 pixels with labels 0 to 2, under MNIST's names without `.gz`. */
export const SMALL: Files = {
  "train-images-idx3-ubyte": idxFile([7, 3, 2]),
  "train-labels-idx1-ubyte": idxFile([7], { modulo: 3 }),
  "t10k-images-idx3-ubyte": idxFile([3, 3, 2], { first: 100 }),
  "t10k-labels-idx1-ubyte": idxFile([3], { modulo: 3 }),
};

/** {@linkcode SMALL}, gzipped. */
export const SMALL_GZ: Files = Object.fromEntries(
  await Promise.all(Object.entries(SMALL).map(async ([name, bytes]) => [`${name}.gz`, await gzip(bytes)])),
);

/** A manifest in which the small files are the official ones. */
export async function smallManifest(mirrors: string[] = []): Promise<Manifest> {
  const all = Object.entries({ ...SMALL, ...SMALL_GZ });
  return { mirrors, files: Object.fromEntries(await Promise.all(all.map(async ([n, b]) => [n, await sha256Hex(b)]))) };
}

/** Runs a test with a folder that holds `files`, and removes it. */
export async function withFolder(files: Files, test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${dir}/${name}`, bytes);
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Runs a test with a server at `base`, `http://127.0.0.1:<port>/`, and stops it. */
export async function withServer(
  answer: (file: string, request: Request) => Response | Promise<Response>,
  test: (base: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => answer(new URL(request.url).pathname.slice(1), request),
  );
  try {
    await test(`http://127.0.0.1:${server.addr.port}/`);
  } finally {
    await server.shutdown();
  }
}

/** A good mirror of `files`. */
export function mirrorOf(files: Files): (file: string) => Response {
  return (file) => file in files ? new Response(files[file]) : new Response("none", { status: 404 });
}

/** Sends `bytes` and then nothing more, without an end. */
export function stalling(bytes: Uint8Array<ArrayBuffer> = new Uint8Array()): Response {
  return new Response(
    new ReadableStream({
      start(controller) {
        if (bytes.length > 0) controller.enqueue(bytes);
      },
    }),
  );
}

/** The address of a mirror that is down. */
export function deadMirror(): string {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return `http://127.0.0.1:${listener.addr.port}/`;
}
