import assert from "node:assert/strict";
import { MNIST, readIdxDirectory } from "../../lib/data/mnist.ts";
import { type Files, gzip, idxFile, SMALL, SMALL_GZ, smallManifest, withFolder } from "./idx_files.ts";

const MANIFEST = await smallManifest();
const REAL_DIR = new URL("../../../shared/mnist", import.meta.url).pathname;
const hasReal = await Deno.stat(`${REAL_DIR}/train-images-idx3-ubyte.gz`).then(() => true, () => false);

async function refuses(files: Files, reason: RegExp): Promise<void> {
  await withFolder(files, async (dir) => {
    await assert.rejects(readIdxDirectory(dir, MANIFEST), (error: Error) => {
      assert.equal(error.name, "UserError");
      assert.match(error.message, reason);
      assert.match(error.message, /^Cannot [^\n]*, expected [^\n]*$/);
      return true;
    });
  });
}

Deno.test("readIdxDirectory() reads images, labels, classes and provenance when the files are the official ones", async () => {
  await withFolder(SMALL_GZ, async (dir) => {
    const { provenance, ...dataset } = await readIdxDirectory(dir, MANIFEST);
    assert.deepEqual(dataset, {
      name: "mnist",
      height: 3,
      width: 2,
      black: 0,
      white: 1,
      truth: null,
      classNames: ["0", "1", "2"],
      train: {
        count: 7,
        pixels: Uint8Array.from({ length: 42 }, (_, i) => i),
        labels: Uint8Array.of(0, 1, 2, 0, 1, 2, 0),
        factors: {},
      },
      test: {
        count: 3,
        pixels: Uint8Array.from({ length: 18 }, (_, i) => 100 + i),
        labels: Uint8Array.of(0, 1, 2),
        factors: {},
      },
    });
    assert.equal(provenance.source, "directory");
    assert.deepEqual(provenance.notes, []);
    assert.deepEqual(
      provenance.files.map(({ name, sha256, isOfficial }) => [name, sha256 === MANIFEST.files[name], isOfficial]),
      ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"]
        .map((stem) => [`${stem}-ubyte.gz`, true, true]),
    );
  });
});

Deno.test("readIdxDirectory() reads the same when files are plain, gzipped or spelt with a dot", async () => {
  const mixed = {
    "train-images.idx3-ubyte": SMALL["train-images-idx3-ubyte"],
    "train-labels.idx1-ubyte.gz": SMALL_GZ["train-labels-idx1-ubyte.gz"],
    "t10k-images-idx3-ubyte": SMALL["t10k-images-idx3-ubyte"],
    "t10k-labels-idx1-ubyte.gz": SMALL_GZ["t10k-labels-idx1-ubyte.gz"],
    "notes.txt": new Uint8Array(3),
  };
  await withFolder(SMALL_GZ, (gzDir) =>
    withFolder(SMALL, (plainDir) =>
      withFolder(mixed, async (mixedDir) => {
        const [{ provenance: _, ...wanted }, ...others] = await Promise.all(
          [gzDir, plainDir, mixedDir].map((dir) => readIdxDirectory(dir, MANIFEST)),
        );
        for (const { provenance, ...dataset } of others) {
          assert.deepEqual(dataset, wanted);
          assert.deepEqual(provenance.files.map((file) => file.isOfficial), [true, true, true, true]);
        }
      })));
});

Deno.test("readIdxDirectory() keeps the name mnist and notes it when one of four files differs", async () => {
  const other = await gzip(idxFile([7, 3, 2], { first: 1 }));
  await withFolder({ ...SMALL_GZ, "train-images-idx3-ubyte.gz": other }, async (dir) => {
    const { name, provenance } = await readIdxDirectory(dir, MANIFEST);
    assert.equal(name, "mnist");
    assert.deepEqual(provenance.files.map((file) => file.isOfficial), [false, true, true, true]);
    assert.equal(provenance.notes.length, 1);
    assert.match(
      provenance.notes[0],
      /^train-images-idx3-ubyte\.gz is not the official file: its SHA-256 is [0-9a-f]{64}$/,
    );
  });
});

Deno.test("readIdxDirectory() keeps the name mnist when official bytes are packed otherwise", async () => {
  // Plain bytes under the gzipped name: the content is the official one, the file is not.
  const repacked = Object.fromEntries(Object.entries(SMALL).map(([name, bytes]) => [`${name}.gz`, bytes]));
  await withFolder(repacked, async (dir) => {
    const { name, provenance } = await readIdxDirectory(dir, MANIFEST);
    assert.equal(name, "mnist");
    assert.equal(provenance.notes.length, 4);
    assert.match(provenance.notes[0], /holds the official bytes, packed otherwise/);
  });
});

Deno.test("readIdxDirectory() takes the folder's name when two of four files differ, as for new images with old labels", async () => {
  const files = {
    ...SMALL,
    "train-images-idx3-ubyte": idxFile([7, 3, 2], { first: 1 }),
    "t10k-images-idx3-ubyte": idxFile([3, 3, 2], { first: 1 }),
  };
  await withFolder(files, async (dir) => {
    const { name, provenance } = await readIdxDirectory(dir, MANIFEST);
    assert.equal(name, dir.replace(/.*\//, ""));
    assert.deepEqual(provenance.notes, ["not MNIST: 2 of 4 files differ from MNIST's"]);
  });
});

Deno.test("readIdxDirectory() marks the folder's name when it would pass for a known data set", async () => {
  await withFolder({}, async (dir) => {
    await Deno.mkdir(`${dir}/MNIST`);
    for (const [name, bytes] of Object.entries(SMALL)) await Deno.writeFile(`${dir}/MNIST/${name}`, bytes);
    assert.equal((await readIdxDirectory(`${dir}/MNIST/`)).name, "MNIST-folder");
  });
});

Deno.test("readIdxDirectory() reads images of another size when there are no labels", async () => {
  const files = { "train-images-idx3-ubyte": idxFile([5, 1, 9]), "t10k-images-idx3-ubyte": idxFile([1, 1, 9]) };
  await withFolder(files, async (dir) => {
    const dataset = await readIdxDirectory(dir);
    assert.deepEqual([dataset.height, dataset.width, dataset.train.count, dataset.test.count], [1, 9, 5, 1]);
    assert.deepEqual([dataset.train.labels, dataset.test.labels, dataset.classNames], [null, null, []]);
  });
});

Deno.test("readIdxDirectory() refuses a folder when files are missing, malformed or do not fit together", async () => {
  const labels = (count: number) => ({ ...SMALL, "t10k-labels-idx1-ubyte": idxFile([count]) });
  const tests = (shape: number[]) => ({ ...SMALL, "t10k-images-idx3-ubyte": idxFile(shape) });
  await refuses({}, /train-images-idx3-ubyte is not there, expected train-images-idx3-ubyte\.gz/);
  await refuses({ "train-images-idx3-ubyte": idxFile([1, 2, 2]) }, /t10k-images-idx3-ubyte is not there/);
  await refuses(labels(4), /t10k-labels-idx1-ubyte has 4 labels, expected 3, one for each image/);
  await refuses(tests([3, 2, 3]), /test images are 2×3, expected 3×2 as for training/);
  await refuses(tests([3, 6]), /t10k-images-idx3-ubyte: it has 2 dimensions, expected 3/);
  await refuses(
    { ...SMALL_GZ, "train-labels-idx1-ubyte.gz": SMALL_GZ["train-labels-idx1-ubyte.gz"].slice(0, 20) },
    /gzip/,
  );
});

Deno.test("readIdxDirectory() refuses a path when it is not a folder", async () => {
  await withFolder(SMALL, async (dir) => {
    for (const path of [`${dir}/nowhere`, `${dir}/train-images-idx3-ubyte`]) {
      await assert.rejects(readIdxDirectory(path), {
        name: "UserError",
        message: /there is no such folder, expected a folder/,
      });
    }
  });
});

Deno.test({
  name: "readIdxDirectory() recognises MNIST when one of its four files was restored from another source",
  ignore: !hasReal,
  async fn() {
    const { name, height, width, classNames, train, test, provenance } = await readIdxDirectory(REAL_DIR);
    assert.deepEqual([name, height, width, train.count, test.count], ["mnist", 28, 28, 60_000, 10_000]);
    assert.deepEqual(classNames, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert.deepEqual([...train.labels!.subarray(0, 5)], [5, 0, 4, 1, 9]);
    assert.deepEqual([...test.labels!.subarray(0, 5)], [7, 2, 1, 0, 4]);
    assert.deepEqual(provenance.files.map((file) => file.isOfficial), [false, true, true, true]);
    assert.equal(provenance.notes.length, 1);
    // 0.1307 is the mean that every MNIST tutorial normalises with.
    let sum = 0;
    for (const pixel of train.pixels) sum += pixel;
    assert.equal((sum / train.pixels.length / 255).toFixed(4), "0.1307");
  },
});

Deno.test("MNIST lists the checksums of four files, packed and plain", () => {
  const names = Object.keys(MNIST.files);
  assert.deepEqual(names.toSorted(), [...Object.keys(SMALL), ...Object.keys(SMALL_GZ)].toSorted());
  for (const sha256 of Object.values(MNIST.files)) assert.match(sha256, /^[0-9a-f]{64}$/);
  assert.equal(new Set(Object.values(MNIST.files)).size, 8);
});
