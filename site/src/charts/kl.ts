/**
 * The KL penalty of one latent as charts that answer to ρ and ρ̂: enlarged where the default lies, and from 0 to 1.
 *
 * Both are Vega-Lite specifications with the parameters `rho` and `rhoHat`; every position in them is computed from these two, so
 * that a page, an editor or a test can set them. `lib/kl.ts` has the same formula in TypeScript, and a test compares the two.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { RHO_HAT_MIN } from "../../../lib/kl.ts";

/** What the charts start from. */
export interface KlChart {
  /** Target ρ, in (0, 1). */
  rho: number;
  /** Mean activation ρ̂ of the point, in [0, 1]. */
  rhoHat: number;
}

/** The sliders of ρ and ρ̂, as `[smallest, largest, step]` each, for a range that ends at `end`. */
export function sliders(end: number): Record<keyof KlChart, { min: number; max: number; step: number }> {
  const step = end / 150;
  return { rho: { min: 5 * step, max: end - 10 * step, step: 5 * step }, rhoHat: { min: step, max: end, step } };
}

/** The default range of the enlarged chart. */
const DEFAULT_END = 0.15;

/** Where the enlarged chart ends: at 0.15, or further if a target or a latent lies there; at most 1. */
export function zoomEnd({ rho, means }: { rho: number; means: readonly number[] }): number {
  const furthest = Math.max(2 * rho, 1.1 * means.reduce((a, b) => Math.max(a, b), 0));
  return furthest <= DEFAULT_END ? DEFAULT_END : Math.min(1, Math.ceil(furthest * 20) / 20);
}

/** The penalty at an expression's value, in Vega's expression language; `lib/kl.ts`'s clamp included. */
function klAt(rhoHat: string): string {
  const q = `clamp(${rhoHat}, ${RHO_HAT_MIN}, ${1 - RHO_HAT_MIN})`;
  return `rho * log(rho / ${q}) + (1 - rho) * log((1 - rho) / (1 - ${q}))`;
}

/** Points of a curve. */
const CURVE_POINTS = 300;

interface Zoomed extends KlChart {
  /** Mean activations of a run's latents, drawn as ticks under the curve; may be empty. */
  means: readonly number[];
  /** Where the chart ends; see {@linkcode zoomEnd}. */
  end: number;
}

/**
 * The penalty over ρ̂ from 0 to {@linkcode zoomEnd}, with the target, the point at ρ̂, and a run's latents as ticks.
 *
 * @param width Of the whole chart, in pixels.
 */
export function klZoom({ rho, rhoHat, means, end }: Zoomed, width: number): TopLevelSpec {
  const isNarrow = width < 480;
  const top = 0.08 * end / DEFAULT_END;
  const scale = { domain: [0, end], nice: false };
  const x = {
    field: "x",
    type: "quantitative" as const,
    scale,
    title: isNarrow ? "mean activation ρ̂" : "mean activation ρ̂ of one latent over a batch",
    axis: { tickCount: isNarrow ? 4 : 7, format: ",f" },
  };
  const y = {
    field: "nats",
    type: "quantitative" as const,
    scale: { domain: [0, top], nice: false },
    title: "penalty of one latent, nats",
    axis: { tickCount: 4, format: ",f" },
  };
  const one = { values: [{}] };
  const isAt = (name: string) => ({ calculate: name, as: "x" });
  const probe = [isAt("rhoHat"), { calculate: `min(${klAt("rhoHat")}, ${1.1 * top})`, as: "nats" }];
  const dashed = { type: "rule" as const, color: "var(--active)", strokeDash: [3, 3], clip: true };
  return {
    width,
    height: isNarrow ? 300 : 350,
    params: parametersOf({ rho, rhoHat }, end),
    layer: [
      {
        data: one,
        transform: [isAt("rho")],
        mark: { type: "rule", color: "var(--target)", strokeWidth: 1.5 },
        encoding: { x },
      },
      {
        data: one,
        transform: [isAt("rho"), { calculate: "'target ρ = ' + format(rho, '.3~f')", as: "text" }],
        mark: targetLabel(end),
        encoding: { x, y: { value: 10 }, text: { field: "text" } },
      },
      {
        data: { name: "curve", sequence: { start: 1, stop: CURVE_POINTS + 1, as: "i" } },
        transform: [{ calculate: `datum.i * ${end / CURVE_POINTS}`, as: "x" }, {
          calculate: klAt("datum.x"),
          as: "nats",
        }],
        mark: { type: "line", color: "var(--ink)", strokeWidth: 2.25, clip: true },
        encoding: { x, y },
      },
      {
        data: { name: "latents", values: means.map((x) => ({ x })) },
        mark: { type: "tick", color: "var(--active)", orient: "vertical", size: 12, thickness: 1, opacity: 0.8 },
        encoding: { x, y: { value: { expr: "height - 7" } } },
      },
      { data: one, transform: probe, mark: dashed, encoding: { x, y, y2: { datum: 0 } } },
      {
        data: one,
        transform: [...probe, { calculate: "0", as: "zero" }],
        mark: dashed,
        encoding: {
          x: { ...x, field: "zero" },
          x2: { field: "x" },
          y,
        },
      },
      {
        data: { name: "point", values: [{}] },
        transform: probe,
        mark: {
          type: "point",
          filled: true,
          color: "var(--active)",
          stroke: "var(--paper)",
          size: 150,
          opacity: 1,
          clip: true,
        },
        encoding: { x, y },
      },
      {
        data: one,
        transform: [...probe, { calculate: `format(${klAt("rhoHat")}, '.4f') + ' nats'`, as: "text" }],
        mark: {
          type: "text",
          color: "var(--active)",
          fontWeight: 600,
          align: { expr: "rhoHat > rho ? 'right' : 'left'" },
          dx: { expr: "rhoHat > rho ? -12 : 12" },
          dy: -10,
        },
        encoding: { x, y, text: { field: "text" } },
      },
    ],
  };
}

/** Beside the target's line, on the side that has room. */
function targetLabel(end: number) {
  const isLeft = `rho > ${0.66 * end}`;
  return {
    type: "text" as const,
    color: "var(--target)",
    fontWeight: 600 as const,
    align: { expr: `${isLeft} ? 'right' : 'left'` },
    dx: { expr: `${isLeft} ? -7 : 7` },
  };
}

/** The whole curve, from 0 to 1, with the enlarged range marked. */
export function klOverview({ rho, rhoHat, end }: KlChart & { end: number }, width: number): TopLevelSpec {
  const x = {
    field: "x",
    type: "quantitative" as const,
    scale: { domain: [0, 1] },
    title: "mean activation ρ̂",
    axis: { values: [0, 0.5, 1], format: ".1f" },
  };
  const y = {
    field: "nats",
    type: "quantitative" as const,
    scale: { domain: [0, 3], nice: false },
    title: "nats",
    axis: { values: [0, 1, 2, 3], format: "d" },
  };
  const one = { values: [{}] };
  return {
    width,
    height: 200,
    params: parametersOf({ rho, rhoHat }, end),
    layer: [
      {
        data: { values: [{ from: 0, to: end, text: "enlarged" }] },
        mark: { type: "rect", color: "var(--active-soft)" },
        encoding: { x: { ...x, field: "from" }, x2: { field: "to" } },
      },
      {
        data: { values: [{ x: end, nats: 2.7, text: "enlarged" }] },
        mark: { type: "text", align: "left", dx: 6, color: "var(--muted)" },
        encoding: { x, y, text: { field: "text" } },
      },
      {
        data: one,
        transform: [{ calculate: "rho", as: "x" }],
        mark: { type: "rule", color: "var(--target)", strokeWidth: 1.5 },
        encoding: { x },
      },
      {
        data: { name: "whole", sequence: { start: 1, stop: 201, as: "i" } },
        transform: [{ calculate: "datum.i / 201", as: "x" }, { calculate: klAt("datum.x"), as: "nats" }],
        mark: { type: "line", color: "var(--ink)", strokeWidth: 2, clip: true },
        encoding: { x, y },
      },
      {
        data: one,
        transform: [{ calculate: "rhoHat", as: "x" }, { calculate: klAt("rhoHat"), as: "nats" }],
        mark: { type: "point", filled: true, color: "var(--active)", stroke: "var(--paper)", size: 80, opacity: 1 },
        encoding: { x, y },
      },
    ],
  };
}

/** The parameters, each with the slider that an editor shows for it. */
function parametersOf({ rho, rhoHat }: KlChart, end: number) {
  const range = sliders(end);
  return [
    { name: "rho", value: rho, bind: { input: "range" as const, ...range.rho, name: "target ρ" } },
    { name: "rhoHat", value: rhoHat, bind: { input: "range" as const, ...range.rhoHat, name: "mean activation ρ̂" } },
  ];
}
