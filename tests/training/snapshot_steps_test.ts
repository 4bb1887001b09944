/**
 * At which steps snapshots are taken: the start, the end, each once, dense where training begins.
 *
 * @module
 */
import assert from "node:assert/strict";
import { snapshotSteps } from "../../lib/training/snapshot_steps.ts";

Deno.test("snapshotSteps() has the start, the end, and as many different steps as were asked for", () => {
  for (const totalSteps of [1, 2, 3, 10, 39, 40, 41, 100, 938, 4690, 46_900, 1e6]) {
    for (const snapshots of [2, 3, 4, 5, 8, 40, 41, 200]) {
      const steps = snapshotSteps(totalSteps, { snapshots }), what = `${snapshots} of ${totalSteps}: ${steps}`;
      assert.equal(steps.length, Math.min(snapshots, totalSteps + 1), what);
      assert.deepEqual([steps[0], steps.at(-1)], [0, totalSteps], what);
      assert.ok(steps.every((step, i) => Number.isInteger(step) && (i === 0 || step > steps[i - 1])), what);
    }
  }
});

Deno.test("snapshotSteps() grows geometrically at first and evenly then, without a jump where both meet", () => {
  const steps = snapshotSteps(4690, { snapshots: 40 }), gaps = steps.slice(1).map((step, i) => step - steps[i]);
  assert.deepEqual(steps.slice(0, 9), [0, 1, 2, 3, 4, 5, 6, 8, 11], "early training is seen");
  for (const [i, gap] of gaps.slice(20).entries()) assert.ok(Math.abs(gap - gaps[21]) <= 1, `even gap ${i}: ${gap}`);
  for (let i = 12; i < 20; i++) assert.ok(Math.abs(gaps[i] / gaps[i - 1] - 1.41) < 0.1, `gap ${i}: ${gaps[i]}`);
  assert.ok(Math.abs(gaps[19] - gaps[21]) < 8, `${gaps[19]} beside ${gaps[21]}`);
});
