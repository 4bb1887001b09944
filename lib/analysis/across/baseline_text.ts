/**
 * Where trained settings do not beat baselines, in sentences: for a sweep's end and for the page of baselines.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { inWords } from "../../knob.ts";
import { VARIANTS } from "../../sae/sparsity/variants.ts";
import { type AgainstBaseline, BASELINE_FIGURES } from "./against_baselines.ts";
import type { ComparedRun, Level } from "./family.ts";

/** A method's name; of a baseline also what it is: `TopK, baseline frozen decoder`. */
export function methodName({ variant, baseline }: Pick<Level, "variant" | "baseline">): string {
  return baseline ? `${VARIANTS[variant].title}, baseline ${baseline.title}` : VARIANTS[variant].title;
}

/** `TopK at 16.0 active latents`. */
export function levelName(level: Pick<Level, "variant" | "baseline" | "l0">): string {
  return `${methodName(level)} at ${level.l0.toFixed(1)} active latents`;
}

/** What the baseline beside a trained level is called: `PCA`, with its method if that is another. */
export function baselineName({ trained, baseline }: Pick<AgainstBaseline, "trained" | "baseline">): string {
  return trained.variant === baseline.variant ? baseline.baseline!.title : methodName(baseline);
}

/**
 * A sentence for each figure: which trained settings do not beat the strongest baseline, or that all of them do; and one if
 * the spread over random seeds is not known.
 */
export function baselineFindings<R extends ComparedRun>(comparisons: AgainstBaseline<R>[]): string[] {
  const isAlone = comparisons.some(({ ofTrained }) => ofTrained.runs === 1);
  return [
    ...figureFindings(comparisons),
    ...(isAlone ? ["Settings with one random seed have no spread: a small difference may be chance."] : []),
  ];
}

function figureFindings<R extends ComparedRun>(comparisons: AgainstBaseline<R>[]): string[] {
  return BASELINE_FIGURES.flatMap((figure) => {
    const own = comparisons.filter((one) => one.figure === figure), n = own.length;
    if (n === 0) return [];
    const missed = own.filter(({ outcome }) => outcome !== "above");
    if (missed.length === 0) {
      const all = n === 1 ? "the trained setting is" : `${n === 2 ? "both" : `all ${n}`} trained settings are`;
      return [`${figure.label}: ${all} above the strongest baseline.`];
    }
    return [`${figure.label}: ${howMany(missed.length, n)} above the strongest baseline: ${missedText(missed)}.`];
  });
}

function howMany(missed: number, n: number): string {
  if (n === 1) return "the trained setting is not";
  if (missed === n) return n === 2 ? "neither trained setting is" : `none of the ${n} trained settings is`;
  return `${missed} of ${n} trained settings ${missed === 1 ? "is" : "are"} not`;
}

/** `TopK at 8.0 and 16.0 active latents (below PCA)`: levels with the same outcome stand together. */
function missedText<R extends ComparedRun>(missed: AgainstBaseline<R>[]): string {
  const outcome = (one: AgainstBaseline<R>) =>
    `(${one.outcome === "below" ? "below" : "within the spread of"} ${baselineName(one)})`;
  const alike = Map.groupBy(missed, (one) => `${methodName(one.trained)} ${outcome(one)}`);
  return [...alike.values()].map((group) => {
    const l0s = group.map(({ trained }) => trained.l0.toFixed(1));
    return `${methodName(group[0].trained)} at ${inWords(l0s, "and")} active latents ${outcome(group[0])}`;
  }).join(", ");
}
