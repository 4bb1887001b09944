import assert from "node:assert/strict";
import type { Stats } from "../../../../site/src/live/messages.ts";
import { aboutLatent, slidersText, sliderWords } from "../../../../site/src/live/operate/words.ts";

Deno.test("a slider's value in words", () => {
  assert.equal(
    sliderWords({ own: 1.5, byHand: undefined, end: 4 }),
    "1.50, the model’s own value; the slider ends at 4.00",
  );
  assert.match(sliderWords({ own: 1.5, byHand: 0, end: 4 }), /^off, set by hand; the model’s own value is 1.50;/);
  assert.match(sliderWords({ own: 0, byHand: 2.25, end: 4 }), /^2.25, set by hand; the model’s own value is 0;/);
});

Deno.test("the list of sliders says how many latents are active, shown and set by hand", () => {
  assert.equal(slidersText({ nActive: 16, nShown: 8, nByHand: 0 }), "8 of 16 active latents");
  assert.equal(slidersText({ nActive: 4, nShown: 8, nByHand: 0 }), "4 active latents");
  assert.equal(slidersText({ nActive: 1, nShown: 1, nByHand: 0 }), "1 active latent");
  assert.equal(slidersText({ nActive: 16, nShown: 8, nByHand: 2 }), "2 set by hand");
  assert.equal(slidersText({ nActive: 0, nShown: 8, nByHand: 0 }), "None is active");
  assert.equal(slidersText({ nActive: 0, nShown: 0, nByHand: 0 }), "No latent is active");
});

Deno.test("what was measured of a latent", () => {
  const stats = {
    rows: 1024,
    density: Float32Array.of(0.25, 0, 0),
    mean: Float32Array.of(0.5, 0, 0.03125),
    largest: Float32Array.of(2, 0, 0.0625),
  } as Stats;
  assert.equal(
    aboutLatent(0, stats),
    "Active on 25\u00a0% of 1\u202f024 held-out images, mean 0.50, largest 2.00.",
  );
  assert.equal(aboutLatent(1, stats), "Dead: active on none of 1\u202f024 held-out images.");
  assert.match(aboutLatent(2, stats), /^Active on none of 1\u202f024 held-out images, mean 0.031,/);
});
