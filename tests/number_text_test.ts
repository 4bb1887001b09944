/**
 * Numbers as a person reads them: plain where they are ordinary, scientific where decimals would hide or flood.
 *
 * @module
 */
import assert from "node:assert/strict";
import { numberText } from "../lib/number_text.ts";

Deno.test("numberText() has fixed decimals between 10⁻⁴ and 10⁶ and for 0, scientific notation elsewhere", () => {
  const cases: [value: number, text: string][] = [
    [0, "0.0000"],
    [0.5, "0.5000"],
    [-12.34567, "-12.3457"],
    [0.0001, "0.0001"],
    [0.00009999, "1.00e-4"],
    [-3e-7, "-3.00e-7"],
    [999_999, "999999.0000"],
    [1e6, "1.00e+6"],
    [-787667821377694.6, "-7.88e+14"],
    [NaN, "NaN"],
    [Infinity, "Infinity"],
  ];
  for (const [value, text] of cases) assert.equal(numberText(value, { decimals: 4 }), text);
});
