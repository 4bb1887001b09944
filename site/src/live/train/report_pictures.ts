/**
 * The figures of the panel Train for a run that has ended, from its report: what the page shows before scripts run.
 *
 * PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import { count, fixed } from "../../format.ts";
import type { Report } from "../../reports.ts";
import { histogramSvg, latentBarsSvg } from "./bars_svg.ts";
import { lossCurves } from "./loss_curves.ts";
import { lossesSvg } from "./losses_svg.ts";
import { barsCaption, targetOf, valuesOf } from "./latent_values.ts";
import { formulaOf, lossText, type Term } from "./words.ts";

/** Sizes of the pictures, about those of the places in which they stand. */
const WIDE = 400, NARROW = 205, LOSSES_HEIGHT = 124, BARS_HEIGHT = 80;

/** See the module comment; charts as SVG. */
export interface ReportPictures {
  steps: string;
  progress: string;
  /** What computed it, in words. */
  device: string;
  formula: Term[];
  losses: string;
  numbers: { label: string; cells: string[] }[];
  barsCaption: string;
  bars: string;
  histogram: string;
}

/** See the module comment. */
export function reportPictures(
  { run, metrics, latents, activations }: Pick<Report, "run" | "metrics" | "latents" | "activations">,
): ReportPictures {
  const { config, metrics: { test } } = run, variant = VARIANTS[config.sparsity];
  const { train } = metrics.epochs.at(-1)!;
  const column = (value: (row: Report["metrics"]["steps"][number]) => number) =>
    Float32Array.from(metrics.steps, value);
  const losses = {
    length: metrics.steps.length,
    reconstruction: column(({ reconstruction }) => reconstruction),
    penalty: column(({ penalty, weight }) => weight * penalty),
    auxiliary: column(({ auxiliary }) => auxiliary),
  };
  // Latents that can be exactly 0 are counted in the first bin then.
  const zeros = variant.activeAbove > 0
    ? 0
    : test.images * latents.count - Math.round(test.activeLatents * test.images);
  const aboveZero = activations.histogram.counts.map((count, i) => i === 0 ? Math.max(0, count - zeros) : count);
  return {
    steps: `${count(run.timing.steps)} steps`,
    progress: `${count(config.epochs)} epochs · ${count(Math.round(run.timing.stepsPerSecond))} steps/s`,
    device: run.engine.device,
    formula: formulaOf(config.sparsity, {
      now: {
        total: train.loss,
        reconstruction: train.reconstruction,
        penalty: train.weight * train.penalty,
        auxiliary: train.auxiliary,
      },
      weight: variant.weight === null ? null : train.weight,
    }),
    losses: lossesSvg(
      {
        curves: lossCurves([{ sparsity: config.sparsity, title: variant.title, losses }]),
        stride: metrics.stepStride,
        marks: [],
      },
      { width: WIDE, height: LOSSES_HEIGHT },
    ),
    numbers: [
      { label: "Active (L0)", cells: [fixed(test.activeLatents, 1)] },
      { label: "Dead latents", cells: [`${count(test.deadLatents)} of ${count(latents.count)}`] },
      { label: "Error (MSE)", cells: [lossText(test.mse)] },
      { label: "… in training", cells: [lossText(train.reconstruction)] },
    ],
    barsCaption: barsCaption([config.sparsity]),
    bars: latentBarsSvg(
      {
        sides: [{
          values: valuesOf({ mean: latents.meanActivation, density: latents.density }, config.sparsity),
          target: targetOf(config),
        }],
        latent: null,
      },
      { width: WIDE, height: BARS_HEIGHT },
    ),
    histogram: histogramSvg([{
      counts: aboveZero,
      end: activations.histogram.max,
      activeAbove: variant.activeAbove,
    }], { width: NARROW, height: BARS_HEIGHT }),
  };
}
