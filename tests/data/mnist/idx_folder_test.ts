import { GREY_IMAGES } from "../../../lib/data/dataset.ts";
import assert from "node:assert/strict";
import { joined } from "../../mutate.ts";
import { readIdxDirectory } from "../../../lib/data/mnist/idx_folder.ts";
import { MNIST } from "../../../lib/data/mnist/manifest.ts";
import {
  type Files,
  gzip,
  idxFile,
  idxFileOfIntegers,
  SMALL,
  SMALL_GZ,
  smallManifest,
  withFolder,
} from "./idx_files.ts";
import { needs } from "../../needs.ts";

const MANIFEST = await smallManifest();
const REAL_DIR = new URL("../../../../shared/mnist", import.meta.url).pathname;
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

Deno.test(
  "readIdxDirectory() reads images, labels, classes and provenance when the files are the official ones",
  needs("permissions"),
  async () => {
    await withFolder(SMALL_GZ, async (dir) => {
      const { provenance, ...dataset } = await readIdxDirectory(dir, MANIFEST);
      assert.deepEqual(dataset, {
        name: "mnist",
        height: 3,
        width: 2,
        black: 0,
        white: 1,
        ...GREY_IMAGES,
        truth: null,
        classNames: ["0", "1", "2"],
        train: {
          count: 7,
          pixels: Uint8Array.from({ length: 42 }, (_, i) => i),
          labels: Uint8Array.of(0, 1, 2, 0, 1, 2, 0),
          factors: {},
          fileRows: null,
          meta: null,
        },
        test: {
          count: 3,
          pixels: Uint8Array.from({ length: 18 }, (_, i) => 100 + i),
          labels: Uint8Array.of(0, 1, 2),
          factors: {},
          fileRows: null,
          meta: null,
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
  },
);

Deno.test(
  "readIdxDirectory() reads the same when files are plain, gzipped or spelt with a dot",
  needs("permissions"),
  async () => {
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
  },
);

Deno.test(
  "readIdxDirectory() keeps the name mnist and notes it when one of four files differs",
  needs("permissions"),
  async () => {
    const other = await gzip(idxFile([7, 3, 2], { first: 1 }));
    await withFolder({ ...SMALL_GZ, "train-images-idx3-ubyte.gz": other }, async (dir) => {
      const { name, provenance } = await readIdxDirectory(dir, MANIFEST);
      assert.equal(name, "mnist");
      assert.deepEqual(provenance.files.map((file) => file.isOfficial), [false, true, true, true]);
      assert.equal(provenance.notes.length, 1);
      assert.match(
        provenance.notes[0],
        /^train-images-idx3-ubyte\.gz is not the official MNIST file \(its SHA-256 differs\), so results may differ slightly/,
      );
      assert.match(provenance.files[0].sha256, /^[0-9a-f]{64}$/);
    });
  },
);

Deno.test(
  "readIdxDirectory() takes official files that are unpacked or packed again for official ones",
  needs("permissions"),
  async () => {
    const packings: ((bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>)[] = [
      (bytes) => Promise.resolve(bytes), // plain bytes under the gzipped name
      async (bytes) => joined(await gzip(bytes.slice(0, 9)), await gzip(bytes.slice(9)), new Uint8Array(5)),
    ];
    for (const pack of packings) {
      const files: Files = {};
      for (const [name, bytes] of Object.entries(SMALL)) files[`${name}.gz`] = await pack(bytes);
      await withFolder(files, async (dir) => {
        const { name, provenance } = await readIdxDirectory(dir, MANIFEST);
        assert.equal(name, "mnist");
        assert.deepEqual(provenance.files.map(({ isOfficial }) => isOfficial), [true, true, true, true]);
        assert.deepEqual(provenance.notes, []);
      });
    }
  },
);

Deno.test(
  "readIdxDirectory() takes the folder's name when two of four files differ, as for new images with old labels",
  needs("permissions"),
  async () => {
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
  },
);

/** What a data set in a folder of that name is called. */
async function nameIn(folder: string): Promise<string> {
  let name = "";
  await withFolder({}, async (dir) => {
    await Deno.mkdir(`${dir}/${folder}`, { recursive: true });
    for (const [file, bytes] of Object.entries(SMALL)) await Deno.writeFile(`${dir}/${folder}/${file}`, bytes);
    ({ name } = await readIdxDirectory(`${dir}/${folder}/`));
  });
  return name;
}

Deno.test(
  "readIdxDirectory() calls a data set as its folder, marked when it would pass for a known one",
  needs("permissions"),
  async () => {
    assert.equal(await nameIn("Fashion MNIST"), "Fashion MNIST");
    for (const name of ["MNIST", "mnist", "digits", "Dictionary", "auto", "ｍnist", " mnist "]) {
      assert.equal(await nameIn(name), `${name.trim()}-folder`);
    }
    assert.equal(await nameIn("KMNIST/raw"), "KMNIST", "torchvision's folder of files says nothing");
  },
);

Deno.test(
  "readIdxDirectory() calls a data set by a name of one short line, whatever its folder's",
  needs("permissions"),
  async () => {
    assert.equal(await nameIn("a\u202eb\nc\x1b[2J"), "a\\u202eb\\u000ac\\u001b[2J");
    assert.equal(await nameIn("x".repeat(255)), "x".repeat(60));
    assert.equal(await nameIn("<script>alert(1)<"), "<script>alert(1)<");
    assert.equal(await nameIn("  "), "unnamed");
  },
);

Deno.test(
  "readIdxDirectory() takes the files of Kaggle's archive, which lie beside folders of nearly the same names",
  needs("permissions"),
  async () => {
    await withFolder({}, async (dir) => {
      for (const [name, bytes] of Object.entries(SMALL)) {
        await Deno.mkdir(`${dir}/${name}`);
        await Deno.writeFile(`${dir}/${name}/${name}`, bytes);
        await Deno.writeFile(`${dir}/${name.replace("-idx", ".idx")}`, bytes);
      }
      const { train, test, provenance } = await readIdxDirectory(dir, MANIFEST);
      assert.deepEqual([train.count, test.count, provenance.files[0].name], [7, 3, "train-images.idx3-ubyte"]);
    });
  },
);

/** Writes files, each with its path below `dir`. */
async function write(dir: string, files: Files): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await Deno.mkdir(`${dir}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeFile(`${dir}/${path}`, bytes);
  }
}

/** The same files under other names. */
function named(files: Files, rename: (name: string) => string): Files {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [rename(name), bytes]));
}

Deno.test(
  "readIdxDirectory() finds the files in torchvision's folders, and asks which when there are several",
  needs("permissions"),
  async () => {
    for (const found of ["MNIST", "FashionMNIST", "KMNIST", "QMNIST"]) {
      await withFolder({}, async (dir) => {
        await write(dir, named(SMALL_GZ, (name) => `${found}/raw/${name}`));
        const { name, train } = await readIdxDirectory(dir);
        assert.deepEqual([name, train.count], [found === "MNIST" ? "MNIST-folder" : found, 7]);
        assert.equal((await readIdxDirectory(dir, MANIFEST)).name, "mnist");
      });
    }
    await withFolder({}, async (dir) => {
      await write(dir, {
        ...named(SMALL, (name) => `MNIST/raw/${name}`),
        ...named(SMALL, (name) => `KMNIST/raw/${name}`),
      });
      await assert.rejects(readIdxDirectory(dir), {
        name: "UserError",
        message:
          `Cannot read data set ${dir}: it holds 2 data sets, expected one of ${dir}/MNIST/raw, ${dir}/KMNIST/raw`,
      });
      assert.equal((await readIdxDirectory(`${dir}/KMNIST/raw`)).name, "KMNIST");
    });
  },
);

/** EMNIST's name of a file of {@linkcode SMALL}. */
const emnist = (set: string) => (name: string) => `emnist-${set}-${name.replace("t10k", "test")}`;

Deno.test(
  "readIdxDirectory() reads EMNIST under its own names: upright, its characters as classes",
  needs("permissions"),
  async () => {
    const files = named({
      ...SMALL,
      "train-labels-idx1-ubyte": idxFile([7], { first: 1 }),
      "t10k-labels-idx1-ubyte": idxFile([3], { first: 24 }),
    }, emnist("letters"));
    const table = Array.from({ length: 26 }, (_, i) => `${i + 1} ${65 + i} ${97 + i}\r\n`).join("");
    const mapping = { "emnist-letters-mapping.txt": new TextEncoder().encode(table) };
    await withFolder({ ...files, ...mapping }, async (dir) => {
      const { name, height, width, train, test, classNames, provenance } = await readIdxDirectory(dir, MANIFEST);
      assert.deepEqual([name, height, width], ["emnist-letters", 2, 3]);
      // The first image is stored as three rows of two: 0 1, 2 3, 4 5.
      assert.deepEqual(train.pixels.subarray(0, 6), Uint8Array.of(0, 2, 4, 1, 3, 5));
      assert.deepEqual(classNames, ["Aa", "Bb", "Cc", "Dd", "Ee", "Ff", "Gg", "Xx", "Yy", "Zz"]);
      assert.deepEqual(train.labels, Uint8Array.of(0, 1, 2, 3, 4, 5, 6), "no class without images");
      assert.deepEqual(test.labels, Uint8Array.of(7, 8, 9));
      assert.deepEqual(provenance.notes, ["EMNIST's images are stored transposed and were turned upright"]);
      assert.deepEqual(provenance.files.map(({ isOfficial }) => isOfficial), [null, null, null, null]);
    });
    await withFolder(files, async (dir) => {
      const { classNames } = await readIdxDirectory(dir);
      assert.deepEqual(classNames, ["1", "2", "3", "4", "5", "6", "7", "24", "25", "26"]);
    });
    await withFolder({ ...files, "emnist-letters-mapping.txt": new TextEncoder().encode("1 65\nx") }, async (dir) => {
      await assert.rejects(readIdxDirectory(dir), {
        message: /-mapping\.txt: line 2 is "x", expected a label and codes/,
      });
    });
  },
);

Deno.test(
  "readIdxDirectory() takes one of EMNIST's sets in one folder by its name, and names them all",
  needs("permissions"),
  async () => {
    const sets = ["balanced", "digits", "letters"];
    const files = Object.assign({}, ...sets.map((set) => named(SMALL_GZ, emnist(set))));
    await withFolder({}, async (dir) => {
      await write(dir, named(files, (name) => `EMNIST/raw/${name}`));
      for (const folder of [`${dir}/EMNIST/raw`, dir]) {
        const message = `Cannot read data set ${folder}: it holds 3 data sets, expected one of ` +
          sets.map((set) => `${dir}/EMNIST/raw/emnist-${set}`).join(", ");
        await assert.rejects(readIdxDirectory(folder), { name: "UserError", message });
      }
      const { name, train } = await readIdxDirectory(`${dir}/EMNIST/raw/emnist-letters`);
      assert.deepEqual([name, train.count], ["emnist-letters", 7]);
      await assert.rejects(readIdxDirectory(`${dir}/EMNIST/raw/emnist-byclass`), {
        message: /there is no such folder/,
      });
    });
  },
);

Deno.test(
  "readIdxDirectory() reads QMNIST, whose labels are eight integers for each image, the class first",
  needs("permissions"),
  async () => {
    const rows = (classes: number[]) =>
      idxFileOfIntegers([classes.length, 8], classes.flatMap((c) => [c, -1, 1000, 2, 3, 4, 5, 6]));
    const files = {
      "qmnist-train-images-idx3-ubyte": SMALL["train-images-idx3-ubyte"],
      "qmnist-train-labels-idx2-int": rows([9, 0, 9, 0, 9, 0, 3]),
      "qmnist-test-images-idx3-ubyte": SMALL["t10k-images-idx3-ubyte"],
      "qmnist-test-labels-idx2-int": rows([3, 3, 0]),
    };
    await withFolder(files, async (dir) => {
      const { name, train, test, classNames } = await readIdxDirectory(dir);
      assert.deepEqual([name, classNames], ["qmnist", ["0", "3", "9"]]);
      assert.deepEqual(train.labels, Uint8Array.of(2, 0, 2, 0, 2, 0, 1));
      assert.deepEqual(test.labels, Uint8Array.of(1, 1, 0));
      assert.deepEqual(train.pixels, Uint8Array.from({ length: 42 }, (_, i) => i), "not transposed");
    });
  },
);

Deno.test(
  "readIdxDirectory() reads images of another size when there are no labels",
  needs("permissions"),
  async () => {
    const files = { "train-images-idx3-ubyte": idxFile([5, 1, 9]), "t10k-images-idx3-ubyte": idxFile([1, 1, 9]) };
    await withFolder(files, async (dir) => {
      const dataset = await readIdxDirectory(dir);
      assert.deepEqual([dataset.height, dataset.width, dataset.train.count, dataset.test.count], [1, 9, 5, 1]);
      assert.deepEqual([dataset.train.labels, dataset.test.labels, dataset.classNames], [null, null, []]);
    });
  },
);

Deno.test(
  "readIdxDirectory() refuses a folder when files are missing, malformed or do not fit together",
  needs("permissions"),
  async () => {
    const labels = (count: number) => ({ ...SMALL, "t10k-labels-idx1-ubyte": idxFile([count]) });
    const tests = (shape: number[]) => ({ ...SMALL, "t10k-images-idx3-ubyte": idxFile(shape) });
    await refuses({}, /train-images-idx3-ubyte is not there, expected train-images-idx3-ubyte\.gz/);
    await refuses({ "train-images-idx3-ubyte": idxFile([1, 2, 2]) }, /t10k-images-idx3-ubyte is not there/);
    await refuses(labels(4), /t10k-labels-idx1-ubyte has 4 labels, expected 3, one for each image/);
    await refuses(tests([3, 2, 3]), /test images are 2×3, expected 3×2 as for training/);
    await refuses(tests([3, 6]), /t10k-images-idx3-ubyte: it has 2 dimensions, 3×6, expected 3/);
    await refuses(
      { ...SMALL_GZ, "train-labels-idx1-ubyte.gz": SMALL_GZ["train-labels-idx1-ubyte.gz"].slice(0, 20) },
      /gzip/,
    );
  },
);

Deno.test("readIdxDirectory() refuses in one line a path that leads nowhere", needs("permissions"), async () => {
  await withFolder({}, async (dir) => {
    await Deno.symlink("loop", `${dir}/loop`);
    for (const path of [`${dir}/loop`, `${dir}/${"a".repeat(5000)}`, `${dir}/a\0b`, "", `${dir}/\u202e\n`]) {
      await assert.rejects(readIdxDirectory(path), (error: Error) => {
        assert.equal(error.name, "UserError", `${error}`);
        assert.match(error.message, /^Cannot read [^\n\u202e\0]{0,400}, expected [^\n]*$/);
        return true;
      });
    }
  });
});

Deno.test("readIdxDirectory() refuses a path when it is not a folder", needs("permissions"), async () => {
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
