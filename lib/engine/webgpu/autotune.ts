/**
 * Picks the fastest way to compute a step on an adapter by trying them on the model at hand, and remembers the choice.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { describeAdapter } from "../adapter.ts";
import { initialState, type StepDefinition } from "../engine.ts";
import { parameterSpecs } from "../../sae/model.ts";
import { WebGpuEngine } from "./engine.ts";
import { layoutOf } from "./layout.ts";
import { candidateTunings, type Tuning } from "./tuning.ts";

/** Steps of the short run; the long one has five times as many. */
const STEPS = 8;
const ROUNDS = 3;

/**
 * The fastest of the adapter's candidates for a model.
 *
 * Each is timed by the difference between a long and a short run, because the wait for a result is a fixed 10 ms; the
 * candidates take turns, and the least of {@linkcode ROUNDS} counts. Takes about a second, or nothing where there is one
 * candidate or the cache knows.
 *
 * @param options `batch`: images a step. `cache`: names of choices by adapter and model, read first and written last.
 * @throws {UserError} The device fails meanwhile.
 */
export async function autotune(definition: StepDefinition, options: {
  device: GPUDevice;
  batch: number;
  cache: Map<string, string>;
  candidates?: Tuning[];
}): Promise<Tuning> {
  const { arch } = definition;
  const { device, batch, cache, candidates = candidateTunings(device, layoutOf(arch)) } = options;
  if (candidates.length === 1) return candidates[0];
  const widths = [arch.dInput, ...arch.layers.map(({ dOut }) => dOut)];
  const key = `webgpu tuning, ${describeAdapter(device.adapterInfo)}, ${widths.join("-")} batch ${batch}`;
  const known = candidates.find((tuning) => nameOf(tuning) === cache.get(key));
  if (known) return known;

  const trials: { tuning: Tuning; engine: WebGpuEngine; leastMs: number }[] = [];
  const zeros = Object.fromEntries(
    parameterSpecs(arch).map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b))]),
  );
  try {
    for (const tuning of candidates) {
      const engine = await WebGpuEngine.create(definition, { device, tuning });
      trials.push({ tuning, engine, leastMs: Infinity });
      await engine.load({ state: initialState(zeros, arch), pixels: new Uint8Array(batch * arch.dInput), batch });
      await timeMs(engine, 1, batch); // some drivers compile at first use
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const trial of trials) {
        const short = await timeMs(trial.engine, STEPS, batch), long = await timeMs(trial.engine, 5 * STEPS, batch);
        trial.leastMs = Math.min(trial.leastMs, long - short);
      }
    }
  } finally {
    for (const { engine } of trials) await engine.dispose();
  }
  const { tuning } = trials.reduce((a, b) => b.leastMs < a.leastMs ? b : a);
  cache.set(key, nameOf(tuning));
  return tuning;
}

/** How long so many steps take, from the first call to the last result. */
async function timeMs(engine: WebGpuEngine, steps: number, batch: number): Promise<number> {
  const indices = Uint32Array.from({ length: steps * batch }, (_, i) => i % batch);
  const start = performance.now();
  await engine.train({ indices, batch, learningRates: new Float64Array(steps), weights: new Float64Array(steps) });
  return performance.now() - start;
}

function nameOf({ product, workgroup, isFused }: Tuning): string {
  return `${isFused ? "fused" : product}/${workgroup}`;
}
