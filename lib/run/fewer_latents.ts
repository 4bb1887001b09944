/**
 * A trained model used with fewer latents per row than it was trained with: the k largest of each row.
 *
 * Changes no weight and runs nothing.
 *
 * @module
 */
import { mostLatents } from "../analysis/by_k.ts";
import { UserError } from "../errors.ts";
import { inWords } from "../knob.ts";
import { VARIANT_NAMES, VARIANTS } from "../sae/sparsity/variants.ts";
import type { TrainedModel } from "./trained_model.ts";

/** The methods that choose the largest latents of each row, in words. */
export function methodsWithFewerLatents(): string {
  return inWords(VARIANT_NAMES.filter((name) => VARIANTS[name].selects === "row"), "or");
}

/**
 * The model with at most k latents of each row; as it is if k is null.
 *
 * @throws {UserError} Its method does not choose the largest latents of each row, or k is above the run's. Exit code 2.
 */
export function withFewerLatents<Model extends TrainedModel>(model: Model, k: number | null): Model {
  if (k === null) return model;
  const { definition } = model, most = mostLatents(definition), { objective } = definition;
  const refused = (now: string, expected: string) =>
    new UserError(`Cannot use --k: ${now}, expected ${expected}`, { exitCode: 2 });
  if (most === null) {
    throw refused(`the run's method is ${objective.sparsity}`, `a run of ${methodsWithFewerLatents()}`);
  }
  if (k > most) throw refused(`it is ${k}`, `at most the ${most} latents of each row that the run was trained with`);
  const knobs = { ...objective.knobs, k };
  return { ...model, definition: { ...definition, objective: { ...objective, knobs } } };
}
