/**
 * Whole reports of small runs: images of any size, and data with nothing to measure.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decode } from "fast-png";
import type { Config } from "../../lib/config.ts";
import { type Dataset, GREY_IMAGES, type ImageSet, imageSet } from "../../lib/data/dataset.ts";
import {
  Activations,
  Inputs,
  LatentDetails,
  Latents,
  Metrics,
  Reconstructions,
  Run,
  SCHEMA_VERSION,
} from "../../lib/report/schema.ts";
import { spritesOf } from "../../lib/report/shown_rows.ts";
import type { Report } from "../../lib/report/report_files.ts";
import { Rng } from "../../lib/rng.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import { runSession } from "../../lib/run/session.ts";
import { needs } from "../needs.ts";

/** What a small data set is made of. */
interface Made {
  height: number;
  width: number;
  train?: number;
  test?: number;
  pixel?: (rng: Rng) => number;
  /** The class of each test image, or null for data without labels. */
  label?: ((image: number) => number) | null;
}

function madeDataset({ height, width, train = 40, test = 30, pixel, label = (i) => i % 3 }: Made): Dataset {
  const rng = Rng.fromSeed(height * width, "test");
  const draw = pixel ?? ((rng) => rng.uniform() < 0.3 ? 1 + rng.below(255) : 0);
  const split = (count: number): ImageSet =>
    imageSet({
      pixels: Uint8Array.from({ length: count * height * width }, () => draw(rng)),
      count,
      labels: label && Uint8Array.from({ length: count }, (_, i) => label(i)),
    });
  return {
    ...GREY_IMAGES,
    ...{ name: "made", height, width, black: 0, white: 1, truth: null },
    classNames: label ? ["a", "b", "c"] : [],
    train: split(train),
    test: split(test),
    provenance: { source: "generated", files: [], fallback: null, notes: [] },
  };
}

/** The report of a run on such data, which its schemas accept as written and read again. */
async function reportOf(made: Made, turned: Partial<Config> = {}): Promise<{ report: Report; events: RunEvent[] }> {
  const events: RunEvent[] = [];
  const outcome = await runSession({
    dataset: madeDataset(made),
    reportsDir: null,
    turned: {
      ...(turned.sparsity ? {} : { sparsity: "topk", k: 2 }),
      latent: 8,
      batch: 16,
      epochs: 1,
      engine: "reference",
      backend: "wasm",
      ...turned,
    },
  }, { onEvent: (event) => events.push(event) });
  assert.ok(outcome.kind === "finished");
  const { report } = outcome;
  const files = [
    [Run, report.run],
    [Metrics, report.metrics],
    [Reconstructions, report.reconstructions],
    [Activations, report.activations],
    [Latents, report.latents],
    [Inputs, report.inputs],
    ...Array.from(report.latentDetails(), (details) => [LatentDetails, details] as const),
  ] as const;
  for (const [schema, content] of files) {
    schema.parse(JSON.parse(JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...content })));
    assertFinite(content);
  }
  return { report, events };
}

/** JSON turns NaN and Infinity into null without a word. */
function assertFinite(value: unknown, path = ""): void {
  if (typeof value === "number") assert.ok(Number.isFinite(value), `${path} is ${value}`);
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) assertFinite(inner, `${path}.${key}`);
}

for (const [height, width] of [[1, 1], [64, 64], [1, 4096]]) {
  Deno.test(
    `a run on images of ${height}×${width} is reported, its pictures as large as they say`,
    needs("permissions", "time"),
    async () => {
      const pixel = (rng: Rng) => rng.uniform() < 0.02 ? 255 : 0; // noise takes seconds to compress
      const { report } = await reportOf({ height, width, train: 12, test: 6, pixel }, { latent: 3, batch: 4 });
      assert.equal(report.run.metrics.test.images, 6);
      const pngs = new Map(report.pictures.map(({ file, png }) => [file, png]));
      for (const [, , sprite] of spritesOf(report)) {
        const { files, tileWidth, tileHeight, columns, tilesPerFile, count } = sprite;
        assert.deepEqual([tileWidth, tileHeight], [width, height]);
        for (const [i, file] of files.entries()) {
          const tiles = Math.min(tilesPerFile, count - i * tilesPerFile), image = decode(pngs.get(file)!);
          assert.deepEqual([image.width, image.height], [columns * width, Math.ceil(tiles / columns) * height]);
          pngs.delete(file);
        }
      }
      assert.deepEqual([...pngs.keys()], [], "each picture is described");
      const pairs = report.reconstructions.pairs.length;
      assert.equal(report.reconstructions.sprite!.count, 3 * pairs);
    },
  );
}

Deno.test(
  "a report of data with nothing to measure holds finite numbers and nulls alone",
  needs("permissions"),
  async () => {
    const size = { height: 3, width: 4 };
    const oneImage = (await reportOf({ ...size, test: 1 })).report.run.metrics;
    assert.deepEqual([oneImage.test.images, oneImage.test.fvu, oneImage.probing?.latents[0].value], [1, null, null]);
    const constant = (await reportOf({ ...size, pixel: () => 77 })).report.run.metrics;
    assert.equal(constant.test.fvu, null);
    const black = (await reportOf({ ...size, pixel: () => 0 }, { sparsity: "l1" })).report.run.metrics;
    assert.deepEqual([black.test.nmse, black.test.cosine, black.test.activeLatents], [null, null, 0]);
    assert.equal(black.test.deadLatents, 8);
    const oneClass = (await reportOf({ ...size, label: () => 1 })).report.run.metrics;
    assert.deepEqual(oneClass.probing?.latents.map(({ value }) => value), [null, null, null]);
    assert.ok(oneClass.perturbation!.every(({ score }) => score === null));
    const unlabelled = (await reportOf({ ...size, label: null })).report.run.metrics;
    assert.deepEqual([unlabelled.probing, unlabelled.perturbation, unlabelled.samples.perturbation], [
      null,
      null,
      null,
    ]);
  },
);

Deno.test(
  "a run with too few latents to remove any has no probe perturbation, and one latent is no trouble",
  needs("permissions"),
  async () => {
    const size = { height: 3, width: 4 };
    for (const latent of [1, 2]) {
      const { perturbation, samples, probing } = (await reportOf(size, { latent, k: 1 })).report.run.metrics;
      assert.deepEqual([perturbation, samples.perturbation], [null, null]);
      assert.ok(probing!.latents.length === latent);
    }
    const { perturbation, samples } = (await reportOf(size, { latent: 3, k: 1 })).report.run.metrics;
    assert.deepEqual(perturbation!.map(({ n }) => n), [2]);
    assert.ok(samples.perturbation!.learned > 0 && samples.perturbation!.tested > 0);
  },
);

Deno.test(
  "the test loss of a report is that of its last epoch, and the training loss has the same terms",
  needs("permissions"),
  async () => {
    const { report } = await reportOf({ height: 3, width: 4 }, { sparsity: "gated", lambda: 0.5, epochs: 2 });
    const { train, test } = report.run.metrics, last = report.metrics.epochs.at(-1)!.test;
    assert.deepEqual([test.loss, test.penalty, test.auxiliary], [last.loss, last.penalty, last.auxiliary]);
    for (const { loss, penalty, auxiliary } of [train, test]) {
      assert.ok(auxiliary > 0 && penalty > 0 && loss > 0.5 * penalty + auxiliary);
    }
  },
);

Deno.test("a report says how many images stand behind what is measured on a sample", needs("permissions"), async () => {
  const { report } = await reportOf({ height: 2, width: 2, test: 2500 });
  assert.equal(report.run.metrics.test.images, 2500);
  const { description, perturbation } = report.run.metrics.samples;
  assert.deepEqual(description, { images: 2000, reconstructed: 2000 });
  assert.ok(perturbation!.learned <= 2000 && perturbation!.tested <= 1000);
});

Deno.test(
  "a run that explains nothing says so, and so does one that missed its target",
  needs("permissions"),
  async () => {
    const size = { height: 3, width: 4 };
    const { report: good } = await reportOf(size, { epochs: 30, lr: 1e-2 });
    assert.deepEqual(good.run.notices, []);
    const { report: bad } = await reportOf(size, { lr: 10, warmupSteps: 0 });
    assert.ok(bad.run.metrics.test.fvu! >= 1);
    assert.match(
      bad.run.notices[0],
      /^The explained variance on the test set is −\d\S*\. Predicting the mean input every time would give 0, so /,
    );
    const { report: missed } = await reportOf(size, { sparsity: "l1", targetL0: 0.5 });
    assert.ok(missed.run.sparsity.target!.isMissed);
    assert.match(
      missed.run.notices.join(),
      /The target of 0.5 active latents per input was missed: \d+\.\d are active/,
    );
  },
);

Deno.test("every measurement of a report tells how far it is, up to its end", needs("permissions"), async () => {
  const { events } = await reportOf({ height: 3, width: 4 });
  const measuring = events.filter((event) => event.kind === "measuring");
  const last = new Map(measuring.map(({ what, done, total }) => [what, { done, total }]));
  for (const what of ["measuring the training inputs", "measuring the test inputs", "drawing the latents"]) {
    assert.ok(last.has(what), what);
  }
  const unfinished = [...last].filter(([, { done, total }]) => done < total).map(([what]) => what);
  assert.deepEqual(unfinished.filter((what) => /inputs|drawing|effects/.test(what)), []);
});
