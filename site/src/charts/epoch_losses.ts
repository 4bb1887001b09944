/**
 * How a run learned: the reconstruction loss of both splits by epoch, from the untrained model on.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { figure } from "../format.ts";
import type { EpochLosses, EpochLossRow } from "../run/losses.ts";
import { AXES, endLabel, epochAxis, lossAxis, padded, spreadLabels } from "./axes.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

/** Reconstruction loss by epoch: the test set as a line with dots, the training set's means dotted. */
export function lossByEpochs({ rows: all, isLog }: EpochLosses, { title }: { title: string }): Chart {
  const rows = all.map((row) => isLog ? withoutZeros(row) : row);
  const values = rows.flatMap(({ training, test }) => [training, test]).filter((value) => value !== null);
  const domain = padded([Math.min(...values), Math.max(...values)], isLog);
  const last = (split: "training" | "test") => rows.findLast((row) => row[split] !== null)?.[split] ?? domain[0];
  const height = 250;
  const [training, test] = spreadLabels([last("training"), last("test")], { domain, height: height - AXES, isLog });
  const x = epochAxis(rows.at(-1)!.epoch);
  return (width) => ({
    width,
    height,
    data: { values: rows },
    layer: [
      {
        transform: [{ filter: "isValid(datum.training)" }],
        mark: {
          type: "line",
          color: COLOUR.muted,
          strokeDash: [2, 3],
          point: { filled: true, size: 12, color: COLOUR.muted },
        },
        encoding: {
          x,
          y: { ...lossAxis({ domain, isLog, title: isLog ? `${title} (log scale)` : title }), field: "training" },
        },
      },
      {
        transform: [{ filter: "isValid(datum.test)" }],
        mark: { type: "line", color: COLOUR.recon, point: { filled: true, size: 36, color: COLOUR.recon } },
        encoding: { x, y: { field: "test", type: "quantitative" } },
      },
      endLabel({ y: training, label: "training", colour: COLOUR.muted }),
      endLabel({ y: test, label: "test", colour: COLOUR.recon }),
    ],
  });
}

/** The losses of an epoch, for a reader who points at one. */
export function epochReading({ rows, isLog }: EpochLosses): Reading {
  const points = (split: "training" | "test") =>
    rows.map((row) => isLog ? withoutZeros(row) : row).flatMap((row) =>
      row[split] === null ? [] : [{ x: row.epoch, y: row[split], text: figure(row[split]) }]
    );
  return {
    by: "x",
    series: [
      { label: "test", colour: "recon", points: points("test") },
      { label: "training", colour: "muted", points: points("training") },
    ],
    places: Object.fromEntries(rows.map(({ epoch }) => [epoch, epochPlace(epoch)])),
  };
}

/** A row for a logarithmic axis, on which 0 has no place. */
function withoutZeros({ epoch, training, test }: EpochLossRow): EpochLossRow {
  return { epoch, training: training === 0 ? null : training, test: test === 0 ? null : test };
}

function epochPlace(epoch: number): string {
  if (epoch === 0) return "before the first step";
  return Number.isInteger(epoch) ? `after epoch ${epoch}` : `during epoch ${Math.ceil(epoch)}`;
}
