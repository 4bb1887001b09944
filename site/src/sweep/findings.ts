/**
 * The right L0 and the right width of a sweep as series of their charts, with names for people.
 *
 * Measures nothing: `lib/analysis/across/` does. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { RightL0 } from "../../../lib/analysis/across/right_l0.ts";
import { kText } from "../../../lib/analysis/across/scaling_text.ts";
import { lossOf } from "../../../lib/analysis/across/scaling_law.ts";
import { shownSparsities } from "../../../lib/analysis/across/scaling_fit.ts";
import type { FindingOf, L0Finding, WidthFinding } from "../../../lib/analysis/across/sweep_findings.ts";
import { mean } from "../../../lib/analysis/mean.ts";
import { VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import type { FrontPoint, FrontSeries } from "../charts/family.ts";
import type { WidthLine } from "../charts/right_width.ts";
import { MOST_LINES } from "../charts/sweep.ts";
import { count } from "../format.ts";
import { labelInSentence, settingLabel, settingText } from "../settings.ts";

/** Figures of curves, at most: a sweep over many other settings has more planes than a page can show. */
export const MOST_FIGURES = 6;

/** `BatchTopK, learning rate 0.01` */
export function planeName({ variant, others }: FindingOf): string {
  const rest = Object.entries(others).map(([name, value]) =>
    `${labelInSentence(settingLabel(name))} ${settingText(name, value)}`
  );
  return [VARIANTS[variant].title, ...rest].join(", ");
}

/** A curve with its name in a figure: what distinguishes it from the others there. */
export interface NamedCurve {
  name: string;
  result: RightL0;
}

/** Curves that are drawn together. */
export interface CurveFigure {
  /** What its curves have in common; "" if nothing else is drawn. */
  name: string;
  curves: NamedCurve[];
}

/** All curves in one figure if they are few, else a figure for each variant and setting with a curve for each width. */
export function curveFigures(findings: L0Finding[]): CurveFigure[] {
  const planes = [...Map.groupBy(findings, planeName)], widths = new Set(findings.map(({ width }) => width));
  const ofWidth = (width: number) => `${count(width)} latents`;
  if (findings.length <= MOST_LINES) {
    const curves = findings.map((own) => {
      const parts = [...(planes.length > 1 ? [planeName(own)] : []), ...(widths.size > 1 ? [ofWidth(own.width)] : [])];
      return { name: parts.join(", ") || `${planeName(own)}, ${ofWidth(own.width)}`, result: own.result };
    });
    return curves.length > 0 ? [{ name: "", curves }] : [];
  }
  return planes.map(([name, own]) => ({
    name,
    curves: own.slice(0, MOST_LINES).map(({ width, result }) => ({ name: ofWidth(width), result })),
  }));
}

/**
 * The curves of mean |cosine|, and of explained variance, the points at which the cosine is smallest, and the true L0 if the
 * curves have one in common.
 */
export function curveSeries(
  curves: NamedCurve[],
  titles: Map<string, string>,
): {
  cosine: FrontSeries[];
  explained: FrontSeries[];
  minima: { cosine: FrontPoint[]; explained: FrontPoint[] };
  trueL0: number | null;
} {
  const minima = curves.flatMap(({ result: { verdict } }) => verdict.kind === "minimum" ? [verdict.at] : []);
  const explainedAt = ({ l0, explained }: (typeof minima)[number]) =>
    explained === null ? [] : [{ l0, value: explained }];
  const [truth, ...others] = new Set(curves.map(({ result }) => result.trueL0));
  return {
    trueL0: others.length === 0 ? truth ?? null : null,
    cosine: curves.map(({ name, result: { levels } }) => ({
      name,
      medians: levels.map(({ l0, cosine }) => ({ l0, value: cosine })),
      runs: levels.flatMap(({ runs }) =>
        runs.map(({ id, l0, cosine }) => ({ title: titles.get(id) ?? id, l0, value: cosine }))
      ),
    })),
    explained: curves.map(({ name, result: { levels } }) => ({
      name,
      medians: levels.flatMap(explainedAt),
      runs: [],
    })).filter(({ medians }) => medians.length > 0),
    minima: {
      cosine: minima.map(({ l0, cosine }) => ({ l0, value: cosine })),
      explained: minima.flatMap(explainedAt),
    },
  };
}

/** Points of a law's course for each doubling of the width. */
const COURSE = 8;

/** A line for each sparsity. */
export function widthLines(
  { runs, result }: WidthFinding,
  titleOf: (n: number, k: number, seed: number) => string,
): WidthLine[] {
  const law = result.kind === "fit" ? result.fitted.law : null, widths = runs.map(({ n }) => n);
  const from = Math.min(...widths), to = 4 * Math.max(...widths);
  const steps = Math.ceil(COURSE * Math.log2(to / from));
  return shownSparsities(runs).map((k) => {
    const own = runs.filter((run) => run.k === k && run.loss > 0);
    const held = result.kind === "fit" ? result.leftOut?.points.find((point) => point.k === k) : undefined;
    return {
      name: `k = ${kText(k)}`,
      runs: own.map(({ n, loss, seed }) => ({ n, loss, title: titleOf(n, k, seed) })),
      measured: [...Map.groupBy(own, ({ n }) => n)].map(([n, group]) => ({
        n,
        loss: Math.exp(mean(group.map(({ loss }) => Math.log(loss)))!),
      })).sort((a, b) => a.n - b.n),
      law: law
        ? Array.from({ length: steps + 1 }, (_, i) => {
          const n = from * (to / from) ** (i / steps);
          return { n, loss: lossOf(law, { n, k }) };
        })
        : [],
      expected: result.kind === "fit"
        ? result.extrapolations.filter((own) => own.k === k).map(({ n, loss: { value, low, high } }) => ({
          n,
          loss: value,
          low,
          high,
        }))
        : [],
      withoutLargest: held && result.kind === "fit" ? { n: result.leftOut!.n, loss: held.predicted } : null,
    };
  }).filter(({ measured, law }) => measured.length + law.length > 0);
}
