/**
 * Whether the files of one report agree with each other: lengths, ranges and names that a page relies on.
 *
 * Each file has passed its schema before; here nothing is read, written or computed. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Activations, Features, Metrics, Reconstructions, Run } from "./schema.ts";

/** Every file of a finished run. */
export interface ReportFiles {
  run: Run;
  metrics: Metrics;
  reconstructions: Reconstructions;
  activations: Activations;
  features: Features;
}

/** A field that other files of the report contradict. */
export interface Contradiction {
  /** The file's name, such as `features.json`. */
  file: string;
  /** The field's path in it, such as `features[3].latent`. */
  field: string;
  /** What it is and what it must be: `it is 5, expected 4`. */
  reason: string;
}

/**
 * The first contradiction of a report, or null.
 *
 * @param folder The name of the folder that the files are in.
 */
export function contradiction(report: ReportFiles, { folder }: { folder: string }): Contradiction | null {
  for (const [file, field, now, wanted] of expectations(report, folder)) {
    const isRight = wanted instanceof Below ? Number(now) < wanted.limit : now === wanted;
    if (!isRight) return { file, field, reason: `it is ${JSON.stringify(now)}, expected ${textOf(wanted)}` };
  }
  return null;
}

/** A number that must be less than `limit`. */
class Below {
  constructor(readonly limit: number, readonly what: string) {}
}

type Expectation = [file: string, field: string, now: string | number | boolean, wanted: unknown];

function textOf(wanted: unknown): string {
  return wanted instanceof Below ? `less than the ${wanted.limit} ${wanted.what}` : JSON.stringify(wanted);
}

function* expectations(report: ReportFiles, folder: string): Generator<Expectation> {
  const { run, metrics, reconstructions, activations, features } = report;
  const { config, dataset, model: { layers }, metrics: { test } } = run;
  const { height, width, classNames } = dataset;
  const isKl = test.klNats !== null;

  yield ["run.json", "id", run.id, folder];
  yield ["run.json", "model.layers[0].dIn", layers[0].dIn, height * width];
  yield ["run.json", "metrics.test.images", test.images, dataset.test.images];
  yield ["metrics.json", "epochs.length", metrics.epochs.length, config.epochs];
  for (const [i, { test }] of metrics.epochs.entries()) {
    yield ["metrics.json", `epochs[${i}].test.klNats !== null`, test.klNats !== null, isKl];
  }

  for (const [i, label] of (reconstructions.batch.labels ?? []).entries()) {
    yield ["reconstructions.json", `batch.labels[${i}]`, label, new Below(classNames.length, "classes")];
  }
  for (const [i, { image, label }] of reconstructions.pairs.entries()) {
    yield ["reconstructions.json", `pairs[${i}].image`, image, new Below(dataset.test.images, "test images")];
    if (label === null) continue;
    yield ["reconstructions.json", `pairs[${i}].label`, label, new Below(classNames.length, "classes")];
  }

  yield ["activations.json", "latents.length", activations.latents.length, config.latent];
  for (const [i, { klNats }] of activations.latents.entries()) {
    yield ["activations.json", `latents[${i}].klNats !== null`, klNats !== null, isKl];
  }
  for (const [i, label] of (activations.heatmap.labels ?? []).entries()) {
    yield ["activations.json", `heatmap.labels[${i}]`, label, new Below(classNames.length, "classes")];
  }
  if (activations.classMeans) {
    yield ["activations.json", "classMeans.length", activations.classMeans.length, classNames.length];
  }

  yield ["features.json", "features.length", features.features.length, activations.shown.length];
  for (const [i, feature] of features.features.entries()) {
    const { latent, klNats, classProfile, examples } = feature;
    yield ["features.json", `features[${i}].latent`, latent, activations.shown[i]];
    yield ["features.json", `features[${i}].klNats !== null`, klNats !== null, isKl];
    if (classProfile) {
      yield ["features.json", `features[${i}].classProfile.length`, classProfile.length, classNames.length];
    }
    for (const { image } of [...examples.top, ...examples.intervals.flatMap(({ images }) => images)]) {
      yield ["features.json", `features[${i}].examples`, image, new Below(dataset.test.images, "test images")];
    }
  }

  for (const [file, field, { tileHeight, tileWidth }] of spritesOf(report)) {
    yield [file, `${field}.tileHeight`, tileHeight, height];
    yield [file, `${field}.tileWidth`, tileWidth, width];
  }
}

/** Every sprite of a report: the JSON file and field that describe it, and the description. */
export function* spritesOf(
  { reconstructions, features }: Pick<ReportFiles, "reconstructions" | "features">,
): Generator<[file: string, field: string, sprite: Reconstructions["sprite"]]> {
  yield ["reconstructions.json", "batch.sprite", reconstructions.batch.sprite];
  yield ["reconstructions.json", "sprite", reconstructions.sprite];
  yield ["features.json", "decoderSprite", features.decoderSprite];
  yield ["features.json", "effectSprite", features.effectSprite];
  for (const [i, { examples }] of features.features.entries()) {
    yield ["features.json", `features[${i}].examples.sprite`, examples.sprite];
  }
}
