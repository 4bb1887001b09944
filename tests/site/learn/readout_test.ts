/** The numbers beside the sliders, against values worked out by hand. */
import assert from "node:assert/strict";
import { readoutOf } from "../../../site/src/learn/readout.ts";

Deno.test("the terms, their sum and the slope", () => {
  // 0.05 ln 0.5 = −0.034657; 0.95 ln(0.95 / 0.9) = 0.051364; −0.05 / 0.1 + 0.95 / 0.9 = 0.5556
  const expected = { active: "−0.0347", inactive: "0.0514", penalty: "0.0167", slope: "+0.56" };
  assert.deepEqual(readoutOf({ rho: 0.05, rhoHat: 0.1 }), expected);
});

Deno.test("at the target everything is 0, without a sign", () => {
  assert.deepEqual(readoutOf({ rho: 0.05, rhoHat: 0.05 }), {
    active: "0.0000",
    inactive: "0.0000",
    penalty: "0.0000",
    slope: "0.00",
  });
});

Deno.test("below the target the slope pushes up", () => {
  // −0.05 / 0.01 + 0.95 / 0.99 = −4.0404
  assert.equal(readoutOf({ rho: 0.05, rhoHat: 0.01 }).slope, "−4.04");
});
