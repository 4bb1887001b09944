/**
 * `losses()` of every engine: the losses of the steps that `train()` would take, bit for bit, without taking them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CpuEngine } from "../../lib/engine/cpu/cpu_engine.ts";
import type { Engine, StepLosses } from "../../lib/engine/engine.ts";
import type { Pixels } from "../../lib/pixels.ts";
import { needs } from "../needs.ts";
import { CASES, CENTERED_CASES } from "./cases.ts";
import { CASES as DICTIONARIES, PAIR_CASES } from "./dictionary_cases.ts";
import type { EngineCase } from "./engine_case.ts";
import { ENGINES, opened } from "./engines.ts";
import { kernels } from "./kernels.ts";
import { VARIANT_CASES } from "./variant_cases.ts";

const ON_CPU: EngineCase[] = [...CASES, ...CENTERED_CASES, ...DICTIONARIES, ...PAIR_CASES];

/** What an engine is tested on; on WebGPU, where each shape is compiled for seconds, some of every kind. */
function examplesFor(name: string): EngineCase[] {
  if (name.startsWith("cpu")) return ON_CPU;
  if (name === "reference on webgpu") return [CASES[1]];
  if (name.startsWith("reference")) return [...VARIANT_CASES, ...CENTERED_CASES];
  if (name === "webgpu in a Worker") return [CASES[1]];
  const layers = [CASES[0], CENTERED_CASES[1]];
  if (name === "webgpu in three dispatches") return layers;
  const picked = [/^topk.*old, bytes/, /^l1.*free.*floats/, /^l1.*bce.*free/, /^batchtopk.*old/, /^batchtopk.*ties/]
    .concat([/^matryoshka.*old/, /^hierarchicaltopk.*old/, /^jumprelu.*floats/, /^gated.*free.*old/, /^gated.*bce/]);
  const all = [...DICTIONARIES, ...PAIR_CASES];
  return [...layers, ...picked.map((pattern) => all.find(({ name }) => pattern.test(name))!)];
}

for (const { name, start, ignore } of ENGINES) {
  Deno.test(
    { name: `losses() on ${name} are those of train()'s first step, and change nothing`, ignore },
    async (t) => {
      const withAuxiliary = new Set<string>(), all = new Set<string>();
      for (const example of examplesFor(name)) {
        await t.step(example.name, async () => {
          await using engine = await opened(start, example.definition);
          const { auxiliary } = await assertLossesOfSteps(example, engine);
          const { objective: { sparsity } } = example.definition;
          all.add(sparsity);
          if (auxiliary.some((loss) => loss > 0)) withAuxiliary.add(sparsity);
        });
      }
      const expected = ["topk", "batchtopk", "matryoshka", "hierarchicaltopk", "gated"].filter((sparsity) =>
        all.has(sparsity)
      );
      assert.deepEqual(
        [...withAuxiliary].sort(),
        expected.sort(),
        "variants with another loss, AuxK's dead latents included",
      );
    },
  );
}

/** Compares every batch with a step on the same images from the same state, and the state with what it was. */
async function assertLossesOfSteps({ definition, state, pixels }: EngineCase, engine: Engine): Promise<StepLosses> {
  const { dInput } = definition.arch, batch = 33;
  const count = 2 * batch + 10; // the last batch is short
  const load = () => engine.load({ state, pixels, batch });
  await load();
  const images = pixels.subarray(0, count * dInput) as Pixels;
  const losses = await engine.losses(images, { batch });
  assert.deepEqual(await engine.losses(images, { batch }), losses, "the second time");
  assert.deepEqual(await engine.state(), state);
  const steps: StepLosses[] = [];
  for (let from = 0; from < count; from += batch) {
    const indices = Uint32Array.from({ length: Math.min(batch, count - from) }, (_, i) => from + i);
    await load();
    steps.push(
      await engine.train({ indices, batch, learningRates: Float64Array.of(0.1), weights: Float64Array.of(1) }),
    );
  }
  for (const part of ["reconstruction", "penalty", "auxiliary"] as const) {
    assert.deepEqual(Array.from(losses[part]), steps.map((step) => step[part][0]), part);
  }
  const none = await engine.losses(pixels.subarray(0, 0) as Pixels, { batch });
  assert.equal(none.reconstruction.length, 0);
  return losses;
}

Deno.test(
  "losses() on the CPU are the same bits for any number of threads, with lists of pixels and without",
  needs("permissions"),
  async () => {
    for (const { name, definition, state, pixels } of ON_CPU) {
      const all: StepLosses[] = [];
      for (const [threads, isSparse] of [[1, false], [2, true], [3, false]] as const) {
        const options = { threads, isSparse, kernels: await kernels() };
        await using engine = await opened((definition) => CpuEngine.start(definition, options), definition);
        await engine.load({ state, pixels, batch: 40 });
        all.push(await engine.losses(pixels, { batch: 37 }));
      }
      for (const losses of all) assert.deepEqual(losses, all[0], name);
    }
  },
);
