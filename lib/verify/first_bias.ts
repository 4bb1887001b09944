/**
 * The first bias of a model that was trained on inputs less their mean: the weights file has it with that mean in it, rounded
 * to float32, and in its header as it was trained. Whether the two are one bias, and which of them numbers are measured with.
 *
 * Measures nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { MODEL_FILE } from "../report/report_files.ts";
import { asTrained, otherBias, withoutFoldedMean } from "../run/model_file.ts";
import type { Architecture, Parameters } from "../sae/model.ts";
import { type Lines, valueText } from "./lines.ts";

const WHAT = "first bias";

/** Weights for the inputs that the model was trained on. */
export interface FirstBias {
  params: Parameters;
  /** Why they are not those that were trained, to the bit; null if they are. */
  whyRounded: string | null;
}

/**
 * Compares the bias as it was trained with the stored one, and says what was found; nothing of a model without such a mean.
 *
 * @param model As its file has it.
 * @param options.arch Of the training. `mean`: of its inputs, `[dInput]`; left out if they were not less their mean.
 */
export function checkFirstBias(
  { params, trainedBias }: { params: Parameters; trainedBias: Float32Array<ArrayBuffer> | null },
  { arch, mean }: { arch: Architecture; mean?: Float32Array },
  lines: Lines,
): FirstBias {
  if (!mean) {
    const detail = "the weights file has a first bias of inputs less their mean, and the run's inputs were not";
    if (trainedBias) lines.fails("numbers", WHAT, { detail });
    return { params, whyRounded: null };
  }
  const rounded = () => withoutFoldedMean(params, { arch, mean });
  if (trainedBias === null) {
    lines.notChecked("numbers", WHAT, {
      detail: "the weights file has no bias as it was trained: numbers are compared within the tolerance",
    });
    const whyRounded =
      "the weights file has the first bias with the mean training input in it alone, rounded to float32";
    return { params: rounded(), whyRounded };
  }
  const other = otherBias(params, { arch, mean, trainedBias });
  if (other === null) {
    const detail =
      `${trainedBias.length} numbers as they were trained become the stored ones with the mean of the data`;
    lines.holds("numbers", WHAT, { detail });
    return { params: asTrained(params, { arch, trainedBias }), whyRounded: null };
  }
  const { name, unit, stored, folded } = other;
  lines.fails("numbers", WHAT, {
    detail:
      "the first bias as it was trained, in the weights file's header, does not become the stored one with the mean of " +
      "the data",
    place: { path: `${MODEL_FILE}: ${name}[${unit}]`, stored: valueText(stored), measured: valueText(folded) },
  });
  const whyRounded =
    "the first bias as it was trained is not of these weights, and the stored one is rounded to float32";
  return { params: rounded(), whyRounded };
}
