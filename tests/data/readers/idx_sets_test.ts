/**
 * The IDX files of EMNIST and QMNIST as dropped or single files: the same rows as from their folders.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readIdxDirectory } from "../../../lib/data/mnist/idx_folder.ts";
import { openRows } from "../../../lib/data/readers/open_rows.ts";
import type { OpenedRows } from "../../../lib/data/readers/opened_rows.ts";
import { memorySource } from "../../formats/memory_source.ts";
import { needs } from "../../needs.ts";
import { temporaryFolder } from "../../temporary_folder.ts";
import { type Files, gzip, idxFile, idxFileOfIntegers } from "../mnist/idx_files.ts";

const TABLE = new TextEncoder().encode("1 65 97\n2 66 98\n3 67\n");

const EMNIST: Files = {
  "emnist-letters-train-images-idx3-ubyte.gz": await gzip(idxFile([7, 3, 2])),
  "emnist-letters-train-labels-idx1-ubyte.gz": await gzip(idxFile([7], { first: 1, modulo: 3 })),
  "emnist-letters-test-images-idx3-ubyte": idxFile([3, 3, 2], { first: 100 }),
  "emnist-letters-test-labels-idx1-ubyte": idxFile([3], { first: 1, modulo: 3 }),
  "emnist-letters-mapping.txt": TABLE,
};
/** Eight columns, of which the first is the class. */
const columns = (classes: number[]) =>
  idxFileOfIntegers([classes.length, 8], classes.flatMap((label) => [label, 4, 300, 7, 9, 11, -1, 0]));
const QMNIST: Files = {
  "qmnist-train-images-idx3-ubyte": idxFile([5, 2, 2]),
  "qmnist-train-labels-idx2-int": columns([3, 9, 3, 0, 9]),
  "qmnist-test-images-idx3-ubyte": idxFile([2, 2, 2]),
  "qmnist-test-labels-idx2-int": columns([0, 3]),
};

const open = (files: Files, part: "train" | "test" = "train") =>
  openRows(Object.entries(files).map(([name, bytes]) => memorySource(`folder/${name}`, bytes)), { part });

async function pixelsOf({ pieces }: OpenedRows): Promise<number[]> {
  const values: number[] = [];
  for await (const piece of pieces()) values.push(...piece);
  return values;
}

for (const [set, files] of Object.entries({ EMNIST, QMNIST })) {
  Deno.test(`the files of ${set} give the rows and classes of their folder`, needs("permissions"), async () => {
    await using folder = await temporaryFolder();
    for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${folder.path}/${name}`, bytes);
    const { height, width, train, test, classNames } = await readIdxDirectory(folder.path);
    for (const [part, own] of [["train", train], ["test", test]] as const) {
      const rows = await open(files, part), { labels } = rows;
      assert.deepEqual([rows.shape.height, rows.shape.width, rows.count], [height, width, own.count]);
      assert.deepEqual(await pixelsOf(rows), [...own.pixels]);
      assert.deepEqual(
        Array.from(labels!.values, (label) => labels!.names[label]),
        Array.from(own.labels!, (label) => classNames[label]),
      );
    }
  });
}

Deno.test("EMNIST's images are turned upright in a single plain file too, which is then not read in stretches", async () => {
  const { "emnist-letters-test-images-idx3-ubyte": file } = EMNIST;
  const rows = await open({ "emnist-digits-test-images-idx3-ubyte": file });
  // Stored as three rows of two: 100 101, 102 103, 104 105.
  assert.deepEqual((await pixelsOf(rows)).slice(0, 6), [100, 102, 104, 101, 103, 105]);
  assert.deepEqual([rows.shape.height, rows.shape.width, rows.flat], [2, 3, null]);
  assert.deepEqual(rows.notes, ["EMNIST's images are stored transposed and were turned upright."]);
  const plain = await open({ "other-test-images-idx3-ubyte": file });
  assert.deepEqual([plain.shape.height, plain.notes, plain.flat?.length], [3, [], 1]);
});

Deno.test("a table of characters that is damaged or too long is refused in one line", async () => {
  const withTable = (table: Uint8Array<ArrayBuffer>) => open({ ...EMNIST, "emnist-letters-mapping.txt": table });
  await assert.rejects(withTable(new TextEncoder().encode("1 65\nx")), {
    message: /^Cannot read folder\/emnist-letters-mapping\.txt: line 2 is "x", expected a label and codes/,
  });
  await assert.rejects(withTable(new Uint8Array(70_000)), { message: /it has 70000 bytes, expected a short table/ });
});
