/**
 * A bench as Markdown: readable in a terminal, and pasted into the README as it is.
 *
 * @module
 */
import type { Bench } from "../lib/report/bench_schema.ts";

/** The rows by speed, with each one's ratio to PyTorch at its best thread count; then the scaling. */
export function benchTable({ rows, scaling, environment, rooflineGflops }: Bench): string {
  const peer = Math.min(
    ...rows.filter(({ contender }) => contender.startsWith("pytorch")).map((row) => row.medianMsPerStep),
  );
  const number = (value: number | null, digits: number) => value === null ? "" : value.toFixed(digits);
  const body = rows.toSorted((a, b) => a.medianMsPerStep - b.medianMsPerStep).map((row) => [
    row.label,
    number(row.medianMsPerStep, 2),
    Number.isFinite(peer) ? `${(peer / row.medianMsPerStep).toFixed(2)}×` : "",
    number(row.secondsPerEpoch, 2),
    number(row.gflops, 1),
    row.rooflineShare === null ? "" : `${(row.rooflineShare * 100).toFixed(0)} %`,
    number(row.hostUsPerStep, 0),
    number(row.dispatchesPerStep, 0),
    (row.peakBytes / 2 ** 20).toFixed(0),
  ]);
  const head = [
    "contender",
    "ms/step",
    "PyTorch's best ÷ it",
    "s/epoch",
    "GFLOP/s",
    "of roofline",
    "host µs/step",
    "dispatches",
    "peak MiB",
  ];
  const roofline = rooflineGflops ? `; roofline ${rooflineGflops.toFixed(0)} GFLOP/s` : "";
  return [
    `${environment.cpu}, ${environment.cores} cores${roofline}`,
    "",
    markdown(head, body),
    ...scalingTable(scaling),
  ].join("\n");
}

function scalingTable(scaling: Bench["scaling"]): string[] {
  if (!scaling.length) return [];
  const contenders = [...new Set(scaling.map(({ contender }) => contender))];
  const shapes = Map.groupBy(
    scaling,
    ({ knob, model }) =>
      knob === "topk"
        ? `TopK ${model.k} of ${model.latent}`
        : `${knob} ${knob === "hidden" ? `[${model.hidden}]` : model[knob]}`,
  );
  const body = Array.from(shapes, ([shape, entries]) => [
    shape,
    ...contenders.map((name) =>
      entries.find(({ contender }) => contender === name)?.medianMsPerStep?.toFixed(2) ?? "cannot run"
    ),
  ]);
  return ["", "ms/step", "", markdown(["shape", ...contenders], body)];
}

function markdown(head: string[], body: string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...body.map((row) => row[i].length)));
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}
