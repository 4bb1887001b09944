/**
 * What a baseline promises on every engine: frozen weights keep their bits, whatever else is trained, and bound directions stay
 * within their cone, reach its edge, and keep Adam's state. That steps equal float64 is tested in `variants_test.ts`.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as tf from "../../lib/engine/reference/tfjs.ts";
import { withinBound } from "../../lib/engine/reference/unit_decoder.ts";
import { type Parameters, parameterSpecs, START_DIRECTIONS } from "../../lib/sae/model.ts";
import { Rng } from "../../lib/rng.ts";
import { isDictionary } from "../../lib/engine/model_kind.ts";
import type { StepPlan } from "../../lib/engine/engine.ts";
import { ENGINES, opened } from "./engines.ts";
import { VARIANT_CASES, type VariantCase } from "./variant_cases.ts";

const FROZEN = VARIANT_CASES.filter(({ definition: { arch } }) => arch.layers.some(({ isFrozen }) => isFrozen));
const BOUND = VARIANT_CASES.filter(({ definition: { arch } }) => arch.leastCosine !== null);

/** All but tfjs on slower backends, which has the same operations there, and the one in a Worker, which is another's steps. */
const TESTED = ENGINES.filter(({ name }) => !/Worker|reference on (?:wasm|webgpu)/.test(name));

/** On WebGPU each shape is compiled for seconds: the first dictionary and the first model of layers. */
function casesFor(engine: string, cases: VariantCase[]): VariantCase[] {
  if (!engine.includes("webgpu")) return cases;
  const isOf = (wanted: boolean) => cases.find(({ definition }) => isDictionary(definition) === wanted);
  return [isOf(true), isOf(false)].filter((example) => example !== undefined);
}

function planOf({ config: { batch, lr }, count }: VariantCase, nSteps: number): StepPlan {
  return {
    indices: Uint32Array.from({ length: nSteps * batch }, (_, i) => i * 37 % count),
    batch,
    learningRates: new Float64Array(nSteps).fill(lr),
    weights: new Float64Array(nSteps).fill(0.1),
  };
}

/** Enough for some directions to reach their bound. */
const STEPS = 15;

const bitsOf = (values: Float32Array<ArrayBuffer>) => new Uint32Array(values.buffer, values.byteOffset, values.length);

Deno.test("withinBound() leaves what is within, and finds the nearest unit row at the edge for what is not", async () => {
  await tf.setBackend("cpu");
  const rng = Rng.fromSeed(3, "bound"), d = 4, leastCosine = 0.8;
  const unit = (values: number[]) => values.map((value) => value / Math.hypot(...values));
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const draw = () => unit(Array.from({ length: d }, () => rng.normal()));
  const starts = Array.from({ length: 12 }, draw);
  // Some of them a little away from their start, others anywhere; the last exactly opposite.
  const rows = starts.map((start, i) => i % 3 === 0 ? unit(start.map((s) => s + 0.2 * rng.normal())) : draw());
  rows[11] = starts[11].map((s) => -s);
  const bounded = tf.tidy(() =>
    withinBound(tf.tensor2d(rows), { starts: tf.tensor2d(starts), leastCosine }).arraySync() as number[][]
  );
  let nBeyond = 0;
  for (const [i, row] of rows.entries()) {
    if (dot(row, starts[i]) >= leastCosine) {
      assert.ok(bounded[i].every((value, at) => Math.abs(value - row[at]) < 1e-6));
      continue;
    }
    nBeyond++;
    assert.ok(dot(bounded[i], starts[i]) > leastCosine - 1e-6);
    if (i === 11) continue; // every direction of the edge is as near
    assert.ok(Math.abs(Math.hypot(...bounded[i]) - 1) < 1e-6);
    // No direction of the cone is nearer: tried at random, and close to the answer.
    for (let trial = 0; trial < 400; trial++) {
      const other = unit((trial % 2 ? bounded[i] : draw()).map((value) => value + 0.05 * rng.normal()));
      if (dot(other, starts[i]) >= leastCosine) assert.ok(dot(other, row) <= dot(bounded[i], row) + 1e-6);
    }
  }
  assert.ok(nBeyond > 4);
});

for (const { name, start, ignore } of TESTED) {
  Deno.test({ name: `weights that are frozen keep their bits on ${name}`, ignore }, async () => {
    for (const example of casesFor(name, FROZEN)) {
      const { definition, state } = example;
      await using engine = await opened(start, definition);
      await engine.load({ ...example, batch: example.config.batch });
      await engine.train(planOf(example, STEPS));
      const after = await engine.state();
      for (const { name, rate } of parameterSpecs(definition.arch)) {
        const hasSameBits = (part: Parameters, before: Parameters) =>
          bitsOf(part[name]).every((bits, i) => bits === bitsOf(before[name])[i]);
        assert.equal(hasSameBits(after.params, state.params), rate === 0, `${example.name}: ${name}`);
        assert.equal(hasSameBits(after.m, state.m), rate === 0, `${example.name}: m of ${name}`);
        assert.equal(hasSameBits(after.v, state.v), rate === 0, `${example.name}: v of ${name}`);
      }
    }
  });

  Deno.test(
    { name: `bound directions stay within their cone on ${name}, and some reach its edge`, ignore },
    async () => {
      for (const example of casesFor(name, BOUND)) {
        const { definition: { arch }, state } = example, decoder = `${arch.layers[1].name}.weight`;
        await using engine = await opened(start, example.definition);
        await engine.load({ ...example, batch: example.config.batch });
        await engine.train(planOf(example, STEPS));
        const { params, m, buffers } = await engine.state();
        assert.deepEqual(buffers[START_DIRECTIONS], state.buffers[START_DIRECTIONS]);
        const cosines = Array.from({ length: arch.nLatents }, (_, j) => {
          const at = (i: number) => i * arch.nLatents + j;
          let cosine = 0, squares = 0;
          for (let i = 0; i < arch.dInput; i++) {
            cosine += params[decoder][at(i)] * state.params[decoder][at(i)];
            squares += params[decoder][at(i)] ** 2;
          }
          assert.ok(Math.abs(squares - 1) < 1e-5, `direction ${j} has length² ${squares}`);
          return cosine;
        });
        const least = Math.min(...cosines);
        assert.ok(Math.abs(least - arch.leastCosine!) < 1e-5, `${example.name}: the least cosine is ${least}`);
        assert.ok(m[decoder].some((value) => value !== 0));
      }
    },
  );
}
