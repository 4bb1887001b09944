/**
 * `losses()` of the CPU engine: those of `train()`'s first step, bit for bit, for any number of threads.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CpuEngine } from "../../lib/engine/cpu/cpu_engine.ts";
import type { StepLosses } from "../../lib/engine/engine.ts";
import { CASES, CENTERED_CASES } from "./cases.ts";
import { CASES as DICTIONARIES, PAIR_CASES } from "./dictionary_cases.ts";
import { assertLossesOfSteps, type LossesCase } from "./losses_of_steps.ts";
import { kernels } from "./kernels.ts";
import { needs } from "../needs.ts";

const EXAMPLES: LossesCase[] = [...CASES, ...CENTERED_CASES, ...DICTIONARIES, ...PAIR_CASES];

async function started({ definition }: LossesCase, options: { threads: number; isSparse?: boolean }) {
  return await CpuEngine.start(definition, { kernels: await kernels(), ...options });
}

for (const threads of [1, 2]) {
  Deno.test(
    `losses() with ${threads} threads are those of train()'s first step, and change nothing`,
    needs("permissions"),
    async (t) => {
      for (const example of EXAMPLES) {
        await t.step(example.name, async () => await assertLossesOfSteps(example, await started(example, { threads })));
      }
    },
  );
}

Deno.test(
  "losses() are the same bits for any number of threads, with lists of pixels and without",
  needs("permissions"),
  async () => {
    for (const example of EXAMPLES) {
      const all: StepLosses[] = [];
      for (
        const options of [{ threads: 1, isSparse: false }, { threads: 2, isSparse: true }, {
          threads: 3,
          isSparse: false,
        }]
      ) {
        const engine = await started(example, options);
        await engine.load({ state: example.state, pixels: example.pixels, batch: 40 });
        all.push(await engine.losses(example.pixels, { batch: 37 }));
        await engine.dispose();
      }
      for (const losses of all) assert.deepEqual(losses, all[0], example.name);
    }
  },
);

Deno.test(
  "losses() refuses a batch larger than load was told, and images of another kind",
  needs("permissions"),
  async () => {
    const [example] = CASES, engine = await started(example, { threads: 1 });
    await engine.load({ state: example.state, pixels: example.pixels, batch: 40 });
    await assert.rejects(engine.losses(example.pixels, { batch: 41 }), /the batch is 41, expected at most 40/);
    await assert.rejects(
      engine.losses(new Float32Array(4), { batch: 4 }),
      /Cannot read images: they are floats, expected bytes, as those that were loaded/,
    );
    await engine.dispose();
  },
);
