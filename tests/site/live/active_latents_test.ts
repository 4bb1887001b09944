import assert from "node:assert/strict";
import { activeLatents, sliderEnd, sliderLatents } from "../../../site/src/live/active_latents.ts";

const acts = Float32Array.of(0.2, 0, 0.9, 0.05, 0.9, 0.11);

Deno.test("active latents are sorted by activation, equal ones by number, and those at the threshold are left out", () => {
  assert.deepEqual(activeLatents(acts, { activeAbove: 0 }), [2, 4, 0, 5, 3]);
  assert.deepEqual(activeLatents(acts, { activeAbove: 0.1 }), [2, 4, 0, 5]);
  assert.deepEqual(activeLatents(acts, { activeAbove: acts[0] }), [2, 4]);
  assert.deepEqual(activeLatents(new Float32Array(4), { activeAbove: 0 }), []);
  assert.deepEqual(activeLatents(Float32Array.of(NaN, 1), { activeAbove: 0 }), [1], "a diverged model");
});

Deno.test("sliders: set by hand and clicked first of all, then the most active, in the order of activation", () => {
  const choice = { acts, activeAbove: 0, operated: [], pinned: null, most: 3 };
  assert.deepEqual(sliderLatents(choice), [2, 4, 0]);
  assert.deepEqual(sliderLatents({ ...choice, pinned: 1 }), [2, 4, 1], "an inactive latent can be switched on");
  assert.deepEqual(sliderLatents({ ...choice, operated: [1, 3], pinned: 3 }), [2, 3, 1]);
  assert.deepEqual(sliderLatents({ ...choice, operated: [1, 3, 5, 0] }), [0, 5, 3, 1], "all that were set by hand");
  assert.deepEqual(sliderLatents({ ...choice, operated: [99], pinned: 6 }), [2, 4, 0], "latents of a wider model");
});

Deno.test("sliders of sigmoids: the list is filled with latents below the threshold", () => {
  const choice = { acts, activeAbove: 0.5, operated: [], pinned: null, most: 4 };
  assert.deepEqual(sliderLatents(choice), [2, 4, 0, 5]);
  assert.deepEqual(sliderLatents({ ...choice, acts: new Float32Array(3), activeAbove: 0 }), []);
});

Deno.test("a slider ends at the latent's largest activation, or beyond it where a value is", () => {
  const largest = Float32Array.of(0.5, 0, 2);
  assert.equal(sliderEnd({ latent: 0, largest, values: [0.1, 0.2] }), 0.5);
  assert.equal(sliderEnd({ latent: 0, largest, values: [0.75, 0.2] }), 0.75);
  assert.equal(sliderEnd({ latent: 1, largest, values: [0, 0] }), 2, "a dead latent");
  assert.equal(sliderEnd({ latent: 1, largest: new Float32Array(2), values: [0, 0] }), 1, "all are dead");
  assert.equal(sliderEnd({ latent: 0, largest: [], values: [0, 0] }), 1, "nothing is measured yet");
});
