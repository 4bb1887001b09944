/**
 * The latents while a run trains: their mean activations, how many are active, how many are dead, and the penalty's weight.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Metrics, TestMeasures } from "../../../lib/report/metrics_schema.ts";
import { count, figure, fixed } from "../format.ts";
import type { DeadOverTime } from "../run/dead_latents.ts";
import { rhoText } from "../run/learning_text.ts";
import { AXES, endLabel, epochAxis, medianWithBands, spreadLabels, stepAxis, targetRule } from "./axes.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

const HEIGHT = 250;

/** What is measured on the test set, by epoch; epoch 0 is the untrained model. */
type Measured = { epoch: number; test: TestMeasures };

function measured({ start, epochs }: Pick<Metrics, "start" | "epochs">): Measured[] {
  return [...start ? [{ epoch: 0, test: start }] : [], ...epochs.map(({ epoch, test }) => ({ epoch, test }))];
}

/** The spread of the latents' mean activations by epoch: all of them, the middle half, the median; and the target ρ. */
export function meanActivationByEpochs(metrics: Pick<Metrics, "start" | "epochs">, { rho }: { rho: number }): Chart {
  const values = measured(metrics).map(({ epoch, test }) => ({ epoch, ...test.rhoHat }));
  const high = Math.max(rho, ...values.map(({ max }) => max)), low = Math.min(rho, ...values.map(({ min }) => min));
  const margin = 0.06 * (high - low || rho);
  const domain: [number, number] = [Math.max(0, low - margin), high + margin];
  const x = epochAxis(values.at(-1)!.epoch);
  const y = {
    type: "quantitative" as const,
    title: "mean activation ρ̂",
    scale: { domain, nice: false },
    axis: { format: ",f" },
  };
  const [median, target] = spreadLabels([values.at(-1)!.median, rho], { domain, height: HEIGHT - AXES });
  return (width) => ({
    width,
    height: HEIGHT,
    data: { values },
    layer: [
      ...medianWithBands({ x, y, light: ["min", "max"], dark: ["q25", "q75"] }),
      targetRule(rho),
      endLabel({ y: median, label: "median", colour: COLOUR.active }),
      endLabel({ y: target, label: `ρ = ${rhoText(rho)}`, colour: COLOUR.target }),
    ],
  });
}

/** The quartiles of an epoch, for a reader who points at one. */
export function meanActivationReading(metrics: Pick<Metrics, "start" | "epochs">): Reading {
  const rows = measured(metrics);
  const series = ([["median", "median"], ["smallest", "min"], ["largest", "max"]] as const).map(([label, field]) => ({
    label,
    colour: "active",
    points: rows.map(({ epoch, test: { rhoHat } }) => ({ x: epoch, y: rhoHat[field], text: figure(rhoHat[field]) })),
  }));
  return { by: "x", series, places: epochPlaces(rows) };
}

/** Active latents per test row by epoch, and the target if there is one. */
export function activeLatentsByEpochs(
  metrics: Pick<Metrics, "start" | "epochs">,
  { target }: { target: number | null },
): Chart {
  const values = measured(metrics).map(({ epoch, test: { activeLatents } }) => ({ epoch, activeLatents }));
  const all = [...values.map(({ activeLatents }) => activeLatents), ...(target === null ? [] : [target])];
  const high = Math.max(...all), low = Math.min(...all), margin = 0.08 * (high - low || high || 1);
  const domain: [number, number] = [Math.max(0, low - margin), high + margin];
  const last = values.at(-1)!;
  const [active, wanted] = spreadLabels([last.activeLatents, target ?? last.activeLatents], {
    domain,
    height: HEIGHT - AXES,
  });
  return (width) => ({
    width,
    height: HEIGHT,
    data: { values },
    layer: [
      {
        mark: { type: "line", color: COLOUR.active, point: { filled: true, size: 36, color: COLOUR.active } },
        encoding: {
          x: epochAxis(last.epoch),
          y: {
            field: "activeLatents",
            type: "quantitative",
            title: "active latents per test row",
            scale: { domain, nice: false },
            axis: { format: ",f" },
          },
        },
      },
      ...(target === null ? [] : [
        targetRule(target),
        endLabel({ y: wanted, label: `target ${target}`, colour: COLOUR.target }),
      ]),
      endLabel({
        y: target === null ? last.activeLatents : active,
        label: fixed(last.activeLatents, 1),
        colour: COLOUR.active,
      }),
    ],
  });
}

/** The active latents of an epoch, for a reader who points at one. */
export function activeLatentsReading(metrics: Pick<Metrics, "start" | "epochs">): Reading {
  const rows = measured(metrics);
  const points = rows.map(({ epoch, test: { activeLatents } }) => ({
    x: epoch,
    y: activeLatents,
    text: fixed(activeLatents, 2),
  }));
  return { by: "x", series: [{ label: "", colour: "active", points }], places: epochPlaces(rows) };
}

function epochPlaces(rows: Measured[]): Record<string, string> {
  return Object.fromEntries(
    rows.map(({ epoch }) => [epoch, epoch === 0 ? "before the first step" : `after epoch ${epoch}`]),
  );
}

/** Dead latents by step: on the test set as dots, in the last training steps as a line. */
export function deadBySteps({ rows }: DeadOverTime): Chart {
  const high = Math.max(1, ...rows.map(({ dead, inactive }) => dead ?? inactive ?? 0));
  const y = {
    type: "quantitative" as const,
    title: "dead latents",
    scale: { domain: [0, high], nice: false },
    axis: { tickMinStep: 1, format: ",d" },
  };
  return (width) => ({
    width,
    height: HEIGHT,
    data: { values: rows },
    layer: [
      {
        transform: [{ filter: "isValid(datum.inactive)" }],
        mark: { type: "line", color: COLOUR.muted, strokeWidth: 1.5 },
        encoding: { x: stepAxis(rows), y: { ...y, field: "inactive" } },
      },
      {
        transform: [{ filter: "isValid(datum.dead)" }],
        mark: {
          type: "line",
          color: COLOUR.ink,
          strokeWidth: 1,
          strokeDash: [2, 3],
          point: { filled: true, size: 40, color: COLOUR.ink },
        },
        encoding: { x: stepAxis(rows), y: { field: "dead", type: "quantitative" } },
      },
    ],
  });
}

/** The counts at a step, for a reader who points at one. */
export function deadReading({ rows }: DeadOverTime): Reading {
  const points = (field: "dead" | "inactive") =>
    rows.flatMap((row) => row[field] === null ? [] : [{ x: row.step, y: row[field], text: count(row[field]) }]);
  const series = [
    { label: "on the test set", colour: "ink", points: points("dead") },
    { label: "in training", colour: "muted", points: points("inactive") },
  ];
  return {
    by: "x",
    series: series.filter(({ points }) => points.length > 0),
    places: Object.fromEntries(rows.map(({ step }) => [step, `step ${count(step)}`])),
  };
}

/** The penalty's weight by step. */
export function weightBySteps({ steps }: Pick<Metrics, "steps">, { symbol }: { symbol: string }): Chart {
  return (width) => ({
    width,
    height: HEIGHT,
    data: { values: steps.map(({ step, weight }) => ({ step, weight })) },
    mark: { type: "line", color: COLOUR.muted },
    encoding: {
      x: stepAxis(steps),
      y: { field: "weight", type: "quantitative", title: `weight ${symbol}`, axis: { format: ",f" } },
    },
  });
}

/** The weight at a step, for a reader who points at one. */
export function weightReading({ steps }: Pick<Metrics, "steps">, { symbol }: { symbol: string }): Reading {
  const points = steps.map(({ step, weight }) => ({ x: step, y: weight, text: `${symbol} = ${figure(weight)}` }));
  return {
    by: "x",
    series: [{ label: "", colour: "muted", points }],
    places: Object.fromEntries(steps.map(({ step }) => [step, `step ${count(step)}`])),
  };
}
