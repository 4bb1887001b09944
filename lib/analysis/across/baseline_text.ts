/**
 * Where trained settings do not beat baselines, in sentences: for a sweep's end and for the page of baselines.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
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

/** A sentence for each figure: which trained settings do not beat the strongest baseline, or that all of them do. */
export function baselineFindings<R extends ComparedRun>(comparisons: AgainstBaseline<R>[]): string[] {
  return BASELINE_FIGURES.flatMap((figure) => {
    const own = comparisons.filter((one) => one.figure === figure), n = own.length;
    if (n === 0) return [];
    const missed = own.filter(({ outcome }) => outcome !== "above");
    const settings = `trained setting${n === 1 ? "" : "s"}`;
    if (missed.length === 0) {
      const all = n === 1 ? "the" : n === 2 ? "both" : `all ${n}`;
      return [
        `${figure.label}: ${all} ${settings} ${n === 1 ? "is" : "are"} above every baseline.`,
      ];
    }
    const texts = missed.map((one) =>
      `${levelName(one.trained)} (${one.outcome === "below" ? "below" : "within the spread of"} ${baselineName(one)})`
    );
    const verb = missed.length === 1 ? "is" : "are";
    return [`${figure.label}: ${missed.length} of ${n} ${settings} ${verb} not above: ${texts.join(", ")}.`];
  });
}
