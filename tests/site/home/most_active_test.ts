/** The latents of Home's strip. */
import assert from "node:assert/strict";
import { mostActive } from "../../../site/src/home/most_active.ts";

const latents = { count: 5, meanActivation: [0.1, 0.5, 0.3, 0, 0.3], decodedAt: [1, 1, 1, null, 1], drawn: null };

Deno.test("the most active latents first, equal ones by number, dead ones never", () => {
  assert.deepEqual(mostActive(latents, 3), [1, 2, 4]);
  assert.deepEqual(mostActive(latents, 64), [1, 2, 4, 0]);
});

Deno.test("only latents that have tiles", () => {
  assert.deepEqual(mostActive({ ...latents, drawn: [0, 3, 4] }, 64), [4, 0]);
});
