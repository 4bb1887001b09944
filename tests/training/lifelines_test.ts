/**
 * What happens to latents between looks, against counts by hand and against a walk over single steps.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Rng } from "../../lib/rng.ts";
import {
  type EventCounts,
  type Lifelines,
  lookAt,
  newLifelines,
  noteResampled,
  takeSince,
} from "../../lib/training/lifelines.ts";
import { silentLatents } from "../../lib/training/silent_latents.ts";

/** The arrays of what is known, as numbers. */
function eventsOf({ events }: Lifelines) {
  return Object.fromEntries(Object.entries(events!).map(([name, values]) => [name, [...values]]));
}

Deno.test("a look finds first activity, deaths and revivals; resampling ends a death and is no revival", () => {
  const lifelines = newLifelines({ nLatents: 3 });
  const look = (step: number, ...lastFired: number[]) =>
    lookAt(lifelines, { lastFired: Float32Array.from(lastFired), step, deadSteps: 5 });
  look(4, 1, 0, 3);
  look(6, 6, 0, 3); // the second was never active for more than 5 steps
  assert.deepEqual(takeSince(lifelines), { births: 2, deaths: 1, revivals: 0, resampled: 0 });
  look(9, 9, 0, 3); // the third was last active 6 steps ago
  look(12, 12, 11, 3);
  assert.deepEqual(takeSince(lifelines), { births: 1, deaths: 1, revivals: 1, resampled: 0 });
  noteResampled(lifelines, { latents: [2], step: 12 });
  look(14, 13, 11, 12); // the model itself says that the third was active in step 12
  look(18, 13, 18, 12); // and it dies again without having been active
  assert.deepEqual(eventsOf(lifelines), {
    firstActive: [1, 11, 3],
    lastActive: [13, 18, 12],
    isDead: [0, 0, 1],
    deaths: [0, 1, 2],
    revivals: [0, 1, 0],
    resampled: [0, 0, 1],
  });
  assert.deepEqual(takeSince(lifelines), { births: 0, deaths: 1, revivals: 0, resampled: 1 });
});

Deno.test("looks after every step count what a walk over the steps counts, and agree with silentLatents()", () => {
  const nLatents = 40, totalSteps = 300, deadSteps = 7, rng = Rng.fromSeed(1, "lifelines");
  const rates = Float64Array.from({ length: nLatents }, () => rng.uniform() ** 4);
  const lifelines = newLifelines({ nLatents }), lastFired = new Float32Array(nLatents);
  const expected = { births: 0, deaths: 0, revivals: 0 },
    silence = new Int32Array(nLatents),
    isBorn = new Set<number>();
  for (let step = 1; step <= totalSteps; step++) {
    for (let j = 0; j < nLatents; j++) {
      if (rng.uniform() < rates[j]) {
        if (!isBorn.has(j)) expected.births++;
        isBorn.add(j);
        if (silence[j] > deadSteps) expected.revivals++;
        silence[j] = 0;
        lastFired[j] = step;
      } else if (++silence[j] === deadSteps + 1) expected.deaths++;
    }
    lookAt(lifelines, { lastFired, step, deadSteps });
    const dead = [...lifelines.events!.isDead].flatMap((isDead, j) => isDead ? [j] : []);
    assert.deepEqual(dead, silentLatents(lastFired, { step, deadSteps }));
  }
  const { resampled, ...counts }: EventCounts = takeSince(lifelines);
  assert.deepEqual(counts, expected);
  assert.equal(resampled, 0);
  assert.ok(expected.deaths > 20 && expected.revivals > 20, `${expected.deaths} deaths, ${expected.revivals} revivals`);
});

Deno.test("a model that does not keep when latents were active has no events", () => {
  const lifelines = newLifelines({ nLatents: null });
  noteResampled(lifelines, { latents: [], step: 1 });
  assert.deepEqual(lifelines, {
    snapshots: [],
    events: null,
    since: { births: 0, deaths: 0, revivals: 0, resampled: 0 },
  });
});
