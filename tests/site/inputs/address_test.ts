import assert from "node:assert/strict";
import { type Choice, choiceOf, NO_CHOICE, queryOf } from "../../../site/src/inputs/address.ts";
import { ordered } from "../../../site/src/inputs/order.ts";

Deno.test("the address keeps every choice, and nothing if there is none", () => {
  const choice: Choice = { input: 7, order: "effect", scale: "own", off: [17, 3], first: 5, latent: 12 };
  assert.equal(queryOf(choice), "?latent=12&input=7&order=effect&scale=own&off=3,17&first=5");
  assert.deepEqual(choiceOf(queryOf(choice)), { ...choice, off: [3, 17] });
  assert.equal(queryOf(NO_CHOICE), "");
  assert.deepEqual(choiceOf(""), NO_CHOICE);
  assert.deepEqual(choiceOf("?input=0&first=0"), { ...NO_CHOICE, input: 0, first: 0 });
});

Deno.test("an address that is damaged is read as far as it makes sense", () => {
  const damaged = "?input=-1&order=<b>&scale=2&off=3,,x,3,1e2,9999999999&first=1.5&latent=";
  assert.deepEqual(choiceOf(damaged), { ...NO_CHOICE, off: [3] });
});

Deno.test("ordered() puts the largest activation or the largest effect first, equal ones by number", () => {
  const active = [
    { latent: 8, activation: 2, mseWithout: 0.02 },
    { latent: 5, activation: 1, mseWithout: 0.03 },
    { latent: 2, activation: 1, mseWithout: 0.02 },
  ];
  assert.deepEqual(ordered(active, "activation").map(({ latent }) => latent), [8, 2, 5]);
  assert.deepEqual(ordered(active, "effect").map(({ latent }) => latent), [5, 2, 8]);
});
