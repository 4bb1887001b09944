/**
 * Files beside the data: words for classes as NumPy writes them, packed tables, and columns that are called as JavaScript's own
 * properties.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readLabels, readMeta } from "../../../lib/data/files/side_files.ts";
import { needs } from "../../needs.ts";
import { temporaryFolder } from "../../temporary_folder.ts";
import { npyFile } from "../npy_file.ts";

const classesOf = async (path: string) => {
  const { names, values } = await readLabels(path);
  return Array.from(values, (value) => names[value]);
};

Deno.test("classes are read as words from .npy and from packed tables", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const words = Uint8Array.from(
    ["é", "ab", "é"].flatMap((word) => [0, 1].flatMap((i) => [word.charCodeAt(i) || 0, 0, 0, 0])),
  );
  await Deno.writeFile(`${place.path}/y.npy`, npyFile("<U2", { shape: [3], values: words }));
  assert.deepEqual(await classesOf(`${place.path}/y.npy`), ["é", "ab", "é"]);
  const table = new Blob(["id,label\n1,x\n2,y\n"]).stream().pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(`${place.path}/y.csv.gz`, table);
  assert.deepEqual(await classesOf(`${place.path}/y.csv.gz`), ["x", "y"]);
  await Deno.writeTextFile(`${place.path}/digits.csv`, "id,digit\n1,7\n2,9\n");
  assert.deepEqual(await classesOf(`${place.path}/digits.csv`), ["7", "9"], "a name that a table of rows may have");
  await Deno.writeTextFile(`${place.path}/answers.csv`, "y\nn\ny\n");
  assert.deepEqual(await classesOf(`${place.path}/answers.csv`), ["y", "n", "y"], "no header: the first comes again");
  const meta = await readMeta(`${place.path}/y.csv.gz`, { count: 2, rows: null });
  assert.deepEqual(meta, { names: ["id", "label"], values: [["1", "2"], ["x", "y"]] });
});

Deno.test(
  "words in JSON lines are read from a gzip file too, and a damaged one is refused",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const path = `${place.path}/meta.jsonl.gz`;
    const lines = Array.from({ length: 70_000 }, (_, i) => JSON.stringify({ text: `row ${i} é` }));
    const packed = new Blob([lines.join("\n")]).stream().pipeThrough(new CompressionStream("gzip"));
    await Deno.writeFile(path, packed);
    const { names, values } = await readMeta(path, { count: lines.length, rows: null });
    assert.deepEqual(names, ["text"]);
    assert.deepEqual(values[0], Array.from({ length: lines.length }, (_, i) => `row ${i} é`));
    await Deno.truncate(path, 100);
    await assert.rejects(readMeta(path, { count: 1, rows: null }), {
      message: "Cannot read meta.jsonl.gz: its gzip stream is corrupt or cut off, expected a whole gzip file",
    });
  },
);

Deno.test("a column may be called as a property that every object has", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const path = `${place.path}/meta.jsonl`;
  await Deno.writeTextFile(path, '{"constructor":"a","__proto__":"b"}\n{"text":"c"}\n');
  assert.deepEqual(await readMeta(path, { count: 2, rows: null }), {
    names: ["constructor", "__proto__", "text"],
    values: [["a", ""], ["b", ""], ["", "c"]],
  });
});
