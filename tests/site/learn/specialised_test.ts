/** The latent that stands as an example: specialised, and of use. */
import assert from "node:assert/strict";
import { specialisedLatent } from "../../../site/src/learn/specialised.ts";

Deno.test("among the purest tenth the one that saves most error", () => {
  const n = 20;
  const classPurity = Array.from({ length: n }, (_, i) => 0.5 + i / 100);
  const errorSaved = new Array<number>(n).fill(0.001);
  errorSaved[18] = 0.01; // the second purest
  errorSaved[3] = 1; // not pure
  assert.equal(specialisedLatent({ density: new Array(n).fill(0.05), classPurity, errorSaved }), 18);
});

Deno.test("rare and dense latents, and latents without a class, are no example", () => {
  const latents = { density: [0.001, 0.5, 0.05, 0.05], classPurity: [1, 1, null, 0.3], errorSaved: [1, 1, 1, 0] };
  assert.equal(specialisedLatent(latents), 3);
  assert.equal(specialisedLatent({ ...latents, classPurity: null }), null);
  assert.equal(specialisedLatent({ density: [0], classPurity: [null], errorSaved: [0] }), null);
});
