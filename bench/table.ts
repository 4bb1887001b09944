/**
 * A bench as Markdown: readable in a terminal, and pasted into docs/speed.md as it is.
 *
 * @module
 */
import type { Bench, BenchRow, BenchShape } from "../lib/report/bench_schema.ts";
import { USUAL_FORM } from "./pytorch_peers.ts";

/** Other processes that keep more than this share of the cores busy are named beside a shape. */
const BUSY_SHARE = 0.05;

/** The shapes with our time beside PyTorch's best; then all contenders on each shape on which all were measured. */
export function benchTable(bench: Bench): string {
  const { environment, v8Flags, pytorch, shapes } = bench;
  const peers = pytorch.map(({ version, blas, gflops }) =>
    `PyTorch ${version} with ${blas}, ${gflops.toFixed(0)} GFLOP/s`
  );
  return [
    `${environment.cpu}, ${environment.cores} cores, Deno ${environment.deno}`,
    `V8 flags of the tasks: ${v8Flags.join(" ") || "none"}`,
    ...peers.length ? [`a product of 768³: ${peers.join("; ")}`] : [],
    "",
    shapesTable(shapes),
    ...shapes.filter(({ rows }) => rows.length > rows.filter(isMain).length).flatMap((shape) => ["", everyone(shape)]),
  ].join("\n");
}

const isPyTorch = ({ contender }: BenchRow) => contender.startsWith("pytorch:");
const isMain = (row: BenchRow) => row.contender.startsWith("program") || isPyTorch(row);

function shapesTable(shapes: BenchShape[]): string {
  const head = [
    "ms per step",
    "batch",
    "ours",
    "without V8's flags",
    "PyTorch's best",
    "its best ÷ ours",
    "version and setting of its best",
    "PyTorch as usual",
    "as usual ÷ ours",
  ];
  const body = shapes.map((shape) => {
    const { title, batch, activeLatents, busyShare, rows } = shape;
    const ours = rows.find(({ contender }) => contender === "program");
    const plain = rows.find(({ contender }) => contender === "program:plain");
    const [best] = fastestFirst(rows.filter(isPyTorch));
    const [usual] = fastestFirst(rows.filter((row) => isPyTorch(row) && row.contender.endsWith(`:${USUAL_FORM}`)));
    const active = activeLatents === null ? "" : `, ${activeLatents.toFixed(0)} active`;
    const busy = busyShare > BUSY_SHARE ? ` (${(busyShare * 100).toFixed(0)} % busy)` : "";
    return [
      `${title}${active}${busy}`,
      `${batch}`,
      time(ours),
      time(plain),
      time(best),
      ratio(best, ours),
      best?.label ?? "",
      time(usual),
      ratio(usual, ours),
    ];
  });
  return markdown(head, body);
}

function everyone({ title, batch, flopPerStep, rows }: BenchShape): string {
  const ours = rows.find(({ contender }) => contender === "program");
  const head = ["", "contender", "ms/step", "÷ ours", "GFLOP/s", "host µs/step", "dispatches", "peak MiB"];
  const body = fastestFirst(rows).map((row) => [
    row.label,
    row.contender,
    time(row),
    ratio(row, ours),
    (flopPerStep / row.medianMsPerStep / 1e6).toFixed(1),
    row.hostUsPerStep?.toFixed(0) ?? "",
    row.dispatchesPerStep?.toFixed(0) ?? "",
    row.peakBytes ? (row.peakBytes / 2 ** 20).toFixed(0) : "",
  ]);
  return [`${title}, batch ${batch}, ${(flopPerStep / 1e6).toFixed(0)} MFLOP a step`, "", markdown(head, body)].join(
    "\n",
  );
}

function fastestFirst(rows: BenchRow[]): BenchRow[] {
  return rows.toSorted((a, b) => a.medianMsPerStep - b.medianMsPerStep);
}

function time(row: BenchRow | undefined): string {
  return row ? row.medianMsPerStep.toFixed(row.medianMsPerStep < 10 ? 2 : 1) : "";
}

function ratio(row: BenchRow | undefined, to: BenchRow | undefined): string {
  return row && to ? `${(row.medianMsPerStep / to.medianMsPerStep).toFixed(2)}×` : "";
}

function markdown(head: string[], body: string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...body.map((row) => row[i].length)));
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}
