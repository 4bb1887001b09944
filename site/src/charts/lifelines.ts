/**
 * Charts of lifelines: what happened to latents up to each step, how many are dead, how near their directions are to the final
 * ones, and how many have settled.
 *
 * Steps have the axis of a symmetric logarithm: evenly spaced at first, in powers later. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Lifelines } from "../../../lib/report/lifelines_schema.ts";
import { count, figure, percent } from "../format.ts";
import { AXES, endLabel, medianWithBands, spreadLabels, targetRule } from "./axes.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

const HEIGHT = 260;

/** What a chart is drawn from. */
export type Drawn = Pick<Lifelines, "count" | "snapshots" | "settledCosine" | "halfSettledAt">;

/** What can happen to a latent. */
const EVENTS = [
  { name: "births", label: "first active", colour: COLOUR.target, ink: "target", dash: [1, 0] },
  { name: "deaths", label: "deaths", colour: COLOUR.ink, ink: "ink", dash: [1, 0] },
  { name: "revivals", label: "revivals", colour: COLOUR.active, ink: "active", dash: [1, 0] },
  { name: "resampled", label: "resampled", colour: COLOUR.recon, ink: "recon", dash: [5, 3] },
] as const;

/** Sums over all snapshots up to each, of those events that happened at all. */
export function eventSums({ snapshots }: Pick<Lifelines, "snapshots">) {
  return EVENTS.flatMap((event) => {
    let sum = 0;
    const sums = snapshots[event.name]?.map((count) => sum += count) ?? [];
    return sums.at(-1) ? [{ ...event, sums }] : [];
  });
}

/** The axis of steps, with ticks at powers of ten and the last step. */
function axisOfSteps(steps: number[]) {
  const last = steps.at(-1)!, powers: number[] = [];
  for (let power = 1; power <= last / 2; power *= 10) powers.push(power);
  return {
    field: "step",
    type: "quantitative" as const,
    title: "training step",
    scale: { type: "symlog" as const, constant: 3, domain: [0, last], nice: false },
    axis: { values: [0, ...powers, last], format: ",d", labelOverlap: "greedy" as const },
  };
}

/** How often latents were first active, died, were revived and were resampled up to each step. */
export function eventChart(drawn: Drawn): Chart {
  const { steps } = drawn.snapshots, series = eventSums(drawn);
  const most = series.reduce((most, { sums }) => Math.max(most, sums.at(-1)!), 1), domain: [number, number] = [0, most];
  const labels = spreadLabels(series.map(({ sums }) => sums.at(-1)!), { domain, height: HEIGHT - AXES });
  const values = series.flatMap(({ name, sums }) => sums.map((count, s) => ({ step: steps[s], event: name, count })));
  return (width) => ({
    width,
    height: HEIGHT,
    data: { values },
    layer: [
      ...series.map(({ name, colour, dash }) => ({
        transform: [{ filter: `datum.event === "${name}"` }],
        mark: { type: "line" as const, color: colour, strokeDash: [...dash], interpolate: "step-after" as const },
        encoding: {
          x: axisOfSteps(steps),
          y: {
            field: "count",
            type: "quantitative" as const,
            title: "events so far",
            scale: { domain, nice: false },
            axis: { tickMinStep: 1, format: ",d", tickCount: 5 },
          },
        },
      })),
      ...series.map(({ label, colour }, i) => endLabel({ y: labels[i], label, colour })),
    ],
  });
}

/** The sums at a step, for a reader who points at one. */
export function eventReading(drawn: Drawn): Reading {
  const { steps } = drawn.snapshots;
  return {
    by: "x",
    places: placesOf(steps),
    series: eventSums(drawn).map(({ label, ink, sums }) => ({
      label,
      colour: ink,
      points: sums.map((sum, s) => ({ x: steps[s], y: sum, text: count(sum) })),
    })),
  };
}

/** The share of the latents that are dead, and that are active on no row of the sample. */
export function deadShareChart({ count, snapshots: { steps, dead, inactive } }: Drawn): Chart {
  const values = steps.map((step, s) => ({ step, dead: dead ? dead[s] / count : null, inactive: inactive[s] / count }));
  const most = values.reduce((most, { dead, inactive }) => Math.max(most, dead ?? 0, inactive), 0);
  const y = {
    type: "quantitative" as const,
    title: "share of the latents",
    scale: { domain: [0, most || 1], nice: false },
    axis: { format: "%", tickCount: 5 },
  };
  return (width) => ({
    width,
    height: HEIGHT,
    data: { values },
    layer: [
      ...dead
        ? [{
          mark: { type: "line" as const, color: COLOUR.ink },
          encoding: { x: axisOfSteps(steps), y: { ...y, field: "dead" } },
        }]
        : [],
      {
        mark: { type: "line", color: COLOUR.muted, strokeWidth: 1, strokeDash: [2, 3] },
        encoding: { x: axisOfSteps(steps), y: { ...y, field: "inactive" } },
      },
    ],
  });
}

/** The shares at a step. */
export function deadShareReading({ count: all, snapshots: { steps, dead, inactive } }: Drawn): Reading {
  const points = (counts: number[]) =>
    counts.map((own, s) => ({ x: steps[s], y: own / all, text: `${count(own)} (${percent(own / all)})` }));
  return {
    by: "x",
    places: placesOf(steps),
    series: [
      ...dead ? [{ label: "dead in training", colour: "ink", points: points(dead) }] : [],
      { label: "inactive on the sample", colour: "muted", points: points(inactive) },
    ],
  };
}

/** Quantiles of the cosine to the final direction. Needs quantiles. */
export function cosineChart({ snapshots: { steps, quantiles }, settledCosine, halfSettledAt }: Drawn): Chart {
  const values = quantiles!.map((own, s) => ({ step: steps[s], ...own }));
  const least = values.reduce((least, { q05 }) => Math.min(least, q05), 0);
  const y = {
    type: "quantitative" as const,
    title: "cosine to the final direction",
    scale: { domain: [least, 1], nice: false },
    axis: { format: ".1f", tickCount: 5 },
  };
  const x = axisOfSteps(steps);
  return (width) => ({
    width,
    height: HEIGHT,
    data: { values },
    layer: [
      ...medianWithBands({ x, y, light: ["q05", "q95"], dark: ["q25", "q75"] }),
      targetRule(settledCosine),
      ...halfSettledAt === null ? [] : [{
        data: { values: [{ step: halfSettledAt }] },
        mark: { type: "rule" as const, color: COLOUR.ink, strokeWidth: 1 },
        encoding: { x },
      }],
    ],
  });
}

/** The quantiles at a step. */
export function cosineReading({ snapshots: { steps, quantiles } }: Drawn): Reading {
  const series = ([["median", "median"], ["5\u00a0%", "q05"], ["25\u00a0%", "q25"], ["75\u00a0%", "q75"], [
    "95\u00a0%",
    "q95",
  ]] as const)
    .map(([label, name]) => ({
      label,
      colour: "active",
      points: quantiles!.map((own, s) => ({ x: steps[s], y: own[name], text: figure(own[name], 3) })),
    }));
  return { by: "x", places: placesOf(steps), series };
}

/** The share of the latents that have settled. Needs shares. */
export function settledChart({ snapshots: { steps, settledShare } }: Drawn): Chart {
  return (width) => ({
    width,
    height: HEIGHT,
    data: { values: settledShare!.map((share, s) => ({ step: steps[s], share })) },
    layer: [
      {
        mark: { type: "line", color: COLOUR.active, interpolate: "step-after", strokeWidth: 2 },
        encoding: {
          x: axisOfSteps(steps),
          y: {
            field: "share",
            type: "quantitative",
            title: "share of the latents that have settled",
            scale: { domain: [0, 1], nice: false },
            axis: { format: "%", tickCount: 5 },
          },
        },
      },
      {
        data: { values: [{}] },
        mark: { type: "rule", color: COLOUR.ruleStrong, strokeDash: [2, 3] },
        encoding: { y: { datum: 0.5 } },
      },
    ],
  });
}

/** The share at a step. */
export function settledReading({ snapshots: { steps, settledShare } }: Drawn): Reading {
  const points = settledShare!.map((share, s) => ({ x: steps[s], y: share, text: percent(share) }));
  return { by: "x", places: placesOf(steps), series: [{ label: "", colour: "active", points }] };
}

function placesOf(steps: number[]): Record<string, string> {
  return Object.fromEntries(steps.map((step) => [step, step === 0 ? "before the first step" : `step ${count(step)}`]));
}
