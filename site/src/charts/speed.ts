/**
 * What a training step costs on each engine.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import type { BenchRow, BenchShape } from "../../../lib/report/bench_schema.ts";
import { fixed } from "../format.ts";
import { PLOT_WIDTH } from "./theme.ts";

/** Whether a row is PyTorch's. */
export function isPyTorch({ contender }: Pick<BenchRow, "contender">): boolean {
  return contender.startsWith("pytorch:");
}

/** The row of what the program chooses. */
export function ours<Row extends Pick<BenchRow, "contender">>(rows: Row[]): Row | undefined {
  return rows.find(({ contender }) => contender === "program");
}

/** PyTorch's fastest row. */
export function pytorchBest<Row extends Pick<BenchRow, "contender" | "medianMsPerStep">>(rows: Row[]): Row | undefined {
  return rows.filter(isPyTorch).toSorted((a, b) => a.medianMsPerStep - b.medianMsPerStep)[0];
}

/** A shape's title with how many latents are active. */
export function shapeName({ title, activeLatents }: Pick<BenchShape, "title" | "activeLatents">): string {
  return activeLatents === null ? title : `${title}, ${fixed(activeLatents, 0)} active`;
}

/** Milliseconds a step, the fastest first: the median as a bar, each round as a tick, on a logarithmic axis. */
export function stepTimes(rows: Pick<BenchRow, "contender" | "msPerStep" | "medianMsPerStep">[]): TopLevelSpec {
  const order = rows.toSorted((a, b) => a.medianMsPerStep - b.medianMsPerStep).map(({ contender }) => contender);
  const base = Math.min(...rows.flatMap(({ msPerStep }) => msPerStep)) / 2;
  const y = {
    field: "contender",
    type: "nominal" as const,
    title: null,
    sort: order,
    axis: { ticks: false, minExtent: 156, maxExtent: 156, labelLimit: 154 },
  };
  const x = {
    type: "quantitative" as const,
    title: "ms a step (logarithmic)",
    scale: { type: "log" as const, nice: false },
  };
  return {
    width: PLOT_WIDTH - 104,
    height: 24 * rows.length,
    layer: [
      {
        data: { values: rows.map(({ contender, medianMsPerStep }) => ({ contender, ms: medianMsPerStep, base })) },
        mark: { type: "bar", height: { band: 0.7 } },
        encoding: {
          y,
          x: { ...x, field: "base" },
          x2: { field: "ms" },
          tooltip: [{ field: "contender" }, { field: "ms", title: "median ms", format: ".2f" }],
        },
      },
      {
        data: { values: rows.flatMap(({ contender, msPerStep }) => msPerStep.map((ms) => ({ contender, ms }))) },
        mark: { type: "tick", thickness: 2, color: "var(--ink)", tooltip: false },
        encoding: { y, x: { ...x, field: "ms" } },
      },
    ],
  };
}
