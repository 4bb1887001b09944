/**
 * What every engine promises beside its numbers: calls in order, the same bits again, refusals in the same words, an end.
 *
 * The numbers are those of float64 in `steps_test.ts` and `variants_test.ts`; what only one engine has is tested beside it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { whyNotCpu } from "../../lib/engine/capability.ts";
import { whyNotWebGpu } from "../../lib/engine/webgpu_capability.ts";
import type { Engine, LoadOptions, StepPlan } from "../../lib/engine/engine.ts";
import { isDictionary } from "../../lib/engine/model_kind.ts";
import type { Pixels } from "../../lib/pixels.ts";
import { Rng } from "../../lib/rng.ts";
import { latentParameterName, parameterSpecs } from "../../lib/sae/model.ts";
import { VARIANT_NAMES, VARIANTS } from "../../lib/sae/sparsity/variants.ts";
import { assertClose } from "./assert_close.ts";
import { CASES, CENTERED_CASES } from "./cases.ts";
import type { EngineCase } from "./engine_case.ts";
import { ENGINES, opened, type Start } from "./engines.ts";
import { widen } from "./float64_model.ts";
import { decoder64, rowsOf } from "./float64_variants.ts";
import { makeVariantCase } from "./variant_cases.ts";

/** Layers of sigmoids, the first of them reading images less their mean. */
const LAYERS: EngineCase[] = [CASES[1], CENTERED_CASES[0]];
/**
 * A dictionary of each variant, in the midst of a run, some latents dead; more latents than a row has room for. The first keeps
 * everything that a dictionary can: a threshold, and where its decoder started.
 */
const DICTIONARIES: EngineCase[] = [
  { sparsity: "batchtopk" as const, baseline: "soft-frozen" as const },
  ...VARIANT_NAMES.filter((name) => VARIANTS[name].activates !== "sigmoid").map((sparsity) => ({ sparsity })),
].map((turned) => makeVariantCase(10, { ...turned, latent: 17, batch: 15, k: 3, deadSteps: 1, auxK: 4 }));

/**
 * What an engine is tested on. On WebGPU, where each shape is compiled for seconds, one model with each kind of latents; and
 * of what is another's code, or tfjs once more, one of layers and one that keeps a threshold.
 */
function examplesFor(name: string): EngineCase[] {
  const covered = [...LAYERS, ...DICTIONARIES].filter((example) => covers(name, example));
  if (!/webgpu|wasm/.test(name)) return covered;
  const ofKinds = Array.from(
    Map.groupBy(covered, ({ config: { sparsity } }) => VARIANTS[sparsity].activates).values(),
    (examples) => examples.find(({ state }) => state.buffers.threshold) ?? examples[0],
  );
  return name === "webgpu" ? ofKinds : ofKinds.slice(0, 2);
}

function covers(engine: string, { definition, config: { batch }, pixels }: EngineCase): boolean {
  if (engine.startsWith("reference")) return true;
  if (engine.includes("three dispatches") && isDictionary(definition)) return false; // it is a form of layers only
  return (engine.startsWith("cpu") ? whyNotCpu : whyNotWebGpu)(definition, { batch, pixels }) === null;
}

/** Steps [from, to) of a long plan, each with its own rate and weight; the last batch is short. */
function planOf({ count }: EngineCase, { from, to }: { from: number; to: number }): StepPlan {
  const steps = Array.from({ length: to - from }, (_, i) => from + i);
  return {
    indices: Uint32Array.from({ length: steps.length * BATCH - 2 }, (_, i) => 7 * (from * BATCH + i) % count),
    batch: BATCH,
    learningRates: Float64Array.from(steps, (step) => 0.01 / (1 + step % 3)),
    weights: Float64Array.from(steps, (step) => 0.1 * (2 - step % 2)),
  };
}

for (const { name, start, ignore } of ENGINES) {
  for (const example of examplesFor(name)) {
    const { sparsity, center, baseline } = example.config;
    const title = `${name} keeps its promises with ${sparsity}${center === "mean" ? ", centred" : ""}${
      baseline === "none" ? "" : `, baseline ${baseline}`
    }`;
    Deno.test({ name: title, ignore }, async (t) => {
      await using engine = await opened(start, example.definition);
      await t.step("every call is refused before load()", async () => {
        for (const ask of asks(engine, example)) {
          await assert.rejects(ask, {
            message: "Cannot use the engine: nothing is loaded, expected a call of load first",
          });
        }
      });
      await t.step("equal calls give equal bits, one by one and all at once", () => keepsOrder(engine, example));
      await t.step("training goes on from state() as if it had not stopped", () => goesOn(engine, example));
      await t.step("buffer() is state()'s, amid training too", () => readsBuffers(engine, example));
      await t.step("plans and inputs that do not fit are refused, and it goes on", () => refuses(engine, example));
      await t.step("decode() of dense rows equals float64", () => decodesDense(engine, example));
      await t.step("load() again, of other images, is as the first load()", () => loadsAgain(engine, example));
      await t.step("setRows() and setState() are as load() of the other's", () => changesEither(engine, example));
      await Promise.all([engine.dispose(), engine.dispose()]);
      await t.step("after dispose() every call is refused, but another dispose()", async () => {
        const { state, pixels } = example;
        for (const ask of [...asks(engine, example), () => engine.load({ state, pixels, batch: BATCH })]) {
          await assert.rejects(ask, { message: "Cannot use the engine: it was disposed, expected one in use" });
        }
        await engine.dispose();
      });
    });
  }
}

/** Images of a step; the example's kernels are not compiled for a batch. */
const BATCH = 31;

/** Every call but `load` and `dispose`. */
function asks(engine: Engine, example: EngineCase): (() => Promise<unknown>)[] {
  const { state, pixels, definition: { arch: { nLatents } } } = example;
  return [
    () => engine.setRows(pixels),
    () => engine.setState(state),
    () => engine.train(planOf(example, { from: 0, to: 1 })),
    () => engine.losses(pixels, { batch: BATCH }),
    () => engine.forward(pixels),
    () => engine.decode(new Float32Array(nLatents)),
    () => engine.state(),
    () => engine.buffer("any"),
    ...(engine.forwardSparse && isDictionary(example.definition) ? [() => engine.forwardSparse!(pixels)] : []),
  ];
}

async function keepsOrder(engine: Engine, example: EngineCase): Promise<void> {
  const { state, pixels, definition: { arch: { dInput, nLatents } } } = example;
  const some = pixels.subarray(0, 29 * dInput) as Pixels, acts = new Float32Array(40 * nLatents).fill(0.5);
  const inOrder: (() => Promise<unknown>)[] = [
    () => engine.train(planOf(example, { from: 0, to: 4 })),
    () => engine.forward(some),
    () => engine.train(planOf(example, { from: 4, to: 9 })),
    () => engine.losses(some, { batch: BATCH - 1 }),
    () => engine.state(),
    () => engine.decode(acts),
    () => engine.train(planOf(example, { from: 9, to: 10 })),
    () => engine.state(),
  ];
  await engine.load({ state, pixels, batch: BATCH });
  const one: unknown[] = [];
  for (const ask of inOrder) one.push(await ask());
  // Once more, without a wait between any two of them, load() included.
  const again = [engine.load({ state, pixels, batch: BATCH }), ...inOrder.map((ask) => ask())];
  assert.deepEqual((await Promise.all(again)).slice(1), one);
  // And as if nobody had looked in between.
  await engine.load({ state, pixels, batch: BATCH });
  await Promise.all([0, 2, 6].map((i) => inOrder[i]()));
  assert.deepEqual(await engine.state(), one.at(-1));
}

async function goesOn(engine: Engine, example: EngineCase): Promise<void> {
  const { state, pixels } = example;
  await engine.load({ state, pixels, batch: BATCH });
  const first = await engine.train(planOf(example, { from: 0, to: 4 }));
  const stopped = await engine.state();
  assert.equal(stopped.step, state.step + 4);
  const second = await engine.train(planOf(example, { from: 4, to: 9 }));
  const whole = await engine.state();
  await engine.train(planOf(example, { from: 2, to: 3 }));
  await engine.load({ state: stopped, pixels, batch: BATCH });
  assert.deepEqual(await engine.train(planOf(example, { from: 4, to: 9 })), second);
  assert.deepEqual(await engine.state(), whole);
  await engine.load({ state, pixels, batch: BATCH });
  assert.deepEqual(await engine.train(planOf(example, { from: 0, to: 4 })), first);
}

/** Asked for without a wait between steps, as training does, a buffer is what the state has at that moment. */
async function readsBuffers(engine: Engine, example: EngineCase): Promise<void> {
  const { state, pixels, definition: { arch } } = example;
  const names = arch.buffers.map(({ name }) => name),
    plans = [[0, 3], [3, 4], [4, 9]].map(([from, to]) => ({ from, to }));
  await engine.load({ state, pixels, batch: BATCH });
  const wanted: unknown[] = [];
  for (const plan of plans) {
    await engine.train(planOf(example, plan));
    wanted.push((await engine.state()).buffers);
  }
  const last = await engine.state();
  await engine.load({ state, pixels, batch: BATCH });
  const read = plans.map(async (plan) => {
    const losses = engine.train(planOf(example, plan));
    const values = await Promise.all(names.map((name) => engine.buffer(name)));
    await losses;
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  });
  assert.deepEqual(await Promise.all(read), wanted);
  assert.deepEqual(await engine.state(), last);
  await assert.rejects(() => engine.buffer("constructor"), {
    message: `Cannot read buffer "constructor": the model keeps no such buffer, expected ${
      names.length === 0 ? "no call: it keeps none" : `one of ${names.join(", ")}`
    }`,
  });
}

async function refuses(engine: Engine, example: EngineCase): Promise<void> {
  const { state, pixels, count, definition: { arch } } = example, { dInput, nLatents } = arch;
  const good = planOf(example, { from: 0, to: 2 });
  const ofPlans: [Partial<StepPlan>, string][] = [
    [
      { indices: good.indices.with(39, count) },
      `Cannot train: an index is ${count}, expected less than ${count}, the number of images`,
    ],
    [
      { indices: good.indices.with(3, -1) },
      `Cannot train: an index is 4294967295, expected less than ${count}, the number of images`,
    ],
    [{ learningRates: Float64Array.of(0.01) }, "Cannot train: there are 1 learning rates, expected 2"],
    [{ weights: new Float64Array(3) }, "Cannot train: there are 3 weights, expected 2"],
    [{ batch: 0 }, "Cannot run steps: the batch is 0, expected a positive integer"],
    [{ batch: 12.5 }, "Cannot run steps: the batch is 12.5, expected a positive integer"],
    [
      { batch: BATCH + 1 },
      `Cannot run steps: the batch is ${BATCH + 1}, expected at most ${BATCH}, as load was called with`,
    ],
  ];
  const isFloat = pixels instanceof Float32Array;
  const otherKind = new (isFloat ? Uint8Array : Float32Array)(dInput);
  const [is, wanted] = isFloat ? ["bytes", "floats"] : ["floats", "bytes"];
  const kind = `Cannot read images: they are ${is}, expected ${wanted}, as those that were loaded`;
  const cut = pixels.subarray(1) as Pixels;
  const width = `Cannot read images: their length is ${cut.length}, expected a multiple of ${dInput}`;
  const ofInputs: [() => Promise<unknown>, string][] = [
    [() => engine.forward(otherKind), kind],
    [() => engine.losses(otherKind, { batch: 1 }), kind],
    [() => engine.setRows(otherKind), kind],
    ...(dInput === 1 ? [] : [
      [() => engine.forward(cut), width],
      [() => engine.losses(cut, { batch: 1 }), width],
      [() => engine.setRows(cut), width],
    ] as [() => Promise<unknown>, string][]),
    [
      () => engine.losses(pixels, { batch: BATCH + 1 }),
      `Cannot run steps: the batch is ${BATCH + 1}, expected at most ${BATCH}, as load was called with`,
    ],
    [
      () => engine.decode(new Float32Array(nLatents + 1)),
      `Cannot read latents: their length is ${nLatents + 1}, expected a multiple of ${nLatents}`,
    ],
  ];
  const [{ name: parameter, shape }] = parameterSpecs(arch), short = Float32Array.of(1, 2, 3);
  const parameters = `Cannot load ${parameter}: length is 3, expected ${
    shape.reduce((a, b) => a * b)
  } for shape [${shape}]`;
  const ofLoads: [Partial<LoadOptions>, string][] = [
    ...(["params", "m", "v"] as const).map((part): [Partial<LoadOptions>, string] => [
      { state: { ...state, [part]: { ...state[part], [parameter]: short } } },
      parameters,
    ]),
    ...arch.buffers.map(({ name, size }): [Partial<LoadOptions>, string] => [
      { state: { ...state, buffers: { ...state.buffers, [name]: new Float32Array() } } },
      `Cannot load buffer ${name}: length is 0, expected ${size}`,
    ]),
    ...(dInput === 1 ? [] : [[{ pixels: cut }, width] as [Partial<LoadOptions>, string]]),
    [{ batch: 0 }, "Cannot run steps: the batch is 0, expected a positive integer"],
  ];
  await engine.load({ state, pixels, batch: BATCH });
  for (const [change, message] of ofLoads) {
    await assert.rejects(() => engine.load({ state, pixels, batch: BATCH, ...change }), { message });
    if (change.state) await assert.rejects(() => engine.setState(change.state!), { message });
  }
  for (const [change, message] of ofPlans) {
    await assert.rejects(() => engine.train({ ...good, ...change }), { message });
  }
  for (const [ask, message] of ofInputs) await assert.rejects(ask, { message });
  assert.deepEqual(await engine.state(), state);
  await engine.train(good);
  assert.equal((await engine.state()).step, state.step + 2);
}

async function decodesDense(engine: Engine, { definition, state, pixels }: EngineCase): Promise<void> {
  const { nLatents } = definition.arch, rng = Rng.fromSeed(0, "latents");
  const acts = Float32Array.from({ length: 150 * nLatents }, () => rng.uniform(-1, 2)); // more rows than one pass takes
  await engine.load({ state, pixels, batch: BATCH });
  const model = { definition, params: widen(state.params), buffers: widen(state.buffers) };
  const { logits } = decoder64(rowsOf(acts, nLatents), model);
  assertClose(await engine.decode(acts), logits.flat(), 2e-6, "logits");
}

async function loadsAgain(engine: Engine, example: EngineCase): Promise<void> {
  const { state, pixels, definition: { arch: { dInput } } } = example;
  const others = pixels.toReversed() as Pixels, fewer = others.subarray(0, 40 * dInput) as Pixels;
  const plan = { ...planOf(example, { from: 0, to: 2 }) };
  plan.indices = plan.indices.map((index) => index % 40);
  const trainedOn = async (images: Pixels, batch: number) => {
    await engine.load({ state, pixels: images, batch });
    return { losses: await engine.train(plan), state: await engine.state(), pass: await engine.forward(images) };
  };
  const first = await trainedOn(pixels, BATCH);
  const second = await trainedOn(others, BATCH);
  assert.notDeepEqual(second, first);
  await trainedOn(fewer, 50); // another number of images and a larger batch
  assert.deepEqual(await trainedOn(others, BATCH), second);
  assert.deepEqual(await trainedOn(pixels, BATCH), first);
}

/**
 * Other rows under a state that stays, fewer, as many and more of them, turned around so that other columns are the densest; then
 * another state under rows that stay. Everything is asked for at once, so that each call must wait for those before it.
 */
async function changesEither(engine: Engine, example: EngineCase): Promise<void> {
  const { state, pixels, definition: { arch: { dInput } } } = example;
  const reversed = pixels.toReversed() as Pixels;
  const double = new (pixels.constructor as { new (length: number): Pixels })(2 * pixels.length);
  double.set(reversed);
  double.set(pixels, pixels.length);
  const sets = [reversed.subarray(0, 40 * dInput) as Pixels, reversed, double, pixels];
  const plan = { ...planOf(example, { from: 0, to: 2 }) };
  plan.indices = plan.indices.map((index) => index % 40);

  await engine.load({ state, pixels, batch: BATCH });
  const wanted: unknown[] = [];
  for (const rows of sets) {
    const between = await engine.state();
    await engine.load({ state: between, pixels: rows, batch: BATCH });
    wanted.push([await engine.train(plan), await engine.state()]);
  }
  await engine.load({ state, pixels, batch: BATCH });
  const changed = sets.map((rows) => {
    // In memory of several threads, and written over as soon as the call has ended.
    const shared = new (pixels.constructor as { new (buffer: SharedArrayBuffer): Pixels })(
      new SharedArrayBuffer(rows.byteLength),
    );
    shared.set(rows);
    engine.setRows(shared).then(() => shared.fill(255));
    return Promise.all([engine.train(plan), engine.state()]);
  });
  assert.deepEqual(await Promise.all(changed), wanted);

  const later = await engine.state();
  const fromStart = [engine.setState(state), engine.train(plan), engine.state()];
  const [, ...first] = await Promise.all(fromStart);
  await engine.load({ state, pixels, batch: BATCH });
  assert.deepEqual([await engine.train(plan), await engine.state()], first);
  await engine.setState(later);
  assert.deepEqual(await engine.state(), later);
}

Deno.test({
  name: "state() of any engine goes on in any other with the same losses",
  ignore: ENGINES.every(({ ignore }) => ignore),
}, async (t) => {
  const own = ["theta", "rMag"].map((name) =>
    DICTIONARIES.find(({ state }) => state.params[latentParameterName(name)])!
  );
  const picked = [LAYERS[0], DICTIONARIES.find(({ state }) => state.buffers.threshold)!, ...own];
  for (const example of picked) {
    await t.step(example.config.sparsity, async () => {
      const { definition, state, pixels } = example;
      const available = ENGINES.filter(({ name, ignore }) => !ignore && covers(name, example));
      const lossesOf = async (first: Start, second: Start) => {
        await using before = await opened(first, definition);
        await before.load({ state, pixels, batch: BATCH });
        const { reconstruction } = await before.train(planOf(example, { from: 0, to: 5 }));
        await using after = await opened(second, definition);
        await after.load({ state: await before.state(), pixels, batch: BATCH });
        return [...reconstruction, ...(await after.train(planOf(example, { from: 5, to: 10 }))).reconstruction];
      };
      const truth = await lossesOf(available[0].start, available[0].start);
      for (const [i, { name, start }] of available.entries()) {
        const other = available[(i + 1) % available.length];
        const losses = await lossesOf(start, other.start);
        assertClose(losses, truth, 1e-4, `${name}, then ${other.name}`);
      }
    });
  }
});
