/**
 * The sparsity penalty, drawn by the code that trains: lib/kl.ts.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { klDivergence, klSlope } from "../../../lib/kl.ts";
import { PLOT_HEIGHT, PLOT_WIDTH, STROKES } from "./theme.ts";

/** ρ̂ from near 0 to near 1, closer together where the curves bend. */
const RHO_HATS = Array.from({ length: 99 }, (_, i) => (i + 1) / 100).flatMap((q) => q < 0.06 ? [q - 0.005, q] : [q]);

function rhoHatAxis(largest: number) {
  const scale = { domain: [0, largest] };
  return { field: "rhoHat", type: "quantitative" as const, title: "mean activation ρ̂", scale };
}

/** D_KL(ρ‖ρ̂) over ρ̂ for several ρ. */
export function klCurves(rhos: number[]): TopLevelSpec {
  return curves(rhos, { of: klDivergence, title: "D_KL, nats", domain: [0, 2.5] });
}

/** Its slope, the force on ρ̂, for several ρ. */
export function klSlopes(rhos: number[]): TopLevelSpec {
  return curves(rhos, { of: klSlope, title: "slope, nats per unit of ρ̂", domain: [-5, 10] });
}

function curves(
  rhos: number[],
  { of, title, domain }: { of: (rho: number, rhoHat: number) => number; title: string; domain: [number, number] },
): TopLevelSpec {
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: {
      values: rhos.flatMap((rho) => RHO_HATS.map((rhoHat) => ({ rho: `ρ = ${rho}`, rhoHat, value: of(rho, rhoHat) }))),
    },
    mark: { type: "line", strokeWidth: 2, clip: true },
    encoding: {
      x: rhoHatAxis(1),
      y: { field: "value", type: "quantitative", title, scale: { domain } },
      color: { field: "rho", type: "nominal", title: null, sort: null, legend: STROKES },
      strokeDash: { field: "rho", type: "nominal", title: null, sort: null, legend: STROKES },
      tooltip: [{ field: "rho" }, { field: "rhoHat", format: ".3f" }, { field: "value", format: ".4f" }],
    },
  };
}

/** A latent of a run with a ρ. */
export interface PricedLatent {
  latent: number;
  meanActivation: number;
  klNats: number;
}

/** The curve of one ρ with a run's own latents on it. */
export function latentsOnCurve(
  latents: PricedLatent[],
  { rho }: { rho: number },
): TopLevelSpec {
  const largest = Math.max(2 * rho, ...latents.map(({ meanActivation }) => 1.1 * meanActivation));
  const curve = Array.from({ length: 120 }, (_, i) => largest * (i + 1) / 120)
    .map((rhoHat) => ({ rhoHat, klNats: klDivergence(rho, rhoHat) }));
  const highest = 1.2 * Math.max(klDivergence(rho, largest), ...latents.map(({ klNats }) => klNats));
  const x = rhoHatAxis(largest);
  const scale = { domain: [0, highest] };
  const y = { field: "klNats", type: "quantitative" as const, title: "D_KL, nats", scale };
  return {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    layer: [
      { data: { values: curve }, mark: { type: "line", clip: true, tooltip: false }, encoding: { x, y } },
      {
        data: {
          values: latents.map(({ latent, meanActivation, klNats }) => ({ latent, rhoHat: meanActivation, klNats })),
        },
        mark: { type: "point", color: "var(--c1)", filled: true, size: 60, opacity: 0.8 },
        encoding: {
          x,
          y,
          tooltip: [{ field: "latent" }, { field: "rhoHat", format: ".4f" }, { field: "klNats", format: ".5f" }],
        },
      },
      {
        mark: { type: "rule", strokeDash: [6, 4], tooltip: false },
        data: { values: [{}] },
        encoding: { x: { datum: rho } },
      },
    ],
  };
}

/** A loss in its two terms, as one bar each for training and test. */
export function lossSplit(
  rows: { split: string; reconstruction: number; penalty: number }[],
): TopLevelSpec {
  return {
    width: PLOT_WIDTH,
    height: 90,
    data: {
      values: rows.flatMap(({ split, reconstruction, penalty }) => [
        { split, part: "reconstruction", value: reconstruction },
        { split, part: "β · penalty", value: penalty },
      ]),
    },
    mark: { type: "bar", stroke: "var(--panel)", strokeWidth: 1 },
    encoding: {
      y: { field: "split", title: null, sort: null, axis: { ticks: false, domain: false } },
      x: { field: "value", type: "quantitative", title: "loss", axis: { format: "~g" } },
      color: { field: "part", type: "nominal", title: null, sort: ["reconstruction", "β · penalty"] },
      order: { field: "part", sort: "descending" },
      tooltip: [{ field: "split" }, { field: "part" }, { field: "value", format: ".6f" }],
    },
  };
}
