/**
 * Data of the user's own, from a path to a data set: which rows, in which order, how scaled, with which classes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isHeldOut } from "../../../lib/data/held_out.ts";
import { openData, type OpenDataOptions } from "../../../lib/data/files/open_data.ts";
import { needs } from "../../needs.ts";
import { Rng } from "../../../lib/rng.ts";
import { temporaryFolder } from "../../temporary_folder.ts";
import { npyFile, npyFloats } from "../npy_file.ts";

const D = 6, SHARDS = 12, PER_SHARD = 50, COUNT = SHARDS * PER_SHARD;
const rng = Rng.fromSeed(8, "data");
/** Each shard is larger than the one before, so that statistics of the first alone would be wrong. */
const all = Float32Array.from(
  { length: COUNT * D },
  (_, i) => rng.normal() * (1 + Math.floor(i / (PER_SHARD * D))) + 1,
);
const halves = new Float16Array(all);
const classes = Array.from({ length: COUNT }, (_, row) => row * 7 % 300);

/** A folder with shards of float16, labels, names and words. */
async function shardFolder() {
  const folder = await temporaryFolder(), { path } = folder;
  await Deno.mkdir(`${path}/shards`);
  for (let i = 0; i < SHARDS; i++) {
    const values = halves.slice(i * PER_SHARD * D, (i + 1) * PER_SHARD * D);
    await Deno.writeFile(`${path}/shards/part-${i}.npy`, npyFile("<f2", { shape: [PER_SHARD, D], values }));
  }
  await Deno.writeTextFile(`${path}/shards/README.md`, "about");
  await Deno.writeTextFile(`${path}/shards/.hidden.npy`, "nothing");
  await Deno.writeTextFile(`${path}/labels.txt`, classes.join("\n") + "\n");
  await Deno.writeFile(
    `${path}/labels.npy`,
    npyFile("<i8", { shape: [COUNT], values: BigInt64Array.from(classes, BigInt) }),
  );
  await Deno.writeTextFile(`${path}/labels.csv`, `id,label\n${classes.map((c, i) => `${i},${c}`).join("\n")}\n`);
  await Deno.writeTextFile(`${path}/names.txt`, Array.from({ length: 300 }, (_, i) => `class ${i}`).join("\n"));
  await Deno.writeTextFile(
    `${path}/meta.jsonl`,
    classes.map((_, i) => JSON.stringify({ text: `row ${i}` })).join("\n"),
  );
  return folder;
}

const open = (path: string, options: OpenDataOptions = {}) => openData(path, { cacheDir: `${path}-cache`, ...options });
const held = (share: number) => Array.from({ length: COUNT }, (_, row) => row).filter((row) => isHeldOut(row, share));

Deno.test(
  "shards of float16 are one set in natural order, a tenth held out by row number",
  needs("permissions"),
  async () => {
    await using folder = await shardFolder();
    const { train, test, ...dataset } = await open(`${folder.path}/shards`, { scale: "none" });
    assert.deepEqual([dataset.name, dataset.kind, dataset.width, dataset.height], ["shards", "vector", D, 1]);
    assert.deepEqual([...test.fileRows!], held(0.1));
    assert.deepEqual(dataset.split, { by: "hash", share: 0.1 });
    assert.equal(train.count + test.count, COUNT);
    for (const set of [train, test]) {
      set.fileRows!.forEach((row, i) =>
        assert.deepEqual(set.pixels.slice(i * D, (i + 1) * D), Float32Array.from(halves.slice(row * D, (row + 1) * D)))
      );
    }
    assert.equal(dataset.provenance.files.length, SHARDS);
    assert.equal(dataset.provenance.source, "path");
  },
);

Deno.test("mean-norm is measured on training rows of all shards", needs("permissions"), async () => {
  await using folder = await shardFolder();
  const { scaling, train } = await open(`${folder.path}/shards`);
  let sum = 0, n = 0;
  for (let row = 0; row < COUNT; row++) {
    if (isHeldOut(row, 0.1)) continue;
    sum += Math.hypot(...halves.slice(row * D, (row + 1) * D));
    n++;
  }
  assert.deepEqual([scaling.scale, scaling.sampledRows], ["mean-norm", n]);
  assert.ok(Math.abs(scaling.factor as number / (Math.sqrt(D) / (sum / n)) - 1) < 1e-12);
  const [first] = train.fileRows!;
  assert.ok(Math.abs(train.pixels[0] - halves[first * D] * (scaling.factor as number)) < 1e-6);
});

Deno.test("labels of text, npy and csv, more than 256 classes, names and words", needs("permissions"), async () => {
  await using folder = await shardFolder();
  const names = `${folder.path}/names.txt`, meta = `${folder.path}/meta.jsonl`;
  const sets = await Promise.all(
    ["txt", "npy", "csv"].map((ending) =>
      open(`${folder.path}/shards`, { labels: `${folder.path}/labels.${ending}`, names, meta })
    ),
  );
  for (const { train, test, classNames } of sets) {
    assert.ok(train.labels instanceof Uint16Array);
    assert.deepEqual([classNames.length, classNames[299]], [300, "class 299"]);
    test.fileRows!.forEach((row, i) => assert.equal(test.labels![i], classes[row]));
    train.fileRows!.forEach((row, i) => assert.equal(train.labels![i], classes[row]));
    assert.deepEqual(test.meta, { names: ["text"], values: [Array.from(test.fileRows!, (row) => `row ${row}`)] });
  }
});

Deno.test("classes among the words are no classes, and a note names --labels", needs("permissions"), async () => {
  await using folder = await shardFolder();
  const meta = `${folder.path}/with_label.csv`, shards = `${folder.path}/shards`;
  await Deno.writeTextFile(meta, ["text,Label", ...classes.map((label) => `a row,${label % 2}`)].join("\n"));
  const alone = await open(shards, { meta });
  assert.equal(alone.train.labels, null);
  const note = /^The column "Label" of --meta is shown as words and makes no classes: --labels FILE does/;
  assert.equal(alone.provenance.notes.filter((text) => note.test(text)).length, 1);
  const both = await open(shards, { meta, labels: meta });
  assert.deepEqual(both.classNames, ["0", "1"]);
  assert.ok(!both.provenance.notes.some((text) => note.test(text)));
});

Deno.test("a quoted glob, a limit, a share and a test set at another path", needs("permissions"), async () => {
  await using folder = await shardFolder();
  const { path } = folder;
  const some = await open(`${path}/shards/part-{1,10}.npy`, { testShare: 0.3, limit: 20, scale: "none" });
  assert.deepEqual([some.train.count, some.split.share], [20, 0.3]);
  assert.match(some.provenance.notes.join(), /^Only the first 20 of \d+ training vectors are used$/);
  const rowsOf = (shard: number) => Float32Array.from(halves.slice(shard * PER_SHARD * D, (shard + 1) * PER_SHARD * D));
  const apart = await open(`${path}/shards/part-3.npy`, { test: `${path}/shards/part-4.npy`, scale: "none" });
  assert.deepEqual([apart.train.pixels, apart.test.pixels], [rowsOf(3), rowsOf(4)]);
  assert.deepEqual([apart.split, apart.test.fileRows], [{ by: "path", share: null }, null]);
});

Deno.test("rows beyond the buffer are streamed, with the numbers that memory has", needs("permissions"), async () => {
  await using folder = await temporaryFolder();
  const { path } = folder, d = 40, count = 10_000;
  const values = Float32Array.from({ length: count * d }, () => rng.normal());
  for (let i = 0; i < 2; i++) {
    const half = values.slice(i * values.length / 2, (i + 1) * values.length / 2);
    await Deno.writeFile(`${path}/${i}.npy`, npyFloats(half, d));
  }
  const whole = await open(path), part = await open(path, { bufferMb: 1 });
  assert.equal(whole.stream, null);
  const { stream } = part;
  assert.deepEqual([stream!.count, stream!.dInput, stream!.areBytes], [whole.train.count, d, false]);
  assert.equal(stream!.testShare, 0.1);
  assert.deepEqual(stream!.parts.map((part) => [part.file, part.count, part.type]), [[0, 5000, "f32"], [
    1,
    5000,
    "f32",
  ]]);
  assert.deepEqual([part.scaling, part.test.pixels], [whole.scaling, whole.test.pixels]);
  assert.deepEqual(part.train.pixels, whole.train.pixels); // 1.4 MB fit into the resident sample
});

Deno.test("a large table is written once as plain rows, and found again", needs("permissions"), async () => {
  await using folder = await temporaryFolder();
  const { path } = folder,
    lines = Array.from(
      { length: 7000 },
      (_, i) => [i % 3, ...Array.from({ length: 45 }, (_, j) => (i * 31 + j * 17) % 1000 / 10)].join(","),
    );
  const header = ["label", ...Array.from({ length: 45 }, (_, j) => `v${j}`)].join(",");
  await Deno.writeTextFile(`${path}/table.csv`, `${header}\n${lines.join("\n")}\n`);
  const whole = await openData(`${path}/table.csv`, { cacheDir: `${path}/cache` });
  const first = await openData(`${path}/table.csv`, { cacheDir: `${path}/cache`, bufferMb: 1 });
  const again = await openData(`${path}/table.csv`, { cacheDir: `${path}/cache`, bufferMb: 1 });
  assert.deepEqual([first.scaling, first.train.pixels, first.train.labels], [
    whole.scaling,
    whole.train.pixels,
    whole.train.labels,
  ]);
  assert.deepEqual(again.stream, first.stream);
  assert.match(first.provenance.notes.join(), /written from the files/);
  assert.match(again.provenance.notes.join(), /which an earlier run wrote/);
  assert.equal((await Array.fromAsync(Deno.readDir(`${path}/cache/rows`))).length, 1);
});

Deno.test("what goes wrong is one line that says what was expected", needs("permissions"), async (test) => {
  await using folder = await shardFolder();
  const { path } = folder, shards = `${path}/shards`;
  await Deno.writeFile(`${path}/wide.npy`, npyFloats(new Float32Array(30), 3));
  await Deno.writeFile(`${path}/one.npy`, npyFloats(new Float32Array(6), 6));
  await Deno.writeFile(
    `${path}/nan.npy`,
    npyFloats(Float32Array.from({ length: 60 }, (_, i) => i === 33 ? NaN : i), 6),
  );
  await Deno.writeTextFile(`${path}/few.txt`, "1\n2\n");
  await Deno.mkdir(`${path}/empty`);
  await Deno.mkdir(`${path}/texts`);
  await Deno.writeTextFile(`${path}/texts/a.md`, "");
  await Deno.mkdir(`${path}/mixed`);
  await Deno.writeFile(`${path}/mixed/a.npy`, npyFloats(new Float32Array(60), 6));
  await Deno.writeTextFile(`${path}/mixed/b.csv`, "1,2\n3,4\n");
  const cases: [string, string, OpenDataOptions, RegExp][] = [
    ["nothing there", `${path}/none`, {}, /none: it is not there, expected a file, a folder or a glob$/],
    ["no match", `${path}/*.parquet`, {}, /no file matches it, expected files of /],
    ["an empty folder", `${path}/empty`, {}, /it holds no files, expected files of /],
    ["no data", `${path}/texts`, {}, /it holds only 1 file of \.md, expected files of /],
    [
      "two kinds",
      `${path}/mixed`,
      {},
      /b\.csv: it is a CSV file and a\.npy a NumPy array, expected files of one kind$/,
    ],
    ["a device", "/dev/zero", {}, /it is a device or a pipe, expected a file, a folder or a glob/],
    ["few labels", shards, { labels: `${path}/few.txt` }, /few\.txt: it has 2 labels, expected 600, one for each row/],
    [
      "few words",
      shards,
      { meta: `${path}/few.txt` },
      /few\.txt: it has 2 rows, expected 600, one for each row of the data$/,
    ],
    [
      "few names",
      shards,
      { labels: `${path}/labels.txt`, names: `${path}/few.txt` },
      /2 lines, expected 300, one for each class/,
    ],
    ["names alone", shards, { names: `${path}/few.txt` }, /--names: the data have no labels/],
    [
      "other rows",
      shards,
      { test: `${path}/wide.npy` },
      /vectors of 3 values, expected vectors of 6 values as in the data$/,
    ],
    ["one row", `${path}/one.npy`, {}, /there is 1 row, expected at least 2, or --test PATH$/],
    [
      "a tiny share",
      shards,
      { testShare: 1e-9 },
      /takes none of 600 rows, expected one that leaves rows in both sets$/,
    ],
    ["two ways", shards, { testShare: 0.1, test: shards }, /--test-share: --test is given, expected one way/],
    [
      "a large limit",
      shards,
      { limit: 10_000 },
      /Cannot keep 10000 training rows of shards: it has \d+, expected 1 to \d+$/,
    ],
    ["NaN", `${path}/nan.npy`, {}, /nan\.npy: row 5, column 3 .* is NaN, expected a finite number$/],
  ];
  for (const [name, place, options, message] of cases) {
    await test.step(name, async () => {
      await assert.rejects(open(place, options), (error: Error) => {
        assert.equal(error.name, "UserError", error.stack);
        assert.doesNotMatch(error.message, /\n/);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});

Deno.test("one class is no class, and a note says so", needs("permissions"), async () => {
  await using folder = await shardFolder();
  await Deno.writeTextFile(`${folder.path}/same.txt`, "cat\n".repeat(COUNT));
  const dataset = await open(`${folder.path}/shards`, { labels: `${folder.path}/same.txt` });
  assert.deepEqual([dataset.train.labels, dataset.classNames], [null, []]);
  assert.match(dataset.provenance.notes.join(), /All rows are of class "cat"/);
});

Deno.test(
  "images of small whole numbers are scaled by what they are, not taken for dark bytes",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/digits.npy`, values = Float64Array.from({ length: 40 * 64 }, (_, i) => i * 7 % 17);
    await Deno.writeFile(path, npyFile("<f8", { shape: [40, 8, 8], values }));
    const { name, scaling, train, black, white } = await open(path);
    assert.deepEqual([name, scaling.scale, scaling.factor, black, white], ["digits-file", "unit", 1 / 16, 0, 1]);
    const row = train.fileRows![5];
    assert.deepEqual(
      [...train.pixels.subarray(5 * 64, 6 * 64)],
      [...values.subarray(row * 64, row * 64 + 64)].map((v) => v / 16),
    );
  },
);
