/// <reference lib="dom" />
/**
 * The engine that the live page's Worker starts: by the program's rule, or the one that is asked for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { findAdapter } from "../../../lib/engine/own_engine.ts";
import { initialState, stepDefinition } from "../../../lib/engine/engine.ts";
import { UserError } from "../../../lib/errors.ts";
import { Rng } from "../../../lib/rng.ts";
import { initialModel } from "../../../lib/sae/init.ts";
import { liveConfig, type LiveSettings } from "../../../site/src/live/settings.ts";
import { startEngine } from "../../../site/src/live/worker/device.ts";
import { needsAdapter } from "../../adapter.ts";
import { needs } from "../../needs.ts";

const D_INPUT = 36, COUNT = 60;
const rng = Rng.fromSeed(0, "images");
const pixels = Uint8Array.from({ length: COUNT * D_INPUT }, () => rng.uniform() < 0.3 ? rng.below(256) : 0);

function work(knobs: LiveSettings["knobs"]) {
  const config = liveConfig({ knobs: { latent: 8, hidden: [12], batch: 20, ...knobs } }, {
    count: COUNT,
  });
  return { config, definition: stepDefinition(config, D_INPUT), batch: config.batch };
}

/** The losses of three steps on an engine. */
async function losses(wanted: "auto" | "cpu" | "webgpu", knobs: LiveSettings["knobs"]) {
  const { config, definition, batch } = work(knobs);
  const { engine, reason } = await startEngine(definition, { wanted, batch, pixels });
  try {
    const model = initialModel(config, { arch: definition.arch, pixels });
    await engine.load({ state: initialState(model), pixels, batch });
    const trained = await engine.train({
      indices: Uint32Array.from({ length: 60 }, (_, i) => i),
      batch,
      learningRates: new Float64Array(3).fill(1e-2),
      weights: new Float64Array(3).fill(5e-3),
    });
    return { info: engine.info, reason, losses: [...trained.reconstruction] };
  } finally {
    await engine.dispose();
  }
}

Deno.test("startEngine() says in one line that the kernels cannot be had, and loads them for the next training", async () => {
  const { fetch } = globalThis;
  globalThis.fetch = () => Promise.resolve(new Response("<!doctype html>", { status: 404 }));
  try {
    await assert.rejects(losses("cpu", {}), (error: Error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^Cannot load the CPU engine's kernels: .*, expected a connection to the site$/);
      return true;
    });
  } finally {
    globalThis.fetch = fetch;
  }
  assert.equal((await losses("cpu", {})).info.name, "cpu");
});

Deno.test("startEngine() takes one thread where a page is not isolated, and the engine that is asked for", async () => {
  const { info, reason } = await losses("cpu", { sparsity: "topk", hidden: [], k: 2 });
  assert.match(info.device, /^CPU, WebAssembly .*, 1 thread$/);
  assert.equal(reason, "the page's address asks for cpu");
});

Deno.test("startEngine() takes hardware WebGPU, else the CPU engine, and says why", needs("permissions"), async () => {
  const { adapter, isSoftware, summary } = await findAdapter();
  const { info, reason } = await losses("auto", {});
  assert.equal(info.name, adapter && !isSoftware ? "webgpu" : "cpu");
  assert.equal(reason, summary);
});

Deno.test({
  name: "startEngine() gives the CPU engine's losses on WebGPU to 1e-4, on a device that ends with the engine",
  ignore: !needsAdapter(),
}, async () => {
  const cpu = await losses("cpu", {}), gpu = await losses("webgpu", {});
  assert.equal(gpu.info.name, "webgpu");
  for (const [step, loss] of cpu.losses.entries()) assert.ok(Math.abs(gpu.losses[step] - loss) < 1e-4, `step ${step}`);
});

Deno.test("startEngine() refuses in one line what neither engine computes", async () => {
  await assert.rejects(
    losses("cpu", { sparsity: "topk", k: 2 }),
    /^UserError: Cannot train this model in a page: .* without hidden layers, and this model has some, expected a smaller one, or/,
  );
});
