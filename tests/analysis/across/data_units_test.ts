/**
 * Directions in the units of the data: hand-worked, and scaled back and forth.
 *
 * @module
 */
import assert from "node:assert/strict";
import { haveSameAngles, inDataUnits } from "../../../lib/analysis/across/data_units.ts";

Deno.test("inDataUnits() divides what is added to the output by the factor, and multiplies what is read with it", () => {
  const directions = { decoder: Float32Array.of(2, 6, 4, -3), encoder: Float32Array.of(1, 1, -2, 5), name: "kept" };
  assert.deepEqual(inDataUnits(directions, Float32Array.of(2, 3)), {
    decoder: Float32Array.of(1, 2, 2, -1),
    encoder: Float32Array.of(2, 3, -4, 15),
    name: "kept",
  });
  assert.deepEqual(inDataUnits(directions, 0.5).decoder, Float32Array.of(4, 12, 8, -6));
  assert.deepEqual(inDataUnits(directions, Float32Array.of(2, 0)).decoder, Float32Array.of(1, 0, 2, -0));
});

Deno.test("haveSameAngles() holds of factors of which one is a multiple of the other", () => {
  const each = Float32Array.of(0.1, 0.7, 3);
  assert.ok(haveSameAngles(each, each.map((value) => value * 1e-7)));
  assert.ok(haveSameAngles(2, Float32Array.of(5, 5, 5)));
  assert.ok(
    !haveSameAngles(each, 1) && !haveSameAngles(1, each) && !haveSameAngles(each, Float32Array.of(0.1, 0.7, 3.001)),
  );
});
