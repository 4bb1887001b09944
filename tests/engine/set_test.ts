/**
 * `set()` of every engine: knobs that change between two steps, and every one that is refused.
 *
 * The truth is an engine that was made with the new knobs from the start and has loaded the same state.
 *
 * @module
 */
import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { whyNotCpu } from "../../lib/engine/capability.ts";
import { whyNotWebGpu } from "../../lib/engine/webgpu_capability.ts";
import { type Engine, type KnobChange, stepDefinition } from "../../lib/engine/engine.ts";
import { isDictionary } from "../../lib/engine/model_kind.ts";
import { VARIANT_NAMES, type VariantName, VARIANTS } from "../../lib/sae/sparsity/variants.ts";
import { CASES } from "./cases.ts";
import { repeated } from "./dictionary_cases.ts";
import type { EngineCase } from "./engine_case.ts";
import { ENGINES, opened, type Start } from "./engines.ts";
import { makeVariantCase } from "./variant_cases.ts";

const BATCH = 15;

/** A model of layers, and a dictionary of each variant in the midst of a run, some of its latents dead. */
const EXAMPLES: EngineCase[] = VARIANT_NAMES.map((sparsity) =>
  VARIANTS[sparsity].activates === "sigmoid"
    ? CASES[1]
    : makeVariantCase(10, { sparsity, latent: 17, batch: BATCH, k: 3, deadSteps: 1, auxK: 4 })
);

/** One after the other; those whose knobs a variant has are its own. More room is needed, and less, and the same. */
const CHANGES: KnobChange[] = [
  { rho: 0.3 },
  { rho: 0.01 },
  { auxAlpha: 0 },
  { auxAlpha: 0.5, auxK: 6, k: 12 },
  { k: 2 },
  { k: 9, auxK: null },
  { k: 4, auxK: 2 },
  { bandwidth: 0.5 },
  { thetaRate: 0.5 },
  { prefixes: [0.5] },
  { prefixes: [0.1, 0.2, 0.6, 0.9] },
  { prefixes: [], k: 1 },
  { kStep: 2 },
  { kStep: 1, k: 11 },
];

function changesOf(sparsity: VariantName): KnobChange[] {
  return CHANGES.filter((change) => Object.keys(change).every((name) => name in VARIANTS[sparsity].knobs));
}

/** On WebGPU, where each shape is compiled for seconds: more room and less for lists, and what is compiled in. */
function changesFor(engine: string, sparsity: VariantName): KnobChange[] {
  const changes = changesOf(sparsity);
  if (!/webgpu/.test(engine)) return changes;
  const isOnePerKind = (change: KnobChange) =>
    change.rho === 0.3 || change.bandwidth !== undefined || change.prefixes?.length === 4 ||
    change.kStep !== undefined ||
    sparsity === "batchtopk" && (change.k === 2 || change.k === 12);
  return changes.filter(isOnePerKind);
}

/** Of what is another engine's code one model of layers. */
function examplesFor(engine: string): EngineCase[] {
  const able = EXAMPLES.filter((example) =>
    changesFor(engine, example.config.sparsity).length > 0 && covers(engine, example)
  );
  return /Worker|dispatches/.test(engine) ? able.slice(0, 1) : able;
}

function covers(engine: string, { definition, pixels }: EngineCase): boolean {
  if (engine.startsWith("reference")) return true;
  if (engine.includes("three dispatches") && isDictionary(definition)) return false;
  return (engine.startsWith("cpu") ? whyNotCpu : whyNotWebGpu)(definition, { batch: BATCH, pixels }) === null;
}

function planOf({ count }: EngineCase, from: number) {
  const steps = [from, from + 1, from + 2];
  return {
    indices: Uint32Array.from({ length: 3 * BATCH - 2 }, (_, i) => 7 * (from * BATCH + i) % count),
    batch: BATCH,
    learningRates: Float64Array.from(steps, (step) => 0.01 / (1 + step % 3)),
    weights: Float64Array.from(steps, (step) => 0.1 * (2 - step % 2)),
  };
}

/** The reference engine once: tfjs's backends make no difference to what it keeps. */
const TESTED = ENGINES.filter(({ name }) => !/reference on w/.test(name));

for (const { name, start, ignore } of TESTED) {
  for (const example of examplesFor(name)) {
    const { sparsity } = example.config, changes = changesFor(name, sparsity);
    Deno.test({ name: `${name} changes knobs of ${sparsity} amid training`, ignore }, async (t) => {
      await t.step("as an engine made with them that has loaded the state", async () => {
        await isAsMadeAnew(start, { example, changes });
      });
      await t.step("in the order of the calls, without a wait between any two", async () => {
        const { definition, state, pixels } = example, options = { state, pixels, batch: BATCH };
        const asks = (engine: Engine) =>
          changes.flatMap((change, i) => [
            () => engine.train(planOf(example, 3 * i)),
            () => engine.set(change),
            () => engine.losses(pixels, { batch: BATCH }),
            () => engine.forward(pixels),
          ]);
        await using engine = await opened(start, definition);
        await engine.load(options);
        const one: unknown[] = [];
        for (const ask of [...asks(engine), () => engine.state()]) one.push(await ask());
        await using overlapping = await opened(start, definition);
        const all = [overlapping.load(options), ...asks(overlapping).map((ask) => ask()), overlapping.state()];
        assert.deepEqual((await Promise.all(all)).slice(1), one);
      });
    });
  }
}

async function isAsMadeAnew(start: Start, { example, changes }: { example: EngineCase; changes: KnobChange[] }) {
  const { definition, state, pixels, config } = example, { dInput } = definition.arch;
  await using engine = await opened(start, definition);
  await engine.load({ state, pixels: repeated(pixels, 2), batch: BATCH });
  await engine.setRows(pixels); // set() keeps these, and not those loaded before
  let turned = config;
  for (const [i, change] of changes.entries()) {
    if (i > 0) await engine.train(planOf(example, 6 * i)); // the first change is made while latents are dead
    const before = await engine.state();
    const without = await engine.losses(pixels, { batch: BATCH });
    await engine.set(change);
    assert.deepEqual(await engine.state(), before, "set() keeps the state");
    turned = { ...turned, ...change };
    await using other = await opened(start, stepDefinition(turned, dInput));
    await other.load({ state: before, pixels, batch: BATCH });
    const outcomeOf = async (engine: Engine) => ({
      losses: await engine.losses(pixels, { batch: BATCH }),
      trained: await engine.train(planOf(example, 6 * i + 3)),
      state: await engine.state(),
      pass: await engine.forward(pixels),
      sparse: isDictionary(definition) ? await engine.forwardSparse?.(pixels) : undefined,
    });
    const outcome = await outcomeOf(engine);
    assert.deepEqual(outcome, await outcomeOf(other), JSON.stringify(change));
    const isOfGradientsAlone = "bandwidth" in change || "thetaRate" in change;
    if (!isOfGradientsAlone) assert.notDeepEqual(outcome.losses, without, `${JSON.stringify(change)} has no effect`);
  }
  await engine.load({ state, pixels, batch: BATCH }); // the knobs stay
  await using last = await opened(start, stepDefinition(turned, dInput));
  await last.load({ state, pixels, batch: BATCH });
  assert.deepEqual(await engine.train(planOf(example, 0)), await last.train(planOf(example, 0)));
}

/** What is refused, with the message after "Cannot set ". */
const REFUSALS: { sparsity: VariantName; change: Record<string, unknown>; message: string }[] = [
  { sparsity: "kl", change: { rho: 1 }, message: "rho: it is 1, expected a number between 0 and 1, both excluded" },
  {
    sparsity: "kl",
    change: { rho: "0.1" },
    message: 'rho: it is "\\"0.1\\"", expected a number between 0 and 1, both excluded',
  },
  { sparsity: "kl", change: { k: 4 }, message: "k: it is 4, expected a setting of kl: rho or beta" },
  {
    sparsity: "kl",
    change: { beta: 1 },
    message: "beta: it is 1, expected it in the weights of a plan, one for each step",
  },
  {
    sparsity: "kl",
    change: { rho: 0.2, constructor: 1 },
    message: "constructor: it is 1, expected a setting of kl: rho or beta",
  },
  { sparsity: "topk", change: { k: 18 }, message: "k: it is 18, expected at most the 17 latents" },
  { sparsity: "topk", change: { k: 2.5 }, message: "k: it is 2.5, expected an integer of at least 1" },
  { sparsity: "topk", change: { k: 5, auxK: 0 }, message: "auxK: it is 0, expected an integer of at least 1, or auto" },
  {
    sparsity: "jumprelu",
    change: { thetaInit: 0.4 },
    message: "thetaInit: it is 0.4, expected 0.3, which the initial parameters were made from",
  },
];

for (const { name, start, ignore } of TESTED.filter(({ name }) => !/dispatches/.test(name))) {
  Deno.test({ name: `${name} refuses knobs that cannot change, and nothing has changed`, ignore }, async () => {
    for (const sparsity of new Set(REFUSALS.map(({ sparsity }) => sparsity))) {
      if (/webgpu/.test(name) && sparsity !== "kl") continue;
      const example = EXAMPLES.find(({ config }) => config.sparsity === sparsity)!;
      const { definition, state, pixels } = example;
      await using engine = await opened(start, definition);
      await assert.rejects(engine.set({}), {
        message: "Cannot use the engine: nothing is loaded, expected a call of load first",
      });
      await engine.load({ state, pixels, batch: BATCH });
      const wanted = await engine.train(planOf(example, 0));
      await engine.load({ state, pixels, batch: BATCH });
      for (const { change, message } of REFUSALS.filter((refusal) => refusal.sparsity === sparsity)) {
        const isLine = (error: Error) => error instanceof UserError && error.message === `Cannot set ${message}`;
        await assert.rejects(engine.set(change as KnobChange), isLine, message);
      }
      await engine.set({});
      assert.deepEqual(await engine.state(), state);
      assert.deepEqual(await engine.train(planOf(example, 0)), wanted);
      await engine.dispose();
      await assert.rejects(engine.set({}), {
        message: "Cannot use the engine: it was disposed, expected one in use",
      });
    }
  });
}
