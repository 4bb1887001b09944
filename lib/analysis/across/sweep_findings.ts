/**
 * What a sweep says about the right L0 and the right width, if it has the axes for it.
 *
 * Chooses the runs; `right_l0.ts` and `scaling_fit.ts` measure. Baselines are left out: directions that stay random or are fitted
 * in closed form do not depend on the L0. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { KnobValue, Sweep } from "../../report/sweep_schema.ts";
import { baselineOf } from "../../sae/baselines.ts";
import { VARIANT_NAMES, type VariantName } from "../../sae/sparsity/variants.ts";
import type { ComparedRun } from "./family.ts";
import { median } from "./figures.ts";
import { type RightL0, rightL0 } from "./right_l0.ts";
import { type NoScalingFit, type ScalingFit, scalingFit, type ScalingRun } from "./scaling_fit.ts";
import { type SweepCell, type SweepPlane, sweepPlanes } from "./sweep_planes.ts";

/** Fewer levels of sparsity than this are no axis. */
const AXIS_LEVELS = 3;

/** Runs that have a variant and the sweep's other settings in common. */
export interface FindingOf {
  variant: VariantName;
  /** The other settings that the sweep varies. */
  others: Record<string, KnobValue>;
}

/** Mean |cosine| of decoder pairs over L0 at one width. */
export interface L0Finding extends FindingOf {
  width: number;
  result: RightL0;
}

/** The law of width and sparsity of one variant. */
export interface WidthFinding extends FindingOf {
  /** `fvu`: the unexplained share of the variance; `mse`, if the data do not vary. Of the test set. */
  measure: "fvu" | "mse";
  runs: ScalingRun[];
  result: ScalingFit | NoScalingFit;
}

/** See the module comment. */
export interface SweepFindings {
  l0: L0Finding[];
  width: WidthFinding[];
}

/** In the variants' order; a sweep without the axes has none. */
export function sweepFindings(
  sweep: Pick<Sweep, "base" | "knobs" | "runs">,
  finished: ComparedRun[],
): SweepFindings {
  const knobs = sweep.knobs.filter(({ name }) => name !== "baseline"); // all that are left have the same
  const planes = sweepPlanes({ ...sweep, knobs }, finished.filter(({ config }) => baselineOf(config) === null))
    .sort((a, b) => VARIANT_NAMES.indexOf(a.variant) - VARIANT_NAMES.indexOf(b.variant));
  return { l0: planes.flatMap(l0Findings), width: planes.flatMap(widthFindings) };
}

function l0Findings({ variant, others, cells }: SweepPlane<ComparedRun>): L0Finding[] {
  return [...Map.groupBy(cells, ({ width }) => width)].flatMap(([width, own]) => {
    const measured = own.filter(({ runs }) => runs.some(({ metrics }) => metrics.geometry?.decoderPairs));
    return measured.length < AXIS_LEVELS ? [] : [{ variant, others, width, result: rightL0(measured) }];
  });
}

function widthFindings({ variant, others, cells }: SweepPlane<ComparedRun>): WidthFinding[] {
  const widths = new Set(cells.map(({ width }) => width));
  const levels = new Set(cells.map(({ level }) => JSON.stringify(level)));
  if (widths.size < 2 || levels.size < 2) return [];
  const hasVariance = cells.every(({ runs }) => runs.every(({ metrics }) => metrics.test.fvu !== null));
  const measure = hasVariance ? "fvu" : "mse";
  const runs = cells.flatMap((cell) => {
    const k = sparsityOf(cell);
    return cell.runs.map(({ config, metrics: { test } }) => {
      return { n: cell.width, k, seed: config.seed, loss: hasVariance ? test.fvu! : test.mse };
    });
  }).filter(({ k }) => k > 0);
  return [{ variant, others, measure, runs, result: scalingFit(runs) }];
}

/** The k that was set, or for variants without k the active latents that were measured. */
function sparsityOf({ level, runs }: SweepCell<ComparedRun>): number {
  return typeof level.k === "number" ? level.k : median(runs.map(({ metrics }) => metrics.test.activeLatents))!;
}
