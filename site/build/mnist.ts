/**
 * The file of MNIST for the live page, made from the four files in a folder.
 *
 * Takes a folder for MNIST by the program's own rule: three of the four files, unpacked, are the official ones. Which
 * folder it is, is the caller's to say.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { MNIST } from "../../lib/data/mnist/manifest.ts";
import { UserError } from "../../lib/errors.ts";
import { parseIdxHeader } from "../../lib/formats/idx.ts";
import { N_PIXELS, SIDE } from "../src/live/draw/strokes.ts";
import { encodeImages, IMAGE_COUNTS } from "../src/live/stored_images.ts";

/** How many of the four files must be official. */
const LEAST_OFFICIAL = 3;

/**
 * The file: gzip of `stored_images.ts`'s format.
 *
 * @param folder Where `train-images-idx3-ubyte` and the other three files are, each with or without `.gz`.
 * @throws {UserError} A file is missing or damaged, or they are not those of MNIST.
 */
export async function mnistFile(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const { train, heldOut } = IMAGE_COUNTS;
  const files = [
    await firstValues(folder, { name: "train-images-idx3-ubyte", count: train, shape: [SIDE, SIDE] }),
    await firstValues(folder, { name: "train-labels-idx1-ubyte", count: train, shape: [] }),
    await firstValues(folder, { name: "t10k-images-idx3-ubyte", count: heldOut, shape: [SIDE, SIDE] }),
    await firstValues(folder, { name: "t10k-labels-idx1-ubyte", count: heldOut, shape: [] }),
  ];
  const nOfficial = files.filter(({ isOfficial }) => isOfficial).length;
  if (nOfficial < LEAST_OFFICIAL) {
    throw refusal(folder, `${nOfficial} of its 4 files are MNIST's`, `at least ${LEAST_OFFICIAL}`);
  }
  const [pixels, labels, heldOutPixels, heldOutLabels] = files.map(({ values }) => values);
  const content = encodeImages({
    train: { pixels, labels },
    heldOut: { pixels: heldOutPixels, labels: heldOutLabels },
  });
  return new Uint8Array(gzipSync(content, { level: 9, memLevel: 9 }));
}

/** The values of a file's first `count` items of a shape, and whether the whole file is the official one. */
async function firstValues(
  folder: string,
  { name, count, shape }: { name: string; count: number; shape: number[] },
): Promise<{ values: Uint8Array<ArrayBuffer>; isOfficial: boolean }> {
  const packed = await readFile(`${folder}/${name}.gz`).catch(() => null);
  const content = packed ? unpacked(packed) : await readFile(`${folder}/${name}`).catch(() => null);
  if (content === null) {
    throw refusal(folder, `${name} ${packed ? "is damaged" : "is not there"}`, "the file of MNIST");
  }
  const header = parseIdxHeader(content, `${folder}/${name}`), [items, ...each] = header.shape;
  if (header.type !== "u8" || `${each}` !== `${shape}` || items < count) {
    throw refusal(folder, `${name} has shape ${header.shape.join("×")}`, `at least ${[count, ...shape].join("×")}`);
  }
  const start = header.headerBytes, length = count * (shape.length > 0 ? N_PIXELS : 1);
  if (content.length < start + length) throw refusal(folder, `${name} is cut off`, "the whole file");
  return {
    values: new Uint8Array(content.subarray(start, start + length)),
    isOfficial: createHash("sha256").update(content).digest("hex") === MNIST.files[name],
  };
}

/** The content of a gzip file; null if it is damaged. */
function unpacked(file: Uint8Array): Uint8Array | null {
  try {
    return gunzipSync(file);
  } catch {
    return null;
  }
}

function refusal(folder: string, now: string, expected: string): UserError {
  return new UserError(`Cannot build the site with MNIST from ${folder}: ${now}, expected ${expected}`);
}
