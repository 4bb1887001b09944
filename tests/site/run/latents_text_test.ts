/**
 * Which latents a run's page shows, and the sentences about them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { chosenLatents, effectSentence, puritySentence, savedSentence } from "../../../site/src/run/latents_text.ts";

const SPRITE = {
  files: ["a.png"],
  channels: 1 as const,
  tileWidth: 1,
  tileHeight: 1,
  columns: 1,
  tilesPerFile: 1,
  count: 1,
};
const drawn = { drawn: null, detailed: null, effect: SPRITE };

Deno.test("few latents are all shown in order; of many those that save most error and have tiles", () => {
  assert.deepEqual(chosenLatents({ ...drawn, count: 3, errorSaved: [1, 3, 2] }), [0, 1, 2]);
  const errorSaved = Array.from({ length: 40 }, (_, i) => i % 2 === 0 ? i : -i);
  const chosen = chosenLatents({ ...drawn, count: 40, errorSaved });
  assert.equal(chosen.length, 32);
  assert.deepEqual(chosen.slice(0, 3), [38, 36, 34]);
  assert.deepEqual(chosenLatents({ ...drawn, count: 40, errorSaved, drawn: [4, 7] }), [4, 7]);
  const undrawn = { count: 40, errorSaved, drawn: [], detailed: [4, 7, 9], effect: null };
  assert.deepEqual(chosenLatents(undrawn), [4, 7, 9], "without pictures those that have details");
});

Deno.test("the section says how many latents reduce the error, and whether effects add up", () => {
  const linear = { count: 3, errorSaved: [0.1, 0.2, 0.3], others: "zero" as const };
  assert.match(
    effectSentence(linear, { one: "image", isLinear: true }),
    /^Without any one of the 3 latents the test error is larger\. The decoder is linear, .* an image\.$/,
  );
  assert.match(
    effectSentence({ ...linear, errorSaved: [0.1, 0, -0.1] }, { one: "vector", isLinear: true }),
    /^1 of 3 latents reduce .* a vector\.$/,
  );
  assert.match(
    effectSentence({ ...linear, errorSaved: [0, 0, -0.1] }, { one: "image", isLinear: true }),
    /^No latent reduces the test error\./,
  );
  assert.match(
    effectSentence({ ...linear, others: "mean" }, { one: "image", isLinear: false }),
    /do not simply add up\. Sigmoid latents are never 0/,
  );
});

Deno.test("the saved error is spread over few or many latents", () => {
  assert.equal(
    savedSentence([0.004, 0.003, 0.002, 0.001], 0.008),
    "The largest rise is 50\u00a0% of the test error; 2 of 4 latents have half of the sum of all rises.",
  );
  assert.match(savedSentence([0.009, 0.003, -0.002], 0.01), /; one latent has half/);
  assert.equal(savedSentence([0.002], 0.008), "The largest rise is 25\u00a0% of the test error.");
  assert.equal(savedSentence([0, -0.1], 0.008), "No latent saves any.");
});

Deno.test("class purity is a range beside chance", () => {
  assert.equal(
    puritySentence({ classPurity: [0.12, null, 0.22] }, 10),
    "Class purity is 12\u00a0% to 22\u00a0% (10\u00a0% is chance): no latent stands for one class.",
  );
  assert.match(
    puritySentence({ classPurity: [0.12, 0.9] }, 10),
    /: 1 of 2 latents have at least half of their activation on one class\.$/,
  );
  assert.equal(puritySentence({ classPurity: null }, 10), "");
  assert.equal(puritySentence({ classPurity: [null] }, 10), "");
});
