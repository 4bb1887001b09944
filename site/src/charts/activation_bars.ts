/**
 * How large the activations are: a histogram that ends at the largest, the active ones in the active colour.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { figure, percent } from "../format.ts";
import type { ActivationBars } from "../run/activation_histogram.ts";
import { type Chart, COLOUR, type Reading, WIDE } from "./theme.ts";

const y = (title: string) => ({
  field: "share",
  type: "quantitative" as const,
  title,
  axis: { format: "%", tickCount: 4 },
});

/** See the module comment. */
export function activationBarChart({ bars, threshold, largest }: ActivationBars): Chart {
  return (width) => ({
    width,
    height: width >= WIDE ? 260 : 220,
    padding: { left: 0, right: 12, top: 4, bottom: 4 },
    data: { values: bars },
    layer: [
      {
        mark: { type: "bar", binSpacing: width >= WIDE ? 1 : 0.5 },
        encoding: {
          x: {
            field: "from",
            type: "quantitative",
            title: "activation",
            bin: { binned: true },
            scale: { domain: [0, largest], nice: false },
            axis: { format: ",f", tickCount: 6 },
          },
          x2: { field: "to" },
          y: y(threshold > 0 ? "share of all activations" : "share of the active activations"),
          y2: { datum: 0 },
          color: {
            field: "isActive",
            type: "nominal",
            legend: null,
            scale: {
              domain: [false, true],
              range: [`color-mix(in srgb, ${COLOUR.muted} 55%, ${COLOUR.paper})`, COLOUR.active],
            },
          },
        },
      },
      ...(threshold > 0 && threshold < largest
        ? [{
          data: { values: [{}] },
          mark: { type: "rule" as const, color: COLOUR.ink },
          encoding: { x: { datum: threshold } },
        }, {
          data: { values: [{}] },
          mark: {
            type: "text" as const,
            align: "left" as const,
            baseline: "top" as const,
            dx: 6,
            fontWeight: 600 as const,
            color: COLOUR.active,
          },
          encoding: { x: { datum: threshold }, y: { value: 2 }, text: { value: `active: above ${threshold}` } },
        }]
        : []),
    ],
  });
}

/** The share of a bar, for a reader who points at it. */
export function activationBarReading({ bars }: ActivationBars): Reading {
  const points = bars.map(({ from, to, share }) => ({
    x: (from + to) / 2,
    y: share,
    text: `${figure(from)} to ${figure(to)}: ${percent(share)}`,
  }));
  return { by: "x", series: [{ label: "", colour: "active", points }] };
}
