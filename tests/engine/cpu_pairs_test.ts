/**
 * The CPU engine's dictionaries with prefixes, thresholds and gates: against the reference engine at awkward sizes, and the
 * same bits for any number of threads, after a stop, and with calls that overlap.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CpuEngine } from "../../lib/engine/cpu/cpu_engine.ts";
import { loadKernels } from "../../lib/engine/cpu/load_kernels.ts";
import { assertClose } from "./assert_close.ts";
import { compareWithReference, TOLERANCE } from "./compare_with_reference.ts";
import { type Case, PAIR_CASES, planOf, WIDE_CASES } from "./dictionary_cases.ts";
import { kernels } from "./kernels.ts";
import { needs } from "../needs.ts";

async function opened({ definition, state, pixels, config: { batch } }: Case, threads: number) {
  const engine = await CpuEngine.start(definition, { threads, kernels: await kernels() });
  await engine.load({ state, pixels, batch });
  return Object.assign(engine, { [Symbol.asyncDispose]: () => engine.dispose() });
}

Deno.test("dictionaries of every kind on the CPU engine equal the reference", needs("permissions"), async (t) => {
  for (const example of [...PAIR_CASES, ...WIDE_CASES]) await t.step(example.name, () => compare(example));
});

async function compare(example: Case): Promise<void> {
  await using engine = await opened(example, 1);
  await compareWithReference(engine, example);
}

Deno.test(
  "a dictionary's bits are the same for any number of threads, after a stop, and with calls that overlap",
  needs("permissions"),
  async () => {
    for (const example of [...PAIR_CASES, ...WIDE_CASES]) {
      const inParts = async (threads: number) => {
        await using engine = await opened(example, threads);
        const all = [{ from: 0, to: 2 }, { from: 2, to: 4 }, { from: 4, to: 6 }].map((steps) =>
          engine.train(planOf(example, steps))
        );
        const [losses, passes, state] = await Promise.all([
          Promise.all(all),
          engine.forward(example.pixels),
          engine.state(),
        ]);
        return { losses, passes, state };
      };
      const truth = await inParts(1);
      for (const threads of [2, 3]) assert.deepEqual(await inParts(threads), truth, `${example.name}, ${threads}`);

      await using first = await opened(example, 2);
      await first.train(planOf(example, { from: 0, to: 2 }));
      await using second = await opened({ ...example, state: await first.state() }, 1);
      for (const from of [2, 4]) await second.train(planOf(example, { from, to: from + 2 }));
      assert.deepEqual(await second.state(), truth.state, example.name);
    }
  },
);

Deno.test(
  "kernels without shared memory and relaxed SIMD train dictionaries of every kind alike, but for rounding",
  needs("permissions"),
  async () => {
    const plain = await loadKernels({ isShared: false, isRelaxed: false });
    const ofVariants = Map.groupBy(PAIR_CASES, ({ config }) => config.sparsity);
    for (const example of [...Array.from(ofVariants.values(), ([first]) => first), ...WIDE_CASES]) {
      const plan = planOf(example, { from: 0, to: 3 });
      const alone = await CpuEngine.start(example.definition, { threads: 1, kernels: plain });
      await alone.load({ state: example.state, pixels: example.pixels, batch: example.config.batch });
      await using shared = await opened(example, 2);
      await Promise.all([alone.train(plan), shared.train(plan)]);
      const { params } = await shared.state(), { params: own } = await alone.state();
      for (const [name, values] of Object.entries(params)) {
        assertClose(own[name], values, TOLERANCE[3], `${example.name}: ${name}`, 1e-2);
      }
      await alone.dispose();
    }
  },
);
