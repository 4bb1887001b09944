/**
 * Whether the files of one report agree with each other: lengths, ranges and names that a page relies on.
 *
 * Each file has passed its schema before; here nothing is read, written or computed. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { isDrawn, rowLength } from "../data/row_shape.ts";
import {
  Below,
  type Contradiction,
  eachBelow,
  type Expectation,
  firstBroken,
  limitsOf,
  type ReportFiles,
} from "./expectation.ts";
import { HEATMAP_ROWS, type LatentDetails, LATENTS_PER_FILE, listedInputCounts } from "./schema.ts";
import { lifelineExpectations } from "./lifeline_rules.ts";
import { pictureExpectations, textExpectations } from "./shown_rows.ts";
import { isTrainedHere } from "./trained_here.ts";

/**
 * The first contradiction of a report, or null.
 *
 * @param folder The name of the folder that the files are in.
 */
export function contradiction(report: ReportFiles, { folder }: { folder: string }): Contradiction | null {
  return firstBroken(expectations(report, folder));
}

/**
 * The first contradiction of a detail file, or null.
 *
 * @param options.place The file's place in `detailFiles`.
 */
export function detailContradiction(
  details: LatentDetails,
  { report, place }: { report: Pick<ReportFiles, "run" | "latents">; place: number },
): Contradiction | null {
  return firstBroken(detailExpectations(details, { ...report, place }));
}

function* expectations(report: ReportFiles, folder: string): Generator<Expectation> {
  const { run, metrics, reconstructions } = report;
  const { config, dataset, model: { layers }, metrics: { test, probing } } = run;
  const { classNames } = dataset;
  const limits = limitsOf(report);
  const isKl = test.klNats !== null;

  yield ["run.json", "id", run.id, folder];
  yield ["run.json", "model.layers[0].dIn", layers[0].dIn, rowLength(dataset)];
  yield ["run.json", "metrics.test.images", test.images, dataset.test.images];
  yield ["run.json", "metrics.train.images", run.metrics.train.images, dataset.train.measured];
  yield [
    "run.json",
    "dataset.train.measured",
    dataset.train.measured,
    new Below(dataset.train.images + 1, "possible numbers"),
  ];
  yield ["run.json", "dataset.drawn", dataset.drawn, isDrawn(dataset)];
  if (probing) yield ["run.json", "metrics.probing.byClass.length", probing.byClass.length, classNames.length];
  for (const [i, { label, bestLatents }] of (probing?.byClass ?? []).entries()) {
    const field = `metrics.probing.byClass[${i}]`;
    yield ["run.json", `${field}.label`, label, i];
    yield* eachBelow("run.json", { field: `${field}.bestLatents`, values: bestLatents, limit: limits.latent });
  }
  const isTrained = isTrainedHere(run);
  yield ["metrics.json", "epochs.length", metrics.epochs.length, isTrained ? config.epochs : 0];
  yield ["metrics.json", "start !== null", metrics.start !== null, isTrained];
  yield ["metrics.json", "steps.length > 0", metrics.steps.length > 0, isTrained];
  for (const [i, { test }] of metrics.epochs.entries()) {
    yield ["metrics.json", `epochs[${i}].test.klNats !== null`, test.klNats !== null, isKl];
  }
  const { batch, pairs } = reconstructions;
  yield* eachBelow("reconstructions.json", { field: "batch.labels", values: batch.labels, limit: limits.label });
  for (const [i, { image, label }] of pairs.entries()) {
    yield ["reconstructions.json", `pairs[${i}].image`, image, limits.row];
    if (label !== null) yield ["reconstructions.json", `pairs[${i}].label`, label, limits.label];
  }
  yield* activationExpectations(report);
  yield* latentExpectations(report);
  yield* inputExpectations(report);
  yield* lifelineExpectations(report);
  yield* pictureExpectations(report);
  yield* textExpectations(report);
}

function* activationExpectations({ run, activations }: ReportFiles): Generator<Expectation> {
  const file = "activations.json", limits = limitsOf({ run });
  const { shown, heatmap, classMeans } = activations;
  yield* eachBelow(file, { field: "shown", values: shown, limit: limits.latent });
  yield [file, "heatmap.acts.length", heatmap.acts.length, Math.min(HEATMAP_ROWS, run.dataset.test.images)];
  yield* eachBelow(file, { field: "heatmap.labels", values: heatmap.labels, limit: limits.label });
  if (classMeans) yield [file, "classMeans.length", classMeans.length, run.dataset.classNames.length];
}

function* latentExpectations({ run, latents }: ReportFiles): Generator<Expectation> {
  const file = "latents.json", limits = limitsOf({ run });
  const { config, dataset, metrics: { test } } = run;
  const hasClasses = dataset.classNames.length > 0;
  yield [file, "count", latents.count, config.latent];
  yield [file, "klNats !== null", latents.klNats !== null, test.klNats !== null];
  yield [file, "mainClass !== null", latents.mainClass !== null, hasClasses];
  yield [file, "classPurity !== null", latents.classPurity !== null, hasClasses];
  yield* eachBelow(file, { field: "nearest", values: latents.nearest, limit: limits.latent });
  const unequal = latents.nearest.findIndex((other, j) => (other === null) !== (latents.nearestCosine[j] === null));
  if (unequal >= 0) {
    yield [
      file,
      `nearestCosine[${unequal}] !== null`,
      latents.nearest[unequal] === null,
      latents.nearest[unequal] !== null,
    ];
  }
  yield* eachBelow(file, { field: "mainClass", values: latents.mainClass, limit: limits.label });
  yield [file, "errorRows", latents.errorRows, new Below(dataset.test.images + 1, "possible numbers of test inputs")];
  const j = latents.decodedAt.findIndex((at, j) => (at ?? 0) !== latents.maxActivation[j]);
  if (j >= 0) yield [file, `decodedAt[${j}]`, latents.decodedAt[j] ?? 0, latents.maxActivation[j]];
  if (latents.baseValues) {
    yield [file, "baseValues.length", latents.baseValues.length, rowLength(dataset)];
  }
  const { exampleImages } = latents;
  if (!exampleImages) return;
  yield* eachBelow(file, { field: "exampleImages.rows", values: exampleImages.rows, limit: limits.row });
  yield [file, "exampleImages.labels !== null", exampleImages.labels !== null, hasClasses];
  yield* eachBelow(file, { field: "exampleImages.labels", values: exampleImages.labels, limit: limits.label });
}

function* inputExpectations({ run, inputs }: ReportFiles): Generator<Expectation> {
  const file = "inputs.json", limits = limitsOf({ run });
  const { test: { images }, classNames } = run.dataset;
  const first = Math.min(listedInputCounts(rowLength(run.dataset)).first, images);
  yield [file, "rows.length < first", inputs.rows.length < first, false];
  for (const [i, { row, kinds, label, active: { latents } }] of inputs.rows.entries()) {
    if (i < first) yield [file, `rows[${i}].row`, row, i];
    yield [file, `rows[${i}].row`, row, limits.row];
    yield [file, `rows[${i}].kinds.includes("first")`, kinds.includes("first"), i < first];
    yield [file, `rows[${i}].label !== null`, label !== null, classNames.length > 0];
    yield* eachBelow(file, { field: `rows[${i}].label`, values: [label], limit: limits.label });
    yield* eachBelow(file, { field: `rows[${i}].active.latents`, values: latents, limit: limits.latent });
  }
}

function* detailExpectations(
  { latents: details }: LatentDetails,
  { run, latents, place }: Pick<ReportFiles, "run" | "latents"> & { place: number },
): Generator<Expectation> {
  const file = latents.detailFiles[place], first = place * LATENTS_PER_FILE;
  const all = latents.detailed?.length ?? latents.count;
  const { dataset } = run, limits = limitsOf({ run });
  yield [file, "latents.length", details.length, Math.min(LATENTS_PER_FILE, all - first)];
  for (const [i, detail] of details.entries()) {
    const field = `latents[${i}]`, { latent, histogram, top, intervals, classProfile, factorCorrelation } = detail;
    yield [file, `${field}.latent`, latent, latents.detailed?.[first + i] ?? first + i];
    yield [file, `${field}.histogram.max`, histogram.max, latents.maxActivation[latent]];
    yield [file, `${field}.histogram.counts`, histogram.counts.reduce((a, b) => a + b), dataset.test.images];
    yield* eachBelow(file, { field: `${field}.top.rows`, values: top.rows, limit: limits.row });
    for (const [k, rows] of (intervals?.rows ?? []).entries()) {
      yield* eachBelow(file, { field: `${field}.intervals.rows[${k}]`, values: rows, limit: limits.row });
    }
    if (classProfile) {
      yield [file, `${field}.classProfile.length`, classProfile.length, dataset.classNames.length];
    }
    yield [file, `${field}.factorCorrelation`, Object.keys(factorCorrelation).join(), dataset.factors.join()];
    yield* eachBelow(file, { field: `${field}.similar.latents`, values: detail.similar.latents, limit: limits.latent });
  }
}
