/**
 * What a trained model is good for beyond its loss, on the test set: are the latents rare, distinct, meaningful, and true?
 *
 * Gathers the measurements of the files beside it into the report's shape and says which of them apply: several need a
 * linear one-layer decoder, in which a latent is a direction, or labels, or a known truth.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Dataset } from "../data/dataset.ts";
import type { Labels } from "../data/row_labels.ts";
import type { Engine, StepDefinition } from "../engine/engine.ts";
import { pixelValues } from "../pixels.ts";
import type { Evaluation } from "../report/schema.ts";
import { isLinearDecoder } from "../sae/model.ts";
import { errorByK, mostLatents } from "./by_k.ts";
import { decoderGeometry } from "./decoder_geometry.ts";
import { logDensityHistogram } from "./density.ts";
import type { Directions } from "./directions.ts";
import { descriptionLength } from "./mdl.ts";
import type { SplitPass } from "./measure.ts";
import { type ClassProbes, type SparseProbing, sparseProbing } from "./probing.ts";
import type { OnNamedProgress } from "./progress.ts";
import { dictionaryRecovery } from "./recovery.ts";
import { pixelPieces, type PixelSource } from "./pixel_source.ts";
import { bytesOfForward, InputRows } from "./row_sources.ts";
import { targetedProbePerturbation } from "./tpp.ts";

/** Pairs of a class and a latent for whose means there is room, and numbers in all directions, once for each class, that take seconds. */
const MOST_CLASS_LATENTS = 2 ** 25, MOST_CLASS_DIRECTIONS = 2 ** 33;

/** A trained model and its test set. */
export interface EvaluatedModel extends Pick<StepDefinition, "arch" | "objective"> {
  engine: Engine;
  /** Of a model without hidden layers. */
  directions: Directions | null;
  dataset: Pick<Dataset, "truth" | "classNames"> & { test: { pixels: PixelSource; labels: Labels | null } };
  /** Of the test set. */
  pass: SplitPass;
  seed: number;
  onProgress?: OnNamedProgress;
}

/** See the module comment. */
export async function evaluate(model: EvaluatedModel): Promise<Evaluation> {
  const { engine, arch, directions, dataset: { test, truth, classNames }, pass, seed, onProgress } = model;
  const { dInput, nLatents } = arch;
  const linear = directions && isLinearDecoder(arch) ? directions : null;
  const nClasses = classNames.length;
  const isAffordable = nClasses * Math.max(nLatents, dInput) <= MOST_CLASS_LATENTS;
  const classes = test.labels && nClasses > 1 && isAffordable ? { labels: test.labels, nClasses, seed } : null;
  const canPerturb = nClasses * nLatents * dInput <= MOST_CLASS_DIRECTIONS;
  const inputs = new InputRows(test.pixels, dInput), latents = pass.rows;
  const next = (what: string, done: number) => onProgress?.({ what, done, total: 6 });

  const densities = pass.latents.densities();
  const { counts, edges, neverFired, shares } = logDensityHistogram(densities, pass.count);
  next("comparing the latents' directions", 0);
  const geometry = directions && geometryOf({ ...directions, nLatents, densities });
  next("probing for classes", 1);
  const probing = classes &&
    probingOf(await sparseProbing(latents, classes), await sparseProbing(inputs, classes));
  next("perturbing probes", 2);
  const perturbed = linear && classes && canPerturb &&
    await targetedProbePerturbation({ inputs, latents, decoder: linear.decoder, ...classes });
  next("measuring the description length", 3);
  const description = linear &&
    await descriptionLength({ latents, decoder: linear.decoder, errorsOf: (rows) => errorsOf(model, rows) });
  next("looking for the true features", 4);
  const recovery = directions && truth && await dictionaryRecovery({
    decoder: directions.decoder,
    truth,
    latents,
    dInput,
    activeAbove: pass.latents.activeAbove,
  });
  next("reconstructing with fewer latents", 5);
  const k = mostLatents(model);
  const byK = k === null ? null : await errorByK({ engine, arch, pixels: test.pixels, latents, k });
  next("evaluated", 6);
  return {
    density: { edges: [...edges], counts, neverFired, shares },
    geometry,
    probing,
    perturbation: perturbed && perturbed.scores.length > 0 ? perturbed.scores : null,
    description: description && { bits: description.bits, binCount: description.binCount },
    dictionary: recovery && withoutMatches(recovery),
    byK,
    samples: {
      perturbation: perturbed && perturbed.scores.length > 0
        ? { learned: perturbed.learnedRows, tested: perturbed.testedRows }
        : null,
      description: description && { images: description.rows, reconstructed: description.checkedRows },
    },
  };
}

function probingOf(latents: SparseProbing, pixels: SparseProbing): NonNullable<Evaluation["probing"]> {
  const byCount = ({ accuracy: sizes }: SparseProbing, own: ClassProbes) =>
    sizes.map(({ k }, i) => ({ k, value: own.accuracy[i] }));
  return {
    latents: latents.accuracy,
    pixels: pixels.accuracy,
    byClass: latents.classes.map((own, label) => ({
      label,
      latents: byCount(latents, own),
      pixels: byCount(pixels, pixels.classes[label]),
      bestLatents: own.columns,
    })),
  };
}

function geometryOf(
  weights: Directions & { nLatents: number; densities: Float64Array },
): NonNullable<Evaluation["geometry"]> {
  const { summary, comparedLatents, decoderPairs } = decoderGeometry(weights);
  return { ...summary, comparedLatents, decoderPairs };
}

function withoutMatches(
  { matches: _, ...figures }: Awaited<ReturnType<typeof dictionaryRecovery>>,
): NonNullable<Evaluation["dictionary"]> {
  return figures;
}

/** x − x̂ of some test inputs, `[rows, dInput]`. */
async function errorsOf(
  { engine, arch, dataset: { test } }: EvaluatedModel,
  rows: Uint32Array,
): Promise<Float32Array> {
  const { dInput } = arch;
  const errors = new Float32Array(rows.length * dInput);
  for await (const { first, pixels } of pixelPieces(test.pixels, { dInput, bytesPerRow: bytesOfForward(arch), rows })) {
    const { recon } = await engine.forward(pixels); // sync point
    const x = pixelValues(pixels), start = first * dInput;
    for (let i = 0; i < x.length; i++) errors[start + i] = x[i] - recon[i];
  }
  return errors;
}
