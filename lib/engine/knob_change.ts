/**
 * What the knobs of a model under training may be changed to: everything that leaves its state as it is.
 *
 * Knows variants by what they state, and no engine. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { quoted, UserError } from "../errors.ts";
import { accepts, expectedOf, inWords, type Knob } from "../knob.ts";
import { isLinearDecoder } from "../sae/model.ts";
import { type VariantKnobs, VARIANTS } from "../sae/sparsity/variants.ts";
import type { KnobChange, StepDefinition } from "./engine.ts";

/**
 * A definition with other values of its variant's knobs; parameters, moments and buffers stay the same.
 *
 * @throws {UserError} The variant has no such knob, or does not accept the value beside the model's other numbers; or
 * the knob is the penalty's weight, which each step has for itself, or one that initial numbers were made from.
 */
export function withKnobs(definition: StepDefinition, change: KnobChange): StepDefinition {
  const { arch, objective } = definition, variant = VARIANTS[objective.sparsity];
  const turned = Object.entries(change).filter(([, value]) => value !== undefined);
  const knobs: VariantKnobs = { ...objective.knobs, ...Object.fromEntries(turned) };
  for (const [name, value] of turned) {
    const expected = whyRefused(definition, { name, value });
    if (expected !== null) {
      throw new UserError(`Cannot set ${named(name)}: it is ${shown(value)}, expected ${expected}`);
    }
  }
  return {
    ...definition,
    arch: { ...arch, latentParameters: variant.parameters(knobs) },
    objective: { ...objective, knobs },
  };
}

/** What is expected in place of a knob's value, in words; null if the value is accepted. */
function whyRefused(
  { arch, objective: { sparsity, knobs } }: StepDefinition,
  { name, value }: { name: string; value: unknown },
): string | null {
  const variant = VARIANTS[sparsity];
  if (!Object.hasOwn(variant.knobs, name)) {
    return `a setting of ${sparsity}: ${inWords(Object.keys(variant.knobs), "or")}`;
  }
  const knob: Knob = variant.knobs[name];
  if (!accepts(knob, value)) return expectedOf(knob, value);
  if (name === variant.weight) return "it in the weights of a plan, one for each step";
  const before = arch.latentParameters, after = variant.parameters({ ...knobs, [name]: value });
  if (Object.keys(before).some((parameter) => before[parameter].initial !== after[parameter].initial)) {
    return `${shown(knobs[name as keyof VariantKnobs])}, which the initial parameters were made from`;
  }
  if (name === "k" && Number(value) > arch.nLatents) return `at most the ${arch.nLatents} latents`;
  if (name === "auxAlpha" && Number(value) > 0 && !isLinearDecoder(arch)) {
    return "0 without a linear one-layer decoder (AuxK explains its error)";
  }
  return null;
}

function named(name: string): string {
  return /^\w{1,30}$/.test(name) ? name : quoted(name);
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : quoted(JSON.stringify(value) ?? String(value));
}
