import assert from "node:assert/strict";
import { benchTable } from "../bench/table.ts";
import { Bench } from "../lib/report/bench_schema.ts";

Deno.test("benchTable() ranks contenders and gives each one's ratio to PyTorch at its best", () => {
  const row = (contender: string, medianMsPerStep: number) => ({
    contender,
    label: contender,
    msPerStep: [medianMsPerStep],
    medianMsPerStep,
    secondsPerEpoch: null,
    gflops: 1,
    rooflineShare: null,
    hostUsPerStep: null,
    dispatchesPerStep: null,
    peakBytes: 2 ** 20,
  });
  const model = { dInput: 784, hidden: [128], latent: 32, batch: 128 };
  const table = benchTable(Bench.parse({
    schemaVersion: 1,
    id: "a",
    createdAt: "2026-11-21T00:00:00Z",
    isQuick: true,
    environment: { deno: "2", v8: "15", os: "linux", cpu: "CPU", cores: 2, memoryBytes: 1 },
    busyShareBefore: 0,
    dataset: "mnist",
    model,
    flopPerStep: 1,
    rooflineGflops: null,
    rows: [row("pytorch:1", 3), row("pytorch:2", 6), row("cpu:2", 1.5)],
    scaling: [{ knob: "batch", model, contender: "cpu:2", medianMsPerStep: null }],
  }));
  const lines = table.split("\n");
  assert.match(lines[4], /^\| cpu:2 +\| 1\.50 +\| 2\.00×/);
  assert.match(lines[5], /^\| pytorch:1 +\| 3\.00 +\| 1\.00×/);
  assert.match(table, /\| batch 128 \| cannot run \|/);
});
