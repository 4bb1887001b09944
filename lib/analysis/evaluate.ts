/**
 * What a trained model is worth beyond its loss, on the test set: are the latents rare, apart, meaningful, and true?
 *
 * Gathers the measurements of the files beside it into the report's shape and says which of them apply: several need a
 * linear one-layer decoder, in which a latent is a direction, or labels, or a known truth.
 *
 * @module
 */
import type { Dataset } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { gatherPixels, pixelValues } from "../pixels.ts";
import type { Evaluation } from "../report/schema.ts";
import { type Architecture, isLinearDecoder, type Parameters as ModelParameters } from "../sae/model.ts";
import { decoderGeometry } from "./decoder_geometry.ts";
import { logDensityHistogram } from "./density.ts";
import { descriptionLength } from "./mdl.ts";
import { densities, type SplitPass } from "./measure.ts";
import { sparseProbing } from "./probing.ts";
import { dictionaryRecovery } from "./recovery.ts";
import { targetedProbePerturbation } from "./tpp.ts";

/** Images for the measurements that are slow. */
const MOST_IMAGES = 2000;

/** A trained model and its test set. */
export interface EvaluatedModel {
  engine: Engine;
  arch: Architecture;
  params: ModelParameters;
  dataset: Dataset;
  /** Of the test set. */
  pass: SplitPass;
  seed: number;
}

/** See the module comment. */
export async function evaluate(model: EvaluatedModel): Promise<Evaluation> {
  const { arch, params, dataset: { test, truth, classNames }, pass, seed } = model;
  const { dInput, nLatents } = arch;
  const directions = directionsOf(params, arch);
  const { counts, edges, neverFired, shares } = logDensityHistogram(densities(pass), pass.count);
  const linear = directions && isLinearDecoder(arch) ? directions : null;
  const labels = test.labels?.subarray(0, pass.count) ?? null, nClasses = classNames.length;
  const x = pixelValues(test.pixels).subarray(0, pass.count * dInput);
  const { acts } = pass;
  const probe = (values: Float32Array, width: number) =>
    sparseProbing({ values, width, labels: labels!, nClasses, seed }).accuracy;
  return {
    density: { edges: [...edges], counts, neverFired, shares },
    geometry: directions && geometryOf(directions, nLatents),
    probing: labels && nClasses > 1 ? { latents: probe(acts, nLatents), pixels: probe(x, dInput) } : null,
    perturbation: linear && labels && nClasses > 1
      ? targetedProbePerturbation({ x, acts, decoder: linear.decoder, nLatents, labels, nClasses, seed }).scores
      : null,
    description: linear && await describe(model, linear.decoder),
    dictionary: directions && truth
      ? recovery({
        decoder: directions.decoder,
        truth: truth.features,
        acts,
        trueActs: truth.testActs,
        dInput,
        activeAbove: pass.activeAbove,
      })
      : null,
  };
}

function geometryOf(directions: Directions, nLatents: number): NonNullable<Evaluation["geometry"]> {
  const { summary, comparedLatents } = decoderGeometry({ ...directions, nLatents });
  return { ...summary, comparedLatents };
}

function recovery(data: Parameters<typeof dictionaryRecovery>[0]): NonNullable<Evaluation["dictionary"]> {
  const { matches: _, ...figures } = dictionaryRecovery(data);
  return figures;
}

/** MDL over evenly spread images. */
async function describe(
  { engine, arch, dataset: { test }, pass }: EvaluatedModel,
  decoder: Float32Array,
): Promise<NonNullable<Evaluation["description"]>> {
  const { nLatents, dInput } = arch;
  const stride = Math.ceil(pass.count / MOST_IMAGES);
  const images = Array.from({ length: Math.ceil(pass.count / stride) }, (_, i) => i * stride);
  const chosen = gatherPixels(test.pixels, images, dInput);
  const { recon } = await engine.forward(chosen); // sync point
  const acts = gatherPixels(pass.acts as Float32Array<ArrayBuffer>, images, nLatents);
  const { bits, binCount } = descriptionLength({ x: pixelValues(chosen), recon, acts, decoder, nLatents });
  return { bits, binCount };
}

/** Rows in which latents write and read. */
interface Directions {
  /** `[nLatents, dInput]` each. */
  decoder: Float32Array;
  encoder: Float32Array;
}

/** The directions of a one-layer dictionary's latents; null where there are hidden layers between. */
function directionsOf(params: ModelParameters, { layers, dInput, nLatents }: Architecture): Directions | null {
  if (layers.length !== 2) return null;
  const [encoder, decoder] = layers.map(({ name }) => params[`${name}.weight`]);
  const rows = new Float32Array(nLatents * dInput);
  for (let d = 0; d < dInput; d++) {
    for (let j = 0; j < nLatents; j++) rows[j * dInput + d] = decoder[d * nLatents + j];
  }
  return { decoder: rows, encoder };
}
