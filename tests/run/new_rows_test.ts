/**
 * New rows mean for a model what the rows meant that it was trained on.
 *
 * @module
 */
import assert from "node:assert/strict";
import { rowPieces } from "../../lib/data/files/row_pieces.ts";
import { UNSCALED } from "../../lib/data/scaling.ts";
import { isHeldOut } from "../../lib/data/held_out.ts";
import { Rng } from "../../lib/rng.ts";
import { encodeToFile } from "../../lib/run/encode.ts";
import { codesFormat } from "../../lib/run/codes/formats.ts";
import { evaluateModel } from "../../lib/run/evaluate.ts";
import { examplesIn } from "../../lib/run/examples.ts";
import type { Part } from "../../lib/run/chosen_part.ts";
import { openNewRows } from "../../lib/run/new_rows.ts";
import { runSession } from "../../lib/run/session.ts";
import { openTrained } from "../../lib/run/trained_model.ts";
import { npyFile } from "../data/npy_file.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

Deno.test(
  "dark rows of a table are bytes for a model of bytes, in evaluation and as a test set",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { path } = folder;
    const table = (rows: number, step: number) =>
      ["a,b,c", ...Array.from({ length: rows }, (_, i) => [i * step, i, 2].join(","))].join("\n");
    await Deno.writeTextFile(`${path}/x.csv`, table(40, 6)); // up to 234
    await Deno.writeTextFile(`${path}/dark.csv`, table(4, 1)); // up to 3
    for (const scale of ["none", "mean-norm"] as const) {
      const turned = { epochs: 1, latent: 4, k: 2, backend: "wasm", threads: 1, scale };
      const outcome = await runSession({
        ...{ reportsDir: `${path}/reports`, cacheDir: path, runId: scale, turned },
        ...{ data: `${path}/x.csv`, test: `${path}/dark.csv` },
      });
      assert.equal(outcome.kind, "finished");
      const { run } = await openTrained(`${path}/reports/${scale}`);
      assert.equal(run.dataset.bytes, true);
      const { opened } = await openNewRows({ data: `${path}/dark.csv` }, { part: null, ownPart: "test", run });
      const [{ pixels }] = await Array.fromAsync(rowPieces(opened, { scaling: UNSCALED, from: 0, to: 4, size: 4 }));
      assert.deepEqual([opened.type, [...pixels.slice(3, 6)]], ["bytes", [1, 1, 2]]);
    }
  },
);

Deno.test(
  "of a run's own files the rows held out are measured as its report has them, and rows keep their numbers",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { path } = folder, rng = Rng.fromSeed(3, "own rows"), n = 300, d = 6;
    const values = Float32Array.from({ length: n * d }, () => rng.normal());
    await Deno.writeFile(`${path}/x.npy`, npyFile("<f4", { shape: [n, d], values }));
    await Deno.writeFile(`${path}/y.npy`, npyFile("<f4", { shape: [n, d], values: values.map((value) => -value) }));
    await Deno.writeTextFile(`${path}/labels.txt`, Array.from({ length: n }, (_, row) => `${row % 2}\n`).join(""));
    const labels = `${path}/labels.txt`, device = { backend: "wasm", engine: "fused", threads: 1 } as const;
    const turned = { ...device, epochs: 1, latent: 8, k: 2, limit: 200 };
    await runSession({
      ...{ reportsDir: `${path}/reports`, cacheDir: path, runId: "own", turned, testShare: 0.2 },
      ...{ data: `${path}/x.npy`, labels },
    });
    const model = await openTrained(`${path}/reports/own`), { run } = model;
    const held = Array.from({ length: n }, (_, row) => row).filter((row) => isHeldOut(row, 0.2));
    assert.equal(run.dataset.test.images, held.length);
    const open = (part: Part | null, ownPart: Part = "test") =>
      openNewRows({ data: `${path}/x.npy`, labels }, { part, ownPart, run });

    const test = await open(null), signal = new AbortController().signal;
    assert.deepEqual([test.part, [...test.opened.fileRows!]], ["test", held]);
    assert.match(test.opened.notes[0], new RegExp(`these are the ${held.length} of 300 rows that it held out`));
    const { evaluation, rowErrors } = await evaluateModel(model, {
      ...{ name: "x", rows: test.opened, whole: null, bufferMb: 512, part: test.part, limit: null, normal: [] },
      ...{ furthest: 5, device, cacheDir: path, signal },
    });
    for (const name of ["mse", "fvu", "activeLatents"] as const) {
      const wanted = run.metrics.test[name]!;
      assert.ok(Math.abs(evaluation.metrics[name]! / wanted - 1) < 1e-5, `${name}: ${evaluation.metrics[name]}`);
    }
    assert.deepEqual([...rowErrors.fileRows!], held);
    for (const { row, label } of evaluation.anomalies.furthest) {
      assert.deepEqual([held.includes(row), label], [true, `${row % 2}`]);
    }
    const table = `${path}/codes.csv`;
    await encodeToFile(model, {
      ...{ rows: test.opened, format: codesFormat(table), out: table, shard: { index: 2, count: 2 }, top: 1 },
      ...{ limit: null, device, cacheDir: path, signal },
    });
    const lines = (await Deno.readTextFile(table)).trimEnd().split("\n").slice(1).map((line) => line.split(","));
    const second = held.slice(Math.floor(held.length / 2));
    assert.deepEqual(lines.map(([row, label]) => [row, label]), second.map((row) => [`${row}`, `${row % 2}`]));
    const [{ examples }] = await examplesIn(model, {
      ...{ rows: test.opened, latents: [0], top: 3, device, cacheDir: path, signal },
    });
    for (const { row, label } of examples) assert.deepEqual([held.includes(row), label], [true, `${row % 2}`]);

    const train = await open("train");
    assert.deepEqual(
      [...train.opened.fileRows!],
      Array.from({ length: n }, (_, row) => row).filter((row) => !held.includes(row)),
    );
    const all = await open(null, "all");
    assert.deepEqual([all.part, all.opened.count, all.opened.fileRows], ["all", n, undefined]);
    assert.match(all.opened.notes[0], /held out \d+ as its test set and was trained on 200 of the others/);

    // Other files, and more than the run's files.
    const other = await openNewRows({ data: `${path}/y.npy` }, { part: null, ownPart: "test", run });
    assert.deepEqual([other.part, other.opened.count, other.opened.notes], ["all", n, []]);
    await assert.rejects(
      openNewRows({ data: `${path}/y.npy` }, { part: "test", ownPart: "test", run }),
      /^UserError: Cannot use --part test: the data have no parts, .* expected it left out$/,
    );
    const words = `${path}/words.jsonl`;
    await Deno.writeTextFile(words, Array.from({ length: n }, (_, row) => `{"text": "${row}", "label": 1}\n`).join(""));
    const unread = await openNewRows({ data: `${path}/y.npy`, meta: words }, { part: null, ownPart: "test", run });
    assert.match(
      unread.opened.notes[0],
      /^The column "label" of --meta is shown as words and makes no classes: --labels FILE does/,
    );
    const read = await openNewRows({ data: `${path}/y.npy`, meta: words, labels }, {
      part: null,
      ownPart: "test",
      run,
    });
    assert.deepEqual(read.opened.notes, []);
    const both = await openNewRows({ data: `${path}/?.npy` }, { part: null, ownPart: "test", run });
    assert.equal(both.opened.count, 2 * n);
    assert.match(both.opened.notes[0], /^The model was trained on rows of x\.npy/);
    const generated = { ...run, dataset: { ...run.dataset, name: "digits", source: "generated" as const } };
    const foreign = await openNewRows({ data: `${path}/y.npy` }, { part: null, ownPart: "test", run: generated });
    assert.deepEqual(foreign.opened.notes, [
      "The run was trained on generated data (digits), not on files such as these",
    ]);
  },
);
