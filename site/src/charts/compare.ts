/**
 * Runs over each other: error against sparsity, loss curves, dead latents, and probing. A run is a letter and a dash.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import type { Picked } from "../compare/pick.ts";
import type { RunSummary } from "../compare/summary.ts";
import { count, figure, fixed, percent } from "../format.ts";
import { badgeLayers, BESIDE, DASHES, layerName, type LetterPoint, placed, placedAtEnds } from "./badges.ts";
import { frame } from "./frame.ts";
import { type Axis, encodingOf, logAxis, logTicks, powersOfTwo, toPixels } from "./scale.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

type Runs = Picked<RunSummary>[];

/** A chart and what a pointer reads in it. */
export interface ReadChart {
  chart: Chart;
  reading: Reading;
}

/** Room above the largest value for a disc. */
const ROOM = 1.08;
/** Room at the right for a column of discs beside the ends of lines. */
const COLUMN = BESIDE + 14;

/** Test error of each run by its active latents per input; a run whose count is not comparable is a ring. */
export function errorAgainstSparsity(runs: Runs): ReadChart {
  const points = runs.map(({ letter, run }) => ({
    letter,
    x: run.measured.activeLatents,
    y: run.measured.mse,
    isHollow: !run.isExact,
  }));
  const x: Axis = { domain: [0, ROOM * Math.max(...points.map(({ x }) => x), 1e-9)] };
  const y: Axis = { domain: [0, ROOM * Math.max(...points.map(({ y }) => y), 1e-9)] };
  const chart = (width: number): TopLevelSpec => {
    const { plot, view } = frame(width, { height: 340 });
    const ofX = toPixels(x, plot.width), ofY = toPixels(y, plot.height, { isUpwards: true });
    const exact = points.map(({ letter, x, y }) => ({ letter, x: ofX(x), y: ofY(y) }));
    const badges = placed(exact, plot).map((disc, i) => ({
      ...disc,
      atX: exact[i].x,
      atY: exact[i].y,
      isHollow: points[i].isHollow,
    }));
    const scales = {
      x: encodingOf(x, { title: "active latents per input", axis: { tickCount: 5 } }),
      y: encodingOf(y, { title: "test MSE", axis: { format: ",f", tickCount: 5 } }),
    };
    return { ...view, layer: [unseen(points, scales), ...badgeLayers(badges)] } as TopLevelSpec;
  };
  const series = runs.map(({ letter, run: { measured: { mse, activeLatents } } }) => ({
    label: letter,
    points: [{ x: activeLatents, y: mse, text: `MSE ${figure(mse)} with ${fixed(activeLatents, 1)} active latents` }],
  }));
  return { chart, reading: { by: "point", series } };
}

/** The numbers themselves, drawn as nothing: they hold the scales, and a reader takes them away. */
export function unseen(points: object[], { x, y }: { x: object; y: object }): object {
  return {
    data: { values: points },
    mark: { type: "circle", opacity: 0, tooltip: false },
    encoding: { x: { ...x, field: "x" }, y: { ...y, field: "y" } },
  };
}

/** A run's line. */
interface Line {
  letter: string;
  points: { x: number; y: number }[];
}

/** Lines with a letter at the end of each. */
function lines(
  all: Line[],
  { x, y, scales, width, height, hasPoints = false }: {
    x: Axis;
    y: Axis;
    scales: { x: object; y: object };
    width: number;
    height: number;
    hasPoints?: boolean;
  },
): TopLevelSpec {
  const { plot, view } = frame(width, { height, right: COLUMN });
  const ofX = toPixels(x, plot.width), ofY = toPixels(y, plot.height, { isUpwards: true });
  const ends: LetterPoint[] = all.map(({ letter, points }) => ({
    letter,
    x: ofX(points.at(-1)!.x),
    y: ofY(points.at(-1)!.y),
  }));
  const badges = placedAtEnds(ends, plot).map((disc, i) => ({ ...disc, atX: ends[i].x, atY: ends[i].y }));
  const drawn = all.map(({ letter, points }) => ({
    name: layerName(letter, "line"),
    data: { values: points.map((point) => ({ run: letter, ...point })) },
    mark: {
      type: "line",
      strokeDash: DASHES[letter],
      tooltip: false,
      ...(hasPoints ? { point: { filled: true, size: 28, color: COLOUR.ink } } : {}),
    },
    encoding: { x: { ...scales.x, field: "x" }, y: { ...scales.y, field: "y" } },
  }));
  return { ...view, layer: [...drawn, ...badgeLayers(badges)] } as TopLevelSpec;
}

/** The least and the largest value, above 0; a little further apart if they are one. */
function range(values: number[]): [number, number] {
  const low = Math.min(...values), high = Math.max(...values);
  return high > low ? [low, high] : [low / 1.1, high * 1.1];
}

/** Runs with the loss that most of them were trained with, whose curves can be compared. */
export function withCommonLoss(runs: Runs): Runs {
  const groups = [...Map.groupBy(runs, ({ run }) => run.loss).values()];
  return groups.reduce((most, group) => group.length > most.length ? group : most, []);
}

/** Reconstruction loss by training step, both axes logarithmic, of the runs with the same kind of loss. */
export function lossBySteps(all: Runs): ReadChart {
  const runs = withCommonLoss(all);
  const curves = runs.map(({ letter, run }) => ({
    letter,
    points: run.curve.filter(([step, loss]) => step > 0 && loss > 0).map(([x, y]) => ({ x, y })),
  })).filter(({ points }) => points.length > 0);
  const points = curves.flatMap(({ points }) => points);
  const x: Axis = { domain: range(points.map(({ x }) => x)), isLog: true };
  const y: Axis = { domain: range(points.map(({ y }) => y)), isLog: true };
  const scales = {
    x: encodingOf(x, { title: "training step (logarithmic)", axis: { values: logTicks(x.domain), format: "," } }),
    y: encodingOf(y, {
      title: "reconstruction loss, training (logarithmic)",
      axis: logAxis(y.domain),
    }),
  };
  return {
    chart: (width) => lines(curves, { x, y, scales, width, height: width > 500 ? 410 : 330 }),
    reading: {
      by: "x",
      series: curves.map(({ letter, points }) => ({
        label: letter,
        points: points.map((point) => ({ ...point, text: figure(point.y) })),
      })),
      places: Object.fromEntries(points.map(({ x }) => [x, `step ${count(x)}`])),
    },
  };
}

/** The runs whose error is known for several k. */
export function withByK(runs: Runs): Runs {
  return runs.filter(({ run }) => run.byK.length > 1 && run.byK.every(({ mse }) => mse > 0));
}

/** Test error by the number of latents that are kept of each input, both axes logarithmic, of runs that have it. */
export function errorByK(runs: Runs): ReadChart {
  const curves = runs.map(({ letter, run }) => ({ letter, points: run.byK.map(({ k, mse }) => ({ x: k, y: mse })) }));
  const points = curves.flatMap(({ points }) => points);
  const x: Axis = { domain: range(points.map(({ x }) => x)), isLog: true };
  const y: Axis = { domain: range(points.map(({ y }) => y)), isLog: true };
  const scales = {
    x: encodingOf(x, {
      title: "latents kept of each input (logarithmic)",
      axis: { values: powersOfTwo(x.domain), format: "d" },
    }),
    y: encodingOf(y, { title: "test MSE (logarithmic)", axis: logAxis(y.domain) }),
  };
  return {
    chart: (width) => lines(curves, { x, y, scales, width, height: 340 }),
    reading: {
      by: "x",
      series: curves.map(({ letter, points }) => ({
        label: letter,
        points: points.map((point) => ({ ...point, text: figure(point.y) })),
      })),
      places: Object.fromEntries(points.map(({ x }) => [x, `k ${x}`])),
    },
  };
}

/** The runs that have a dead latent at some time. */
export function withDeadLatents(runs: Runs): Runs {
  return runs.filter(({ run }) => run.dead.some(([, latents]) => latents > 0));
}

/** Dead latents on the test set by epoch, as a share of all latents, of the runs that have some. */
export function deadByEpoch(all: Runs): ReadChart {
  const runs = withDeadLatents(all);
  const shares = runs.map(({ letter, run }) => ({
    letter,
    points: run.dead.map(([x, latents]) => ({ x, y: latents / run.measured.latents, latents })),
  }));
  const points = shares.flatMap(({ points }) => points);
  const x: Axis = { domain: [0, Math.max(1, ...points.map(({ x }) => x))] };
  const y: Axis = { domain: [0, Math.min(1, ROOM * Math.max(1e-3, ...points.map(({ y }) => y)))] };
  const scales = {
    x: encodingOf(x, { title: "epoch", axis: { tickMinStep: 1, format: "d", tickCount: 6 } }),
    y: encodingOf(y, { title: "dead latents, share of all", axis: { format: "%" } }),
  };
  return {
    chart: (width) => lines(shares, { x, y, scales, width, height: 340, hasPoints: true }),
    reading: {
      by: "x",
      series: shares.map(({ letter, points }) => ({
        label: letter,
        points: points.map(({ x, y, latents }) => ({ x, y, text: `${count(latents)} (${percent(y)})` })),
      })),
      places: Object.fromEntries(points.map(({ x }) => [x, x === 0 ? "before training" : `epoch ${x}`])),
    },
  };
}
