/** The extremes beside a run's measures, against vectors that are what the columns say. */
import assert from "node:assert/strict";
import { hoyer } from "../../../lib/analysis/sparseness.ts";
import { extremes, ideal } from "../../../site/src/learn/mean_extremes.ts";

Deno.test("all 0 or 1: as many latents are active as the mean says, and Hoyer's is that of such a vector", () => {
  const test = {
    meanActivation: 0.25,
    hoyerPopulation: 0.4,
    l0: [{ threshold: 0.1, value: 5 }, { threshold: 0.5, value: 1 }],
  };
  const [low, high, sparseness] = extremes({ test, nLatents: 16 });
  assert.deepEqual([low.own, low.allOrNothing, low.allEqual], ["5.0", "4.0", "16"]);
  assert.deepEqual([high.own, high.allOrNothing, high.allEqual], ["1.0", "4.0", "0"]);
  const ones = hoyer({ size: 16, l1: 4, squares: 4 }); // four ones among sixteen
  assert.equal(sparseness.allOrNothing, `at least ${ones.toFixed(2)}`);
  assert.ok(Math.abs(hoyer({ size: 16, l1: 4, squares: 1 })) < 1e-12, "sixteen times 0.25");
  assert.equal(sparseness.allEqual, "0");
});

Deno.test("without Hoyer sparseness there is no row of it", () => {
  const test = { meanActivation: 0.25, hoyerPopulation: null, l0: [{ threshold: 0.1, value: 1 }] };
  assert.equal(extremes({ test, nLatents: 16 }).length, 1);
});

Deno.test("the idea has its mean", () => {
  const { counts, max } = ideal(0.05);
  assert.equal(max, 1);
  assert.ok(Math.abs(counts[49] - 0.05) < 1e-12 && Math.abs(counts.reduce((a, b) => a + b) - 1) < 1e-12);
});
