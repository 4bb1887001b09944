import assert from "node:assert/strict";
import { benchTable } from "../../bench/table.ts";
import { Bench, type BenchRow, type BenchShape } from "../../lib/report/bench_schema.ts";

function row(contender: string, medianMsPerStep: number): BenchRow {
  return {
    contender,
    label: `the ${contender}`,
    msPerStep: [medianMsPerStep],
    medianMsPerStep,
    hostUsPerStep: null,
    dispatchesPerStep: null,
    peakBytes: 0,
  };
}

function shape(rows: BenchRow[], options: Partial<BenchShape> = {}): BenchShape {
  return {
    id: "a",
    title: "A model",
    dInput: 4,
    batch: 8,
    pass: "step",
    data: "images",
    activeLatents: null,
    flopPerStep: 3e6,
    busyShare: 0,
    rows,
    tried: [],
    ...options,
  };
}

function tableOf(...shapes: BenchShape[]): string {
  return benchTable(Bench.parse({
    schemaVersion: 2,
    id: "a",
    createdAt: "2026-11-21T00:00:00Z",
    isQuick: true,
    isWhole: true,
    environment: { deno: "2", v8: "15", os: "linux", cpu: "CPU", cores: 2, memoryBytes: 1 },
    v8Flags: [],
    busyShareBefore: 0,
    dataset: "mnist",
    pytorch: [{ version: "2", blas: "MKL", gflops: 99.6 }],
    shapes,
  }));
}

/** The cells of the table's line that begins so. */
function cells(table: string, start: string): string[] {
  const line = table.split("\n").find((line) => line.startsWith(`| ${start}`))!;
  return line.split("|").slice(1, -1).map((cell) => cell.trim());
}

Deno.test("benchTable() gives our time, PyTorch's best and its usual form, and both ratios", () => {
  const rows = [
    row("program", 2),
    row("program:plain", 2.5),
    row("pytorch:1:dense", 12),
    row("pytorch:2:sparse", 5),
    row("pytorch:2:dense", 9),
  ];
  const table = tableOf(shape(rows, { activeLatents: 31.8, busyShare: 0.2 }));
  assert.deepEqual(cells(table, "A model"), [
    "A model, 32 active (20 % busy)",
    "8",
    "2.00",
    "2.50",
    "5.00",
    "2.50×",
    "the pytorch:2:sparse",
    "9.00",
    "4.50×",
  ]);
  assert.match(table, /a product of 768³: PyTorch 2 with MKL, 100 GFLOP\/s/);
});

Deno.test("benchTable() leaves cells empty where nothing was measured", () => {
  assert.deepEqual(cells(tableOf(shape([row("program", 20)])), "A model"), [
    ...["A model", "8", "20.0", "", "", "", "", "", ""],
  ]);
});

Deno.test("benchTable() lists everybody on shapes with more than the program and PyTorch, the fastest first", () => {
  const table = tableOf(shape([row("tfjs:wasm", 6), row("program", 3)]), shape([row("program", 3)], { title: "B" }));
  const [, everybody] = table.split("A model, batch 8, 3 MFLOP a step");
  assert.deepEqual(everybody.trim().split("\n").slice(2).map((line) => line.split("|")[2].trim()), [
    "program",
    "tfjs:wasm",
  ]);
  assert.deepEqual(cells(everybody, "the tfjs:wasm").slice(1, 5), ["tfjs:wasm", "6.00", "2.00×", "0.5"]);
  assert.doesNotMatch(table, /B, batch 8, 3 MFLOP/);
});
