import assert from "node:assert/strict";
import { openContender } from "../bench/child.ts";
import { benchTable } from "../bench/table.ts";
import { resolveConfig } from "../lib/config.ts";
import { initialState, stepDefinition } from "../lib/engine/engine.ts";
import { WebGpuEngine } from "../lib/engine/webgpu/webgpu_engine.ts";
import { Bench } from "../lib/report/bench_schema.ts";
import { initialModel } from "../lib/sae/init.ts";
import { needs, needsAdapter } from "./needs.ts";

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

Deno.test(
  { name: "openContender() opens WebGPU by the model's kind, as the program does", ignore: !needsAdapter() },
  async () => {
    for (const [turned, buffer] of [[{ sparsity: "topk", k: 2 }, "encoder"], [{}, "params"]] as const) {
      const config = resolveConfig({ hidden: [], latent: 5, ...turned }), pixels = new Uint8Array(7);
      const definition = stepDefinition(config, 7);
      const engine = await openContender("webgpu", { definition, batch: 4 });
      assert.ok(engine instanceof WebGpuEngine);
      const state = initialState(initialModel(config, { arch: definition.arch, pixels }));
      await engine.load({ state, pixels, batch: 4 });
      assert.ok(buffer in engine.resident);
      await engine.dispose();
    }
  },
);

Deno.test(
  "bench.ts says in one line what is wrong with its flags or data, and prints its help and nothing else",
  needs("permissions"),
  async () => {
    const script = new URL("../bench/bench.ts", import.meta.url).pathname;
    const run = async (...args: string[]) => {
      const command = new Deno.Command(Deno.execPath(), {
        args: ["run", "-q", "-P=bench", "--no-prompt", "--no-check", script, ...args],
        cwd: new URL("..", import.meta.url),
        env: { NO_COLOR: "1" },
      });
      const { code, stdout, stderr } = await command.output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code, out: text(stdout), err: text(stderr) };
    };
    const [flag, folder, help] = await Promise.all([run("--quik"), run("--data-dir", "/proc/none"), run("--help")]);
    assert.deepEqual([flag.code, flag.out], [2, ""]);
    assert.match(flag.err, /^error: Cannot use --quik: [^\n]* did you mean --quick\?\n$/);
    assert.deepEqual([folder.code, folder.out], [1, ""]);
    assert.match(folder.err, /^error: Cannot [^\n]*\/proc\/none[^\n]*\n$/);
    assert.deepEqual([help.code, help.err], [0, ""]);
    assert.match(help.out, /--data-dir/);
  },
);
