/**
 * The images of the live page: the program's own digits, MNIST in a small file, and what is said if a file is damaged.
 *
 * @module
 */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { generateDigits } from "../../../lib/data/generated/digits.ts";
import { asBytes } from "../../../lib/pixels.ts";
import { geometricMedian } from "../../../lib/geometric_median.ts";
import { mnistFile } from "../../../site/build/mnist.ts";
import { N_PIXELS } from "../../../site/src/live/draw/strokes.ts";
import {
  DATA_SEED,
  decodeImages,
  decodeMedian,
  encodeImages,
  encodeMedian,
  IMAGE_COUNTS,
} from "../../../site/src/live/stored_images.ts";
import { loadData, shownData } from "../../../site/src/live/worker/data.ts";
import { temporaryFolder } from "../../temporary_folder.ts";

const { train: nTrain, heldOut: nHeldOut } = IMAGE_COUNTS;
const NOWHERE = "http://127.0.0.1:1/median.bin";

/** Some images with classes, of all 256 levels. */
function someImages(count: number, first = 0) {
  const pixels = Uint8Array.from({ length: count * N_PIXELS }, (_, i) => (first + 7 * i + Math.floor(i / 256)) & 255);
  return { pixels, labels: Uint8Array.from({ length: count }, (_, i) => (first + i) % 10) };
}

/** A file as the Worker loads it. */
function addressOf(bytes: Uint8Array<ArrayBuffer>): string {
  return URL.createObjectURL(new Blob([bytes]));
}

Deno.test("the page's digits are those of the program with --limit, and their stored median is exactly the median", async () => {
  // lib/data/load.ts draws all 10,000 test images, of which the page has the first ones.
  const program = generateDigits({ seed: 0, trainCount: nTrain });
  const pixels = asBytes(program.train.pixels);
  const file = encodeMedian(pixels), address = addressOf(file);
  const data = await loadData("digits", { digitsMedian: address, mnist: null });
  URL.revokeObjectURL(address);
  assert.equal(DATA_SEED, 0);
  assert.deepEqual(data.dataset.train.pixels, program.train.pixels);
  assert.deepEqual(data.dataset.train.labels, program.train.labels);
  assert.deepEqual(data.dataset.test.pixels, program.test.pixels.subarray(0, nHeldOut * N_PIXELS));
  assert.deepEqual(data.median, geometricMedian(program.train.pixels, N_PIXELS));
  assert.equal(file.length, 6276);

  const shown = shownData(data);
  assert.equal(shown.summary, "Generated digits: 4\u202f976 to train on, 1\u202f024 held out.");
  assert.deepEqual(shown.samples.map((row) => shown.labels![row]), [0, 1, 2, 3, 4, 5, 6, 7]);
  for (const row of shown.samples) assert.ok(shown.labels!.indexOf(shown.labels![row]) === row);
  assert.deepEqual([shown.count, shown.heldOutCount, shown.heldOut.length], [nTrain, nHeldOut, nHeldOut * N_PIXELS]);
  assert.notEqual(shown.heldOut.buffer, data.dataset.test.pixels.buffer, "it is transferred to the page");
});

Deno.test("a median of other images, of a damaged file or of none is left to be computed", async () => {
  const { pixels } = someImages(5), file = encodeMedian(pixels);
  assert.deepEqual(decodeMedian(file, { pixels }), geometricMedian(pixels, N_PIXELS));
  assert.equal(decodeMedian(file, { pixels: pixels.with(9, pixels[9] ^ 1) as Uint8Array<ArrayBuffer> }), null);
  assert.equal(decodeMedian(file.subarray(0, -1), { pixels }), null);
  assert.equal(decodeMedian(new Uint8Array(), { pixels }), null);
  assert.equal((await loadData("digits", { digitsMedian: NOWHERE, mnist: null })).median, null);
});

Deno.test("images are stored in 16 levels of grey, each the nearest, with labels and the median of what is stored", () => {
  const train = someImages(21), heldOut = someImages(4, 3);
  const file = encodeImages({ train, heldOut });
  assert.equal(file.length, 8 + 784 * 8 + 25 + 25 * 392);
  const stored = decodeImages(file, { name: "file" });
  assert.deepEqual([stored.train.labels, stored.heldOut.labels], [train.labels, heldOut.labels]);
  for (const [part, given] of [[stored.train, train], [stored.heldOut, heldOut]]) {
    assert.equal(part.pixels.length, given.pixels.length);
    part.pixels.forEach((level, i) => {
      assert.equal(level % 17, 0);
      assert.ok(Math.abs(level - given.pixels[i]) <= 8, `${given.pixels[i]} became ${level}`);
    });
  }
  assert.deepEqual(new Set(stored.train.pixels).size, 16);
  assert.deepEqual(stored.median, geometricMedian(stored.train.pixels, N_PIXELS));
});

Deno.test("MNIST's file opens with its classes; damaged, absent or cut off it is refused in one line", async () => {
  const train = someImages(70), heldOut = someImages(30, 5);
  const packed = new Uint8Array(gzipSync(encodeImages({ train, heldOut })));
  const load = async (bytes: Uint8Array<ArrayBuffer>) => {
    const address = addressOf(bytes);
    try {
      return await loadData("mnist", { digitsMedian: NOWHERE, mnist: address });
    } finally {
      URL.revokeObjectURL(address);
    }
  };
  const { dataset, median, summary } = await load(packed);
  assert.match(summary, /^MNIST in 16 grey levels: the first 70 training images .* 30 test images held out\.$/);
  assert.deepEqual([dataset.name, dataset.train.count, dataset.test.count, dataset.classNames.length], [
    ...["mnist", 70, 30, 10],
  ]);
  assert.deepEqual(dataset.test.labels, heldOut.labels);
  assert.deepEqual(median, geometricMedian(dataset.train.pixels, N_PIXELS));

  const damaged = packed.with(packed.length - 6, packed[packed.length - 6] ^ 1) as Uint8Array<ArrayBuffer>;
  const refused: [() => Promise<unknown>, RegExp][] = [
    [() => load(packed.subarray(0, 1000)), /^Cannot read blob:\S+: it is damaged, expected a whole gzip file$/],
    [() => load(damaged), /^Cannot read blob:\S+: it is damaged, expected a whole gzip file$/],
    [() => load(new Uint8Array(100)), /it is damaged, expected a whole gzip file$/],
    [() => load(new Uint8Array(gzipSync(new Uint8Array(9)))), /it has 9 bytes, expected at least 6280$/],
    [() => load(new Uint8Array(gzipSync(new Uint8Array(6281)))), /it has 6281 bytes, expected 6280 for 0 images$/],
    [
      () => loadData("mnist", { digitsMedian: NOWHERE, mnist: NOWHERE }),
      /^Cannot load http:.*: the network does not answer, expected a file of this site$/,
    ],
    [
      () => loadData("mnist", { digitsMedian: NOWHERE, mnist: null }),
      /^Cannot load MNIST: this site was built without it, expected other images$/,
    ],
  ];
  for (const [attempt, message] of refused) {
    await assert.rejects(attempt, (error: Error) => {
      assert.match(error.message, message);
      return error.name === "UserError";
    });
  }
});

const mnistDir = Deno.env.get("SAE_MNIST_DIR");

Deno.test({
  name: "the file of MNIST has at most 600 kB and holds the first official images",
  ignore: mnistDir === undefined,
  async fn() {
    const file = await mnistFile(mnistDir!);
    assert.ok(file.length <= 600_000, `${file.length} bytes`);
    const address = addressOf(file);
    const { dataset } = await loadData("mnist", { digitsMedian: NOWHERE, mnist: address });
    URL.revokeObjectURL(address);
    assert.deepEqual([dataset.train.count, dataset.test.count], [nTrain, nHeldOut]);
    // The first digits of MNIST, as its first publication prints them, and of its test set.
    assert.deepEqual([...dataset.train.labels!.subarray(0, 10)], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    assert.deepEqual([...dataset.test.labels!.subarray(0, 10)], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    const sum = asBytes(dataset.train.pixels).subarray(0, N_PIXELS).reduce((sum, level) => sum + level, 0);
    assert.ok(Math.abs(sum / 255 - 107.99) < 1, `${sum / 255}`); // 27,525 of 255 in 256 levels, hence 107.9
  },
});

Deno.test("a folder that is not MNIST is refused in one line: files missing, damaged, of another shape or others", async () => {
  await using folder = await temporaryFolder();
  const write = (name: string, shape: number[], { bytes = shape.reduce((a, b) => a * b) } = {}) => {
    const file = new Uint8Array(4 + 4 * shape.length + bytes), view = new DataView(file.buffer);
    file.set([0, 0, 8, shape.length]);
    shape.forEach((length, i) => view.setUint32(4 + 4 * i, length));
    return Deno.writeFile(`${folder.path}/${name}-ubyte`, file);
  };
  const refused = (expected: RegExp) =>
    assert.rejects(mnistFile(folder.path), (error: Error) => {
      assert.match(error.message, /^Cannot build the site with MNIST from .*, expected /);
      assert.match(error.message, expected);
      return error.name === "UserError";
    });
  await refused(/: train-images-idx3-ubyte is not there, expected the file of MNIST$/);
  await Deno.writeFile(`${folder.path}/train-images-idx3-ubyte.gz`, gzipSync(new Uint8Array(16)).subarray(0, 20));
  await refused(/: train-images-idx3-ubyte is damaged, expected the file of MNIST$/);
  await Deno.remove(`${folder.path}/train-images-idx3-ubyte.gz`);
  await write("train-images-idx3", [4975, 28, 28], { bytes: 9 });
  await refused(/train-images-idx3-ubyte has shape 4975×28×28, expected at least 4976×28×28$/);
  await write("train-images-idx3", [4976, 32, 32], { bytes: 9 });
  await refused(/has shape 4976×32×32, expected at least 4976×28×28$/);
  await write("train-images-idx3", [4976, 28, 28], { bytes: 9 });
  await refused(/train-images-idx3-ubyte is cut off, expected the whole file$/);
  await write("train-images-idx3", [4976, 28, 28]);
  await write("train-labels-idx1", [4976]);
  await write("t10k-images-idx3", [1024, 28, 28]);
  await write("t10k-labels-idx1", [1024]);
  await refused(/: 0 of its 4 files are MNIST's, expected at least 3$/);
});
