/**
 * How the errors of single rows are spread: for each share of the rows the error that they stay below.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Run } from "../../../lib/report/run_schema.ts";
import type { CsvRow } from "../csv.ts";
import { figure, percentTo } from "../format.ts";
import { lossAxis, padded } from "./axes.ts";
import { withRim } from "./direct_labels.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

type Quantiles = Run["errorQuantiles"];

/** Errors that differ by more than this factor are drawn on a logarithmic axis. */
const WIDE_RANGE = 30;

const shareOf = (i: number, { length }: { length: number }) => i / (length - 1);

/** See the module comment: the test set as a line, the training set as a dotted one. */
export function quantileChart({ train, test }: Quantiles): Chart {
  const values = [...train, ...test].filter((error) => error > 0);
  const low = Math.min(...values), high = Math.max(...values);
  const isLog = values.length > 0 && high > WIDE_RANGE * low;
  const domain = values.length === 0 ? [0, 1] as [number, number] : padded([low, high], isLog);
  const y = {
    ...lossAxis({ domain, isLog, title: isLog ? "error of a row, MSE (log scale)" : "error of a row, MSE" }),
  };
  const x = {
    field: "share",
    type: "quantitative" as const,
    title: "share of the rows with a smaller error",
    scale: { domain: [0, 1] as [number, number], nice: false },
    axis: { format: "%", tickCount: 5 },
  };
  const line = (errors: number[], mark: object) => ({
    data: {
      values: errors.map((error, i) => ({ share: shareOf(i, errors), error })).filter(({ error }) =>
        !isLog || error > 0
      ),
    },
    mark: { type: "line" as const, clip: true, ...mark },
    encoding: { x, y: { ...y, field: "error" } },
  });
  return (width) => ({
    width,
    height: 260,
    padding: { left: 0, right: 12, top: 4, bottom: 4 },
    layer: [
      line(train, { color: COLOUR.ink, strokeDash: [1, 4], strokeWidth: 2 }),
      line(test, { color: COLOUR.recon, strokeWidth: 2 }),
      ...[{ text: "test", colour: COLOUR.recon, at: 8 }, { text: "training, dotted", colour: COLOUR.ink, at: 24 }]
        .flatMap(({ text, colour, at }) =>
          withRim({ type: "text", text, color: colour, fontWeight: 600, align: "left", baseline: "middle", dx: 6 }, {
            data: { values: [{}] },
            encoding: { x: { value: 0 }, y: { value: at } },
          })
        ),
    ],
  } as ReturnType<Chart>);
}

/** What a pointer reads: of 101 shares. */
export function quantileReading({ train, test }: Quantiles): Reading {
  const points = (errors: number[]) =>
    errors.flatMap((error, i) =>
      i % 2 === 0 && error > 0 ? [{ x: shareOf(i, errors), y: error, text: figure(error) }] : []
    );
  return {
    by: "x",
    series: [
      { label: "test", colour: "recon", points: points(test) },
      { label: "training", colour: "ink", points: points(train) },
    ],
    places: Object.fromEntries(
      test.flatMap((_, i) =>
        i % 2 === 0 ? [[shareOf(i, test), `${percentTo(shareOf(i, test), 0)} of the rows below`]] : []
      ),
    ),
  };
}

/** All quantiles as rows of a CSV. */
export function quantileRows({ train, test }: Quantiles): CsvRow[] {
  return test.map((error, i) => ({ share: shareOf(i, test), test: error, training: train[i] }));
}
