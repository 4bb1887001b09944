/**
 * Reports of rows that are not grey images: colour, vectors with and without a picture, words, many classes, details of some
 * latents, and a model that was not trained here.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decode } from "fast-png";
import { type Dataset, imageSet } from "../../lib/data/dataset.ts";
import { contradiction } from "../../lib/report/consistency.ts";
import type { ReportFiles } from "../../lib/report/expectation.ts";
import { assertAgreement, type StoredFiles, storedReport } from "../../lib/report/stored_report.ts";
import { type Report, reportFiles } from "../../lib/report/report_files.ts";
import { type LatentDetails, MOST_TEXT, type Sprite, tilePlace } from "../../lib/report/schema.ts";
import { spritesOf } from "../../lib/report/shown_rows.ts";
import { Rng } from "../../lib/rng.ts";
import { rowTexts } from "../../lib/run/report_row_texts.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import {
  colourReport,
  colourSquares,
  reportOf,
  textsReport,
  vectorsWithWords,
  writeRowReports,
} from "./row_reports.ts";

/** The files of a report as a reader finds them. */
// deno-lint-ignore no-explicit-any
type Read = ReportFiles & { details: LatentDetails[]; files: Map<string, any> };

/** Writes and reads a report, whose files must agree with each other. */
async function written(report: Report): Promise<Read> {
  const stored = new Map((await Array.fromAsync(reportFiles(report))).map(({ path, bytes }) => [path, bytes]));
  const read = await agreedReport({
    pathOf: (file) => file,
    read: (file) => Promise.resolve(stored.get(file) ?? null),
  });
  const text = new TextDecoder();
  const files = new Map(
    [...stored].map(([path, bytes]) => [path, path.endsWith(".json") ? JSON.parse(text.decode(bytes)) : bytes]),
  );
  const details = read.latents.detailFiles.map((file) => files.get(file));
  return { ...read, details, files };
}

/** A report whose files agree with each other. */
async function agreedReport(files: StoredFiles): Promise<ReportFiles> {
  const report = await storedReport(files);
  await assertAgreement(files, { report, folder: report.run.id });
  return report;
}

/** The levels of one tile, `[height, width, channels]`. */
function tileOf({ files }: Pick<Read, "files">, sprite: Sprite, tile: number): number[] {
  const { file, column, row } = tilePlace(sprite, tile), { tileWidth, tileHeight, channels } = sprite;
  const { width, data, channels: own } = decode(files.get(file)!);
  assert.equal(own, channels);
  return Array.from({ length: tileHeight }, (_, y) => {
    const from = ((row * tileHeight + y) * width + column * tileWidth) * channels;
    return [...data.subarray(from, from + tileWidth * channels)];
  }).flat();
}

const isTimed = needs("permissions");

Deno.test(
  "colour images are drawn in colour, and effects around mid-grey, each value on the tile's one scale",
  isTimed,
  async () => {
    const dataset = colourSquares(),
      read = await written(await colourReport()),
      { latents, inputs, reconstructions } = read;
    const sprites = [...spritesOf(read)];
    assert.equal(sprites.length, 8, "all but the strengths, which a linear decoder has not");
    const dInput = 12 * 12 * 3, { test, train } = dataset;
    const original = (pixels: ArrayLike<number>, row: number) =>
      Array.from({ length: dInput }, (_, i) => pixels[row * dInput + i]);
    inputs.rows.forEach(({ row }, i) =>
      assert.deepEqual(tileOf(read, inputs.originals!, i), original(test.pixels, row))
    );
    assert.deepEqual(tileOf(read, reconstructions.batch.sprite!, 3), original(train.pixels, 3));
    const [base] = [0].map((tile) => tileOf(read, latents.base!, tile));
    let isColoured = false;
    latents.decodedAt.forEach((at, latent) => {
      const effect = tileOf(read, latents.effect!, latent), alone = tileOf(read, latents.decoder!, latent);
      const scale = latents.effectScale[latent];
      effect.forEach((level, d) => {
        const change = (level - 128) / 127 * scale; // the decoder's tile has 64 levels, the base 256
        const shown = Math.min(1, Math.max(0, base[d] / 255 + change));
        assert.ok(Math.abs(alone[d] / 255 - shown) < 2.6 / 255 + 0.01 * scale + 2 / 255, `${latent} ${d}`);
        if (d % 3 && level !== effect[d - 1]) isColoured = true;
      });
      if (at === null) assert.ok(effect.every((level) => level === 128));
    });
    assert.ok(isColoured);
  },
);

Deno.test(
  "vectors of more than 256 values have words, numbers and places in the files instead of pictures",
  isTimed,
  async () => {
    const { test, train } = vectorsWithWords(), read = await written(await textsReport());
    const { run: { dataset }, latents, inputs, reconstructions, files, details } = read;
    assert.equal(dataset.drawn, false);
    assert.deepEqual([...spritesOf(read)], []);
    assert.deepEqual([...files.keys()].filter((path) => path.endsWith(".png")), []);
    assert.deepEqual([latents.drawn, latents.effectScale, latents.exampleImages], [[], [], null]);
    assert.equal(latents.baseValues!.length, 300);
    const tables = [
      [inputs.rowTexts!, test, inputs.rows.map(({ row }) => row)],
      [reconstructions.batch.rowTexts!, train, Array.from({ length: 16 }, (_, row) => row)],
      [reconstructions.rowTexts!, test, [...new Set(reconstructions.pairs.map(({ image }) => image))]],
      [latents.rowTexts!, test, namedRows(details)],
    ] as const;
    for (const [table, set, rows] of tables) {
      assert.deepEqual(table.rows, rows.toSorted((a, b) => a - b));
      assert.deepEqual(table.names, ["text", "token", "url"]);
      table.rows.forEach((row, i) => {
        assert.deepEqual([table.fileRows![i], table.labels![i]], [3 * row + 1, set.labels![row]]);
        const [text, token, url] = set.meta!.values.map((column) => column[row]);
        const cut = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text;
        assert.deepEqual(table.values.map((column) => column[i]), [cut, token, url]);
      });
    }
    assert.ok(inputs.rowTexts!.values[0].some((text) => text.length === MOST_TEXT && text.endsWith("…")));
  },
);

/** Test rows that details name. */
function namedRows(details: LatentDetails[]): number[] {
  const rows = details.flatMap(({ latents }) => latents)
    .flatMap(({ top, intervals }) => [...top.rows, ...intervals?.rows.flat() ?? []]);
  return [...new Set(rows)];
}

Deno.test(
  "details of N latents are of those with the largest mean activation; columns have every latent",
  isTimed,
  async () => {
    const { latents, details, activations } = await written(await textsReport());
    const order = Array.from(latents.meanActivation.keys())
      .sort((a, b) => latents.meanActivation[b] - latents.meanActivation[a] || a - b);
    const wanted = order.slice(0, 70).sort((a, b) => a - b);
    assert.deepEqual(latents.detailed, wanted);
    assert.deepEqual(details.map(({ latents }) => latents.map(({ latent }) => latent)), [wanted]);
    assert.equal(latents.nearest.length, 80);
    assert.ok(activations.shown.every((latent) => wanted.includes(latent)));
    for (const { latent, similar: { latents: others, cosines } } of details[0].latents) {
      assert.deepEqual([latents.nearest[latent], latents.nearestCosine[latent]], [
        others[0] ?? null,
        cosines[0] ?? null,
      ]);
    }
  },
);

/** Float rows of two kinds, and what else is asked for. */
function vectors({ width, count, nClasses }: { width: number; count: number; nClasses: number }): Dataset {
  const set = (split: string) => {
    const rng = Rng.fromSeed(3, split);
    return imageSet({
      pixels: Float32Array.from({ length: count * width }, () => rng.normal()),
      count,
      labels: Uint16Array.from({ length: count }, (_, row) => row % nClasses),
    });
  };
  return {
    ...vectorsWithWords(),
    ...{ width, train: set("train"), test: set("test") },
    classNames: Array.from({ length: nClasses }, (_, label) => `class ${label}`),
  };
}

Deno.test("vectors of up to 256 values are drawn", isTimed, async () => {
  const dataset = vectors({ width: 20, count: 40, nClasses: 2 });
  const read = await written(await reportOf(dataset, { id: "short", knobs: { output: "linear" } }));
  assert.equal(read.run.dataset.drawn, true);
  assert.deepEqual([read.inputs.rowTexts, read.latents.rowTexts], [null, null], "nothing is known in words");
  const level = (value: number) => Uint8ClampedArray.of((value + 3) / 6 * 255)[0];
  assert.deepEqual(tileOf(read, read.inputs.originals!, 5), [...dataset.test.pixels.subarray(100, 120)].map(level));
});

Deno.test("more than 256 classes keep their labels apart", isTimed, async () => {
  const read = await written(
    await reportOf(vectors({ width: 10, count: 600, nClasses: 300 }), { id: "many", knobs: { output: "linear" } }),
  );
  const { latents, details, inputs, activations, run } = read;
  assert.ok(Math.max(...inputs.rows.map(({ label }) => label!)) > 256);
  for (const { row, label } of inputs.rows) assert.equal(label, row % 300);
  assert.equal(activations.classMeans!.length, 300);
  assert.equal(run.metrics.probing!.byClass.length, 300);
  const { latent, classProfile, top } = details[0].latents.find(({ classProfile }) => classProfile)!;
  assert.equal(classProfile!.length, 300);
  assert.ok(Math.abs(classProfile!.reduce((a, b) => a + b) - 1) < 300 * 5e-5);
  assert.equal(classProfile!.indexOf(Math.max(...classProfile!)), latents.mainClass![latent]);
  assert.ok(classProfile![top.rows[0] % 300] > 0);
});

Deno.test(
  "the folders of all these reports agree with themselves, an imported model's without steps",
  isTimed,
  async () => {
    await using folder = await temporaryFolder();
    await writeRowReports(folder.path);
    for (const id of ["colour", "texts", "imported"]) {
      const path = `${folder.path}/${id}`;
      const read = await agreedReport({
        pathOf: (file) => file,
        read: (file) => Deno.readFile(`${path}/${file}`),
      });
      if (id !== "imported") continue;
      const { run, metrics, inputs } = read;
      assert.deepEqual(metrics, {
        schemaVersion: 6,
        start: null,
        epochs: [],
        stepStride: 1,
        steps: [],
        silentLatents: null,
      });
      assert.deepEqual([run.imported!.tool, run.timing.steps, run.timing.trainMs], ["SAELens", 0, 0]);
      assert.deepEqual([run.sparsity.silentLatents, run.notices.filter((text) => /training|steps/.test(text))], [
        null,
        [],
      ]);
      assert.ok(run.metrics.test.fvu! < 0.2, "the same model on the same rows");
      const { test } = vectorsWithWords(), { fileRows, values } = inputs.rowTexts!;
      values[1].forEach((token, i) => assert.equal(token, test.meta!.values[1][fileRows![i]]));
    }
  },
);

Deno.test("quantiles of the rows' errors are those of the errors in order", isTimed, async () => {
  const { run: { errorQuantiles: { test } }, inputs: { rows } } = await written(await colourReport());
  assert.equal(rows.length, 60, "all inputs are listed");
  const errors = rows.map(({ mse }) => mse).sort((a, b) => a - b);
  test.forEach((quantile, i) => {
    const place = i / 200 * (errors.length - 1), below = Math.floor(place), part = place - below;
    const wanted = errors[below] * (1 - part) + (errors[below + 1] ?? 0) * part;
    assert.ok(Math.abs(quantile - wanted) <= 2e-5 * wanted, `${i}: ${quantile}, ${wanted}`);
  });
});

Deno.test("a table of words takes rows in order of their importance while there is room, and cuts no character in half", () => {
  const long = "x".repeat(MOST_TEXT), count = 20_000;
  const set = { labels: null, fileRows: null, meta: { names: ["text"], values: [Array(count).fill(long)] } };
  const rows = Array.from({ length: count }, (_, i) => count - 1 - i);
  const full = rowTexts(set, { rows, isDrawn: true })!;
  assert.equal(full.rows.length, 16_384);
  assert.deepEqual([full.rows[0], full.rows.at(-1)], [count - 16_384, count - 1]);
  const two = { ...set, meta: { names: ["a", "b"], values: [set.meta.values[0], set.meta.values[0]] } };
  assert.equal(rowTexts(two, { rows, isDrawn: true })!.rows.length, Math.floor(2 ** 22 / (2 * MOST_TEXT)));
  const smile = { ...set, meta: { names: ["text"], values: [[`${"x".repeat(MOST_TEXT - 2)}😀 and more`]] } };
  assert.deepEqual(rowTexts(smile, { rows: [0], isDrawn: true })!.values, [[`${"x".repeat(MOST_TEXT - 2)}…`]]);
  const nothing = { labels: Uint8Array.of(4, 2), fileRows: null, meta: null };
  assert.equal(rowTexts(nothing, { rows: [1], isDrawn: true }), null);
  const labels = { rows: [1], labels: [2], fileRows: null, names: [], values: [] };
  assert.deepEqual(rowTexts(nothing, { rows: [1], isDrawn: false }), labels);
});

// deno-lint-ignore no-explicit-any
const damages: [string, (files: any) => void, string][] = [
  ["a sprite of rows without pictures", ({ inputs }) => inputs.originals = colourSprite, "originals !== null"],
  ["words of a row that is not there", ({ inputs }) => inputs.rowTexts.rows[99] = 100, "rowTexts.rows[99]"],
  ["words that are missing", ({ latents }) => latents.rowTexts = null, "rowTexts !== null"],
  ["a class that is not there", ({ latents }) => latents.rowTexts.labels[1] = 6, "rowTexts.labels[1]"],
  ["a nearest latent that is not there", ({ latents }) => latents.nearest[3] = 80, "nearest[3]"],
  ["a picture for every row", ({ run }) => run.dataset.drawn = true, "dataset.drawn"],
  ["more rows measured than there are", ({ run }) => run.dataset.train.images = 3, "dataset.train.measured"],
  ["steps of a model that was not trained here", ({ run }) => run.imported = {}, "epochs.length"],
];
const colourSprite = {
  files: ["a.png"],
  channels: 3,
  tileWidth: 1,
  tileHeight: 1,
  columns: 1,
  tilesPerFile: 1,
  count: 100,
};

Deno.test("contradictions between the files of a report without pictures are found", isTimed, async () => {
  const read = await written(await textsReport());
  for (const [what, damage, field] of damages) {
    const { files: _, details: __, ...files } = structuredClone(read);
    damage(files);
    const found = contradiction(files, { folder: "texts" });
    assert.equal(found?.field, field, what);
  }
});
