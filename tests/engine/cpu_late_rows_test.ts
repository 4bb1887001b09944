/**
 * Decoder rows that the CPU engine updates late: whenever that happens, the bits are those of an update in each step.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CpuEngine } from "../../lib/engine/cpu/cpu_engine.ts";
import { type Kernels, loadKernels } from "../../lib/engine/cpu/load_kernels.ts";
import type { StepPlan, TrainingState } from "../../lib/engine/engine.ts";
import { Rng } from "../../lib/rng.ts";
import { LAST_FIRED } from "../../lib/sae/model.ts";
import { kernels } from "./kernels.ts";
import { needs } from "../needs.ts";
import { makeVariantCase, type VariantCase } from "./variant_cases.ts";

const LINEAR = { output: "linear" } as const;
/** Few latents are active in a step, and all of them at some time; with AuxK and without, of free length and of length 1, bound to
 * their start and frozen. */
const CASES = [
  makeVariantCase(13, { ...LINEAR, sparsity: "topk", latent: 61, k: 2, batch: 3, decoderNorm: "unit", auxAlpha: 0 }),
  makeVariantCase(21, { ...LINEAR, sparsity: "topk", latent: 67, k: 1, batch: 2, decoderNorm: "free", deadSteps: 9 }),
  makeVariantCase(13, { ...LINEAR, sparsity: "batchtopk", latent: 90, k: 2, batch: 4, decoderNorm: "unit" }),
  makeVariantCase(13, { ...LINEAR, sparsity: "matryoshka", latent: 90, k: 2, batch: 4 }),
  makeVariantCase(13, { ...LINEAR, sparsity: "hierarchicaltopk", latent: 90, k: 2, batch: 4 }),
  makeVariantCase(13, { ...LINEAR, sparsity: "jumprelu", latent: 61, batch: 2 }),
  makeVariantCase(13, { ...LINEAR, sparsity: "gated", latent: 61, batch: 2 }),
  makeVariantCase(13, { ...LINEAR, sparsity: "l1", latent: 61, batch: 1, decoderNorm: "free" }),
  makeVariantCase(13, { ...LINEAR, sparsity: "l1", latent: 61, batch: 1, decoderNorm: "unit" }),
  makeVariantCase(13, { ...LINEAR, sparsity: "topk", latent: 61, k: 2, batch: 3, lr: 0.1, baseline: "soft-frozen" }),
  makeVariantCase(13, { ...LINEAR, sparsity: "l1", latent: 61, batch: 1, decoderNorm: "free", baseline: "random" }),
];
/** More than twice as many as a row can be late. */
const STEPS = 75;

async function opened({ definition }: VariantCase, options: { threads?: number; kernels?: Kernels } = {}) {
  const engine = await CpuEngine.start(definition, { threads: 1, kernels: await kernels(), ...options });
  return Object.assign(engine, { [Symbol.asyncDispose]: () => engine.dispose() });
}

function planOf({ config: { batch }, count }: VariantCase, { from, to }: { from: number; to: number }): StepPlan {
  const steps = Array.from({ length: to - from }, (_, i) => from + i);
  return {
    indices: Uint32Array.from({ length: steps.length * batch }, (_, i) => ((from * batch + i) * 37) % count),
    batch,
    learningRates: Float64Array.from(steps, (step) => 0.01 / (1 + step % 5)),
    weights: new Float64Array(steps.length).fill(0.1),
  };
}

Deno.test("one call of many steps gives the bits of steps that are read one by one", needs("permissions"), async () => {
  for (const example of CASES) {
    await using slow = await opened(example);
    await slow.load({ ...example, batch: example.config.batch });
    const states: TrainingState[] = [];
    for (let step = 0; step < STEPS; step++) {
      await slow.train(planOf(example, { from: step, to: step + 1 }));
      states.push(await slow.state());
    }
    for (const threads of [1, 2, 3]) {
      await using fast = await opened(example, { threads });
      await fast.load({ ...example, batch: example.config.batch });
      await fast.train(planOf(example, { from: 0, to: 40 }));
      await fast.train(planOf(example, { from: 40, to: STEPS }));
      assert.deepEqual(await fast.state(), states.at(-1), `${example.name}, ${threads} threads`);
    }
  }
});

Deno.test("a run that is stopped and loaded anew goes on to the same bits", needs("permissions"), async () => {
  for (const example of CASES) {
    const { batch } = example.config;
    await using whole = await opened(example);
    await whole.load({ ...example, batch });
    await whole.train(planOf(example, { from: 0, to: 50 }));
    await using first = await opened(example), second = await opened(example);
    await first.load({ ...example, batch });
    await first.train(planOf(example, { from: 0, to: 41 }));
    await second.load({ ...example, state: await first.state(), batch });
    await second.train(planOf(example, { from: 41, to: 50 }));
    assert.deepEqual(await second.state(), await whole.state(), example.name);
  }
});

Deno.test("passes and losses after training are those of the state that is read", needs("permissions"), async () => {
  for (const example of CASES) {
    const { batch } = example.config;
    await using trained = await opened(example, { threads: 2 });
    const trainAgain = async () => {
      await trained.load({ ...example, batch });
      await trained.train(planOf(example, { from: 0, to: 20 }));
    };
    await trainAgain();
    await using read = await opened(example);
    await read.load({ ...example, state: await trained.state(), batch });
    const acts = new Float32Array(example.config.latent * 3).fill(0.5);
    for (
      const look of [
        (engine: CpuEngine) => engine.forward(example.pixels),
        (engine: CpuEngine) => engine.losses(example.pixels, { batch }),
        (engine: CpuEngine) => engine.decode(acts),
      ]
    ) {
      await trainAgain();
      assert.deepEqual(await look(trained), await look(read), example.name);
    }
  }
});

/** float32 arithmetic, or float64's. */
type Round = (x: number) => number;

/** Steps of a decoder row without a gradient, one by one, as the module comment of `kernels/adam.ts` has them. */
function drift(
  row: { p: number[]; m: number[]; v: number[] },
  { example, round, isUnit }: { example: VariantCase; round: Round; isUnit: boolean },
): void {
  const { definition: { adam: { beta1, beta2, epsilon } }, state } = example;
  const { learningRates } = planOf(example, { from: 0, to: STEPS });
  const flush = (x: number, tiny: number) => Math.abs(x) >= round(tiny) ? x : 0;
  const { p, m, v } = row;
  for (const [i, rate] of learningRates.entries()) {
    const t = state.step + 1 + i;
    const stepSize = round(rate / (1 - beta1 ** t)), varianceScale = round(1 / Math.sqrt(1 - beta2 ** t));
    for (let d = 0; d < p.length; d++) {
      m[d] = flush(round(m[d] * round(beta1)), 1e-25);
      v[d] = flush(round(v[d] * round(beta2)), 1e-34);
      const root = round(Math.sqrt(v[d]));
      const denominator = round(round(root * varianceScale) + round(epsilon));
      p[d] = round(p[d] - round(round(m[d] * stepSize) / denominator));
    }
    if (!isUnit) continue;
    const sums = [0, 0, 0, 0]; // four at a time, as vectors have them
    for (let d = 0; d < p.length; d++) sums[d % 4] = round(sums[d % 4] + round(p[d] * p[d]));
    const norm = round(Math.sqrt(round(round(sums[0] + sums[2]) + round(sums[1] + sums[3]))));
    if (norm > 0) p.forEach((value, d) => p[d] = round(value / norm));
  }
}

Deno.test(
  "the decoder's rows of latents that are never active take every step, to the bit in float32 and nearly in float64",
  needs("permissions"),
  async () => {
    for (const decoderNorm of ["unit", "free"] as const) {
      const dInput = 24, latent = 40;
      const example = makeVariantCase(dInput, {
        ...{ ...LINEAR, sparsity: "topk", latent, k: 2, batch: 4, decoderNorm, auxAlpha: 0, adamEpsilon: 1e-6 },
      });
      const rng = Rng.fromSeed(7, "moments"), name = "decoder.0.weight";
      const { params, m, v } = example.state;
      const inactive = Array.from({ length: 12 }, (_, i) => 3 * i);
      for (const j of inactive) {
        params["encoder.0.bias"][j] = -1e6;
        for (let d = 0; d < dInput; d++) {
          // Rows in full motion; those whose momentum ends on the way; those with none; those of zeros; untouched ones.
          const kind = j % 5, at = d * latent + j;
          if (kind === 3) params[name][at] = 0;
          if (kind === 4) continue;
          m[name][at] = kind === 1 ? rng.normal(0, 1e-22) : kind === 2 ? 0 : rng.normal(0, 1e-3);
          v[name][at] = kind === 1 ? rng.uniform(0, 1e-33) : rng.uniform(0, 1e-6);
        }
      }
      await using engine = await opened(example, { threads: 2, kernels: await loadKernels({ isRelaxed: false }) });
      await engine.load({ ...example, batch: 4 });
      await engine.train(planOf(example, { from: 0, to: STEPS }));
      const after = await engine.state();
      for (const j of inactive) {
        assert.equal(after.buffers[LAST_FIRED][j], example.state.buffers[LAST_FIRED][j], "was never active");
        const column = (of: Float32Array) => Array.from({ length: dInput }, (_, d) => of[d * latent + j]);
        const start = () => ({ p: column(params[name]), m: column(m[name]), v: column(v[name]) });
        const got = { p: column(after.params[name]), m: column(after.m[name]), v: column(after.v[name]) };
        const options = { example, isUnit: decoderNorm === "unit" };
        const exact = start(), truth = start();
        drift(exact, { ...options, round: Math.fround });
        drift(truth, { ...options, round: (x) => x });
        assert.deepEqual(got, exact, `${decoderNorm}, latent ${j}`);
        for (let d = 0; d < dInput; d++) {
          assert.ok(Math.abs(got.p[d] - truth.p[d]) < 2e-5, `${got.p[d]}, ${truth.p[d]}`);
        }
      }
    }
  },
);
