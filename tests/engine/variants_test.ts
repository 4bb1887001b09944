/**
 * Every engine against the float64 truth of every sparsity variant: losses, parameters, moments, buffers.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as tf from "../../lib/engine/reference/tfjs.ts";
import { loadKernels } from "../../lib/engine/cpu/load_kernels.ts";
import { CpuEngine } from "../../lib/engine/cpu/cpu_engine.ts";
import { whyNotCpu } from "../../lib/engine/capability.ts";
import { whyNotWebGpu } from "../../lib/engine/webgpu_capability.ts";
import { isDictionary } from "../../lib/engine/model_kind.ts";
import type { StepPlan } from "../../lib/engine/engine.ts";
import { Rng } from "../../lib/rng.ts";
import { VARIANT_NAMES, VARIANTS } from "../../lib/sae/sparsity/variants.ts";
import { initialWeight } from "../../lib/training/sparsity_weight.ts";
import { assertClose, flat } from "./assert_close.ts";
import { ENGINES, opened, type Start } from "./engines.ts";
import { widen } from "./float64_model.ts";
import { VariantTrainer64 } from "./float64_variant_gradients.ts";
import { variantForward64, type VariantLoss64, variantLoss64 } from "./float64_variants.ts";
import { imageRows, makeVariantCase, VARIANT_CASES, type VariantCase } from "./variant_cases.ts";
import { needs } from "../needs.ts";

/** All but the one in a Worker, which is another's steps. */
const TESTED = ENGINES.filter(({ name }) => !name.includes("Worker"));
const onCpu = TESTED.find(({ name }) => name === "reference on cpu")!.start;

/** Largest error relative to the largest value, after 1 and 3 steps; twice that for v, a square. */
const TOLERANCE = 1e-6;
/** The same for the loss after 20 steps: rounding has decided some latents by then. */
const LATE_TOLERANCE = 1e-4;

/**
 * What an engine trains. On WebGPU one case of each variant, a bound dictionary and a model of layers with a frozen one, with
 * AuxK or thresholds below 0 where there can be some: each new shape is compiled for seconds on a software adapter,
 * `webgpu_dictionary_test.ts` compares many with the reference engine, and tfjs has the same operations on every backend.
 */
function casesFor(engine: string): VariantCase[] {
  const covered = VARIANT_CASES.filter((example) => covers(engine, example));
  if (!engine.includes("webgpu")) return covered;
  const ofVariants = Map.groupBy(covered, ({ config }) => config.sparsity);
  const own = Array.from(
    ofVariants.values(),
    (cases) => cases.find(({ name }) => /aux 1 of 4 dead some|^jumprelu 14-/.test(name)) ?? cases[0],
  );
  if (engine.startsWith("reference")) return own;
  return [...own, ...covered.filter(({ name }) => /^topk.*soft-frozen|^kl.*frozen-encoder/.test(name))];
}

function covers(engine: string, { definition, config: { batch }, pixels }: VariantCase): boolean {
  if (engine.startsWith("reference")) return true;
  if (engine.includes("three dispatches") && isDictionary(definition)) return false; // it is a form of layers only
  return (engine.startsWith("cpu") ? whyNotCpu : whyNotWebGpu)(definition, { batch, pixels }) === null;
}

for (const { name, start, ignore } of TESTED) {
  const cases = casesFor(name);
  for (const sparsity of new Set(cases.map(({ config }) => config.sparsity))) {
    Deno.test({ name: `train() with ${sparsity} on ${name} equals float64`, ignore }, async (t) => {
      for (const example of cases.filter(({ config }) => config.sparsity === sparsity)) {
        await t.step(example.name, () => compareSteps(start, example));
      }
    });
  }

  Deno.test(
    { name: `forward() and decode() on ${name} equal float64 for every variant it trains`, ignore },
    async () => {
      for (const example of cases) {
        const { definition, state, pixels } = example;
        const { arch } = definition;
        await using engine = await opened(start, definition);
        for (const threshold of [-1, 0.3]) { // before training, and in the midst of it
          const buffers = {
            ...state.buffers,
            ...(state.buffers.threshold && { threshold: Float32Array.of(threshold) }),
          };
          await engine.load({ state: { ...state, buffers }, pixels, batch: 256 });
          const model = { definition, params: widen(state.params), buffers: widen(buffers) };
          const truth = variantForward64(imageRows(example), model, { isTraining: false });
          const { hidden, logits, recon } = await engine.forward(pixels);
          assert.equal(hidden.length, arch.layers.length - 1);
          assertClose(hidden[arch.latentIndex], truth.acts.flat(), 2e-6, `${example.name}: latents`);
          assertClose(logits, truth.logits.flat(), 2e-6, `${example.name}: logits`);
          assertClose(recon, truth.recon.flat(), 2e-6, `${example.name}: recon`);
          assertClose(await engine.decode(hidden[arch.latentIndex]), logits, 2e-6, `${example.name}: decode`);
        }
      }
    },
  );
}

Deno.test(
  "CpuEngine trains a dictionary to the same bits with lists of pixels and without",
  needs("permissions"),
  async () => {
    const kernels = await loadKernels();
    for (
      const example of VARIANT_CASES.filter((example) => covers("cpu", example) && isDictionary(example.definition))
    ) {
      const trained = async (isSparse: boolean, threads: number) => {
        await using engine = await opened(
          (definition) => CpuEngine.start(definition, { isSparse, threads, kernels }),
          example.definition,
        );
        await engine.load({ ...example, batch: 256 });
        const losses = await engine.train(planOf(example, { from: 0, to: 4 }));
        return { losses, state: await engine.state(), activations: await engine.forward(example.pixels) };
      };
      const dense = await trained(false, 1);
      for (const threads of [1, 2]) assert.deepEqual(await trained(true, threads), dense, example.name);
    }
  },
);

for (const sparsity of VARIANT_NAMES) {
  const example = makeVariantCase(10, { sparsity, latent: 17, batch: 15, k: 3, deadSteps: 1 });
  Deno.test(`train(), forward() and state() with ${sparsity} leave no tensor behind`, async () => {
    const engine = await onCpu(example.definition);
    const before = tf.memory().numTensors;
    await engine.load({ ...example, batch: 256 });
    const loaded = tf.memory().numTensors;
    const { params, buffers } = example.state;
    assert.equal(loaded - before, 3 * Object.keys(params).length + Object.keys(buffers).length);
    for (let step = 0; step < 3; step++) {
      await engine.train(planOf(example, { from: step, to: step + 1 }));
      assert.equal(tf.memory().numTensors, loaded);
    }
    await engine.forward(example.pixels);
    await engine.decode(new Float32Array(2 * example.definition.arch.nLatents));
    await engine.state();
    await engine.load({ ...example, batch: 256 });
    assert.equal(tf.memory().numTensors, loaded);
    await engine.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
}

/** Steps [from, to) over random images, each with its own rate and weight. */
function planOf({ config, count }: VariantCase, { from, to }: { from: number; to: number }): StepPlan {
  const rng = Rng.fromSeed(1, "order");
  const order = Uint32Array.from({ length: to * config.batch }, () => rng.below(count));
  const steps = Array.from({ length: to - from }, (_, i) => from + i);
  return {
    indices: order.subarray(from * config.batch),
    batch: config.batch,
    learningRates: Float64Array.from(steps, (step) => config.lr * (1 + step % 3)),
    weights: Float64Array.from(steps, (step) => initialWeight(config) * (2 - step % 2)),
  };
}

/** After so many steps engines are compared. */
const COMPARED = [1, 3, 20];

/** What float64 makes of a case: the loss of every step, and the trainer after each of {@linkcode COMPARED}. */
interface Truth {
  losses: VariantLoss64[];
  after: Pick<VariantTrainer64, "model" | "m" | "v">[];
}

/** Every engine is compared with the same. */
const truths = new Map<VariantCase, Truth>();

function truthOf(example: VariantCase): Truth {
  const known = truths.get(example);
  if (known) return known;
  const { definition, state, config } = example, images = imageRows(example);
  const trainer = new VariantTrainer64(definition, state), truth: Truth = { losses: [], after: [] };
  let taken = 0;
  for (const until of COMPARED) {
    const plan = planOf(example, { from: taken, to: until });
    for (let i = 0; i < until - taken; i++) {
      const batch = Array.from(plan.indices.subarray(i * config.batch, (i + 1) * config.batch), (row) => images[row]);
      truth.losses.push(trainer.train(batch, { lr: plan.learningRates[i], weight: plan.weights[i] }));
    }
    const { model: { params, buffers }, m, v } = trainer;
    truth.after.push({ ...structuredClone({ m, v }), model: { definition, ...structuredClone({ params, buffers }) } });
    taken = until;
  }
  truths.set(example, truth);
  return truth;
}

async function compareSteps(start: Start, example: VariantCase): Promise<void> {
  const { definition, state, config } = example;
  const truth = truthOf(example), images = imageRows(example);
  await using engine = await opened(start, definition);
  await engine.load({ ...example, batch: 256 });
  let taken = 0;
  for (const [nth, until] of COMPARED.entries()) {
    const plan = planOf(example, { from: taken, to: until }), wanted = truth.after[nth];
    const losses = await engine.train(plan);
    for (let i = 0; i < until - taken && until <= 3; i++) {
      const expected = truth.losses[taken + i];
      for (const part of ["reconstruction", "penalty", "auxiliary"] as const) {
        // As in steps_test.ts; and where a single image is met nearly exactly, rounding is large beside what is left.
        const least = part === "penalty" && config.sparsity === "kl" ? 0.01 * config.latent : 1e-4;
        // With budgets it is a difference between losses as large as the reconstruction's, and is rounded as they are.
        const floor = part === "auxiliary" && VARIANTS[config.sparsity].budgets
          ? Math.max(least, expected.reconstruction)
          : least;
        assertClose([losses[part][i]], [expected[part]], 1e-5, `${part}, step ${taken + i}`, floor);
      }
    }
    taken = until;
    const { params, m, v, buffers, step } = await engine.state();
    assert.equal(step, state.step + until);
    const mine = { definition, params: widen(params), buffers: widen(buffers) };
    if (until === 20) {
      const moment = { step: step + 1, weight: initialWeight(config) };
      const [own, expected] = [mine, wanted.model].map((model) => variantLoss64(images, model, moment).total);
      assertClose([own], [expected], LATE_TOLERANCE, "loss after 20 steps");
      continue;
    }
    assertClose(flat(params), flat(wanted.model.params), TOLERANCE, `params after ${until}`);
    assertClose(flat(m), flat(wanted.m), TOLERANCE, `m after ${until}`);
    assertClose(flat(v), flat(wanted.v), 2 * TOLERANCE, `v after ${until}`);
    assert.deepEqual(Object.keys(buffers).toSorted(), Object.keys(wanted.model.buffers).toSorted());
    for (const [name, values] of Object.entries(buffers)) {
      if (name === "lastFired") assert.deepEqual(Array.from(values), Array.from(wanted.model.buffers[name]), name);
      else assertClose(values, wanted.model.buffers[name], TOLERANCE, name, 0.1); // θ is a preAct, and those are about 1
    }
    if (definition.arch.hasUnitDecoder) assertUnitDecoder(mine.params, definition.arch);
  }
}

function assertUnitDecoder(
  params: Record<string, Float64Array>,
  { layers, latentIndex, nLatents }: VariantCase["definition"]["arch"],
): void {
  const weight = params[`${layers[latentIndex + 1].name}.weight`];
  for (let j = 0; j < nLatents; j++) {
    const norm = Math.hypot(...weight.filter((_, i) => i % nLatents === j));
    assert.ok(Math.abs(norm - 1) < 1e-6, `direction ${j} has length ${norm}`);
  }
}
