/**
 * What a run needs, against counts by hand, and that too much is refused before anything is allocated.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../lib/config.ts";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { UserError } from "../../lib/errors.ts";
import type { StreamPlan } from "../../lib/data/stream/stream_plan.ts";
import { assertRunFits, runBytes } from "../../lib/run/size.ts";

const sized = (turned: Record<string, unknown>, { dInput = 784, count = 60_000 } = {}) => {
  const config = resolveConfig(turned);
  return { config, definition: stepDefinition(config, dInput), count };
};

Deno.test("runBytes() counts the model six times, and each step, epoch and training input", () => {
  const run = sized({ hidden: [], latent: 3, batch: 8, epochs: 2 }, { dInput: 5, count: 20 });
  const parameters = 3 * 5 + 3 + 5 * 3 + 5; // two weights, two biases
  const records = 16 * 2 * 3 + 2 * 1000 + 4 * 20;
  assert.deepEqual(runBytes(run), { model: 6 * 4 * parameters, records, rows: 0, lifelines: 0 });
});

Deno.test("runBytes() counts the directions of all snapshots, and too many of them are refused", () => {
  const run = sized({ hidden: [], latent: 3, batch: 8, epochs: 2, snapshots: 4 }, { dInput: 5, count: 20 });
  assert.equal(runBytes(run).lifelines, 4 * 4 * 3 * (5 + 2));
  run.config.snapshots = 40;
  assert.equal(runBytes(run).lifelines, 4 * 7 * 3 * (5 + 2), "6 steps have 7 snapshots");
  assert.throws(() => assertRunFits(sized({ hidden: [], latent: 4096, snapshots: 1000 }), 8e9), {
    message:
      "Cannot keep 1000 snapshots of 4096 latents: it needs 12.9 GB of memory, expected at most the 7.85 GB that are free",
  });
});

Deno.test("runBytes() counts two pools of streamed rows, whatever is on disk", () => {
  const stream = { dInput: 500, areBytes: false, count: 1e9 } as StreamPlan;
  const run = sized({ hidden: [], latent: 3, batch: 8, epochs: 2 }, { dInput: 500, count: 1e9 });
  run.config.bufferMb = 1;
  const { records, rows } = runBytes({ ...run, stream });
  assert.equal(rows, 2 * 248 * 2000); // 500,000 / 2,000 bytes are 250 rows, 31 batches of 8
  assert.equal(records, 16 * 2 * 1e9 / 8 + 2 * 1000 + 4 * 248);
  assert.throws(() => assertRunFits({ ...run, stream }, 100_000), {
    message: "Cannot hold 1 MB of rows: it needs 992 kB of memory, expected at most the 15.9 kB that are free",
  });
});

Deno.test("assertRunFits() refuses in one line, with both numbers, what no machine has", () => {
  const free = 16e9;
  assertRunFits(sized({}), free);
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ latent: 1e9 }, /^Cannot train a model of \d+ parameters: it needs \S+ TB of memory, expected at most the 16 GB/],
    [{ hidden: [1e9] }, /^Cannot train a model of \d+ parameters: it needs \S+ TB of memory/],
    [{ hidden: [1e9, 1e9] }, /^Cannot train a model of \S+ parameters: it needs .* of memory/],
    [{ epochs: 1e9 }, /^Cannot record 1000000000 epochs of 469 steps: it needs \S+ TB of memory, expected/],
    [{ epochs: Number.MAX_SAFE_INTEGER, batch: 1 }, /^Cannot record \d+ epochs of 60000 steps: it needs/],
  ];
  for (const [turned, message] of cases) {
    for (const freeBytes of [free, Infinity]) {
      const refused = () => assertRunFits(sized(turned), freeBytes);
      assert.throws(refused, (error: Error) => {
        assert.ok(error instanceof UserError);
        if (freeBytes === free) assert.match(error.message, message);
        assert.doesNotMatch(error.message, /\n|NaN|Infinity/);
        return true;
      }, JSON.stringify(turned));
    }
  }
});
