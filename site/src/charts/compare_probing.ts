/**
 * How well the classes are predicted from the best latents of several runs: a letter for each run, a row for each number of
 * latents.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import type { Picked } from "../compare/pick.ts";
import type { RunSummary } from "../compare/summary.ts";
import { percentTo } from "../format.ts";
import { badgeLayers, placed } from "./badges.ts";
import { type ReadChart, unseen } from "./compare.ts";
import { frame } from "./frame.ts";
import { type Axis, encodingOf, toPixels } from "./scale.ts";
import { COLOUR } from "./theme.ts";

type Runs = Picked<RunSummary>[];

/** The runs whose latents were probed. */
export function probed(runs: Runs): Runs {
  return runs.filter(({ run }) => run.probing.some(({ latents }) => latents !== null));
}

/** Accuracy of a class from the k best latents of each run, and from the k best columns of the input. */
export function probingByCount(all: Runs): ReadChart {
  const runs = probed(all);
  const ks = [...new Set(runs.flatMap(({ run }) => run.probing.map(({ k }) => k)))].sort((a, b) => a - b);
  const of = (run: RunSummary, k: number) => run.probing.find((probe) => probe.k === k);
  const pixels = ks.flatMap((k, i) => {
    const value = runs.map(({ run }) => of(run, k)?.pixels ?? null).find((value) => value !== null);
    return value === undefined || value === null ? [] : [{ k, x: value, y: i + 0.5 }];
  });
  const points = ks.flatMap((k, i) =>
    runs.flatMap(({ letter, run }) => {
      const value = of(run, k)?.latents ?? null;
      return value === null ? [] : [{ letter, k, x: value, y: i + 0.5 }];
    })
  );
  const values = [...points, ...pixels].map(({ x }) => x), low = Math.min(...values), high = Math.max(...values);
  const room = 0.04 * (high - low) || 0.02;
  const x: Axis = { domain: [low - room, high + room] }, y: Axis = { domain: [ks.length, 0] };
  const what = runs[0]?.run.data.row === "vector" ? "input values" : "pixels";
  const chart = (width: number): TopLevelSpec => {
    // A row has room for discs that lie over each other.
    const row = 36 + 10 * Math.max(0, runs.length - 3);
    const { plot, view } = frame(width, { height: row * ks.length + 52, left: 84, top: 8 });
    const ofX = toPixels(x, plot.width), ofY = toPixels(y, plot.height, { isUpwards: true });
    const badges = ks.flatMap((k) => {
      const exact = points.filter((point) => point.k === k)
        .map(({ letter, x, y }) => ({ letter, x: ofX(x), y: ofY(y) }));
      return placed(exact, { ...plot, towards: "vertical" })
        .map((disc, i) => ({ ...disc, atX: exact[i].x, atY: exact[i].y }));
    });
    const names = ks.map((k) => `'${k} column${k === 1 ? "" : "s"}'`).join(",");
    const scales = {
      x: encodingOf(x, { title: "mean test accuracy", axis: { format: "%", grid: true, tickCount: 5 } }),
      y: encodingOf(y, {
        title: null,
        axis: {
          values: ks.map((_, i) => i + 0.5),
          labelExpr: `[${names}][floor(datum.value)]`,
          labelColor: COLOUR.ink,
          labelAlign: "left",
          labelPadding: 80,
          grid: false,
        },
      }),
    };
    const at = { x: { ...scales.x, field: "x" }, y: { ...scales.y, field: "y" } };
    return {
      ...view,
      layer: [
        unseen(points, scales),
        {
          data: { values: pixels },
          mark: { type: "tick", orient: "vertical", thickness: 2, size: 26, color: COLOUR.muted, tooltip: false },
          encoding: at,
        },
        {
          data: { values: pixels.slice(-1).map((pixel) => ({ ...pixel, what })) },
          mark: { type: "text", align: "right", baseline: "middle", dx: -6, color: COLOUR.muted, tooltip: false },
          encoding: { ...at, text: { field: "what" } },
        },
        ...badgeLayers(badges),
      ],
    } as TopLevelSpec;
  };
  const series = runs.map(({ letter }) => ({
    label: letter,
    points: points.filter((point) => point.letter === letter)
      .map(({ k, x, y }) => ({ x, y, text: `${percentTo(x, 1)} from ${k} latent${k === 1 ? "" : "s"}` })),
  }));
  return { chart, reading: { by: "point", series } };
}
