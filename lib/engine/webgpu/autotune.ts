/**
 * Picks the fastest way to compute a model's step on an adapter by trying them on the model at hand, and remembers the
 * choice.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { initialBuffers, parameterSpecs } from "../../sae/model.ts";
import { describeAdapter } from "../adapter.ts";
import { initialState, type StepDefinition } from "../engine.ts";
import { isDictionary } from "../model_kind.ts";
import type { GpuModel } from "./gpu_model.ts";
import { candidateModels } from "./gpu_models.ts";
import { WebGpuEngine } from "./webgpu_engine.ts";

/** Steps of the short run; the long one has five times as many. */
const STEPS = 8;
const ROUNDS = 3;

/**
 * An engine with the fastest of the adapter's candidates for a model, nothing loaded. The device stays the caller's.
 *
 * Each candidate is timed by the difference between a long and a short run, because the wait for a result is a fixed 10
 * ms; the least of {@linkcode ROUNDS} counts. One candidate is loaded at a time, so that this takes no more memory than
 * training; a candidate that fails is left out. Takes about a second, or nothing if there is one candidate or the cache
 * knows.
 *
 * @param options `batch`: images per step. `cache`: names of choices by {@linkcode tuningKey}, read first and written
 * last; a choice that is no candidate here, or that fails, is measured anew.
 * @throws {UserError} The device fails meanwhile.
 */
export async function tunedEngine(definition: StepDefinition, options: {
  device: GPUDevice;
  batch: number;
  cache: Map<string, string>;
  candidates?: GpuModel[];
}): Promise<WebGpuEngine> {
  const { device, batch, cache, candidates = candidateModels(definition, device) } = options;
  if (candidates.length === 1) return await WebGpuEngine.create(candidates[0], { device });
  const key = tuningKey(definition, { adapter: describeAdapter(device.adapterInfo), batch });
  const known = candidates.find(({ tuningName }) => tuningName === cache.get(key));
  if (known) {
    const engine = await WebGpuEngine.create(known, { device }).catch(() => null);
    if (engine) return engine;
  }
  const model = await fastest(candidates, { device, batch });
  cache.set(key, model.tuningName);
  return await WebGpuEngine.create(model, { device });
}

/** What a choice depends on, in words. */
export function tuningKey(definition: StepDefinition, { adapter, batch }: { adapter: string; batch: number }): string {
  const { arch } = definition, kind = isDictionary(definition) ? "a dictionary, " : "";
  const widths = [arch.dInput, ...arch.layers.map(({ dOut }) => dOut)];
  return `${adapter}, ${kind}${widths.join("-")} batch ${batch}`;
}

/** Measures every candidate; throws the first one's error if all fail. */
async function fastest(candidates: GpuModel[], options: { device: GPUDevice; batch: number }): Promise<GpuModel> {
  const times = candidates.map((model) => ({ model, ms: Infinity, error: null as unknown }));
  for (const time of times) {
    try {
      time.ms = await leastMs(time.model, options);
    } catch (error) {
      time.error = error;
    }
  }
  const best = times.reduce((a, b) => b.ms < a.ms ? b : a);
  if (best.ms === Infinity) throw best.error;
  return best.model;
}

/** How long the steps take in which a long run and a short one differ. */
async function leastMs(model: GpuModel, { device, batch }: { device: GPUDevice; batch: number }): Promise<number> {
  const { arch } = model.definition;
  const zeros = Object.fromEntries(
    parameterSpecs(arch).map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b))]),
  );
  const engine = await WebGpuEngine.create(model, { device });
  try {
    await engine.load({
      state: initialState({ params: zeros, buffers: initialBuffers(arch) }),
      pixels: new Uint8Array(batch * arch.dInput),
      batch,
    });
    await timeMs(engine, { steps: 1, batch }); // some drivers compile at first use
    let least = Infinity;
    for (let round = 0; round < ROUNDS; round++) {
      const short = await timeMs(engine, { steps: STEPS, batch }),
        long = await timeMs(engine, { steps: 5 * STEPS, batch });
      least = Math.min(least, long - short);
    }
    return least;
  } finally {
    await engine.dispose();
  }
}

/** How long this many steps take, from the first call to the last result. */
async function timeMs(engine: WebGpuEngine, { steps, batch }: { steps: number; batch: number }): Promise<number> {
  const indices = Uint32Array.from({ length: steps * batch }, (_, i) => i % batch);
  const start = performance.now();
  await engine.train({ indices, batch, learningRates: new Float64Array(steps), weights: new Float64Array(steps) });
  return performance.now() - start;
}
