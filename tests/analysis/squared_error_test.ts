/**
 * The squared error of rows, one by one and side by side.
 *
 * @module
 */
import assert from "node:assert/strict";
import { squaredError, squaredErrors } from "../../lib/analysis/squared_error.ts";
import { type Pixels, pixelValues } from "../../lib/pixels.ts";
import { Rng } from "../../lib/rng.ts";

Deno.test("squaredErrors() has each row's error in every bit, of bytes and of floats, for any number of rows", () => {
  const rng = Rng.fromSeed(3, "init");
  for (const dInput of [1, 5, 784]) {
    for (const rows of [0, 1, 3, 4, 5, 11]) {
      const recon = Float32Array.from({ length: rows * dInput }, () => rng.normal());
      const floats = Float32Array.from(recon, (value) => value + rng.normal());
      for (const pixels of [floats, Uint8Array.from(recon, () => rng.uniform(0, 256))] satisfies Pixels[]) {
        const x = pixelValues(pixels), found = squaredErrors(pixels, { recon, dInput });
        assert.equal(found.length, rows);
        for (let row = 0; row < rows; row++) {
          const [start, end] = [row * dInput, (row + 1) * dInput];
          const own = squaredError(x.subarray(start, end), recon.subarray(start, end));
          assert.equal(found[row], own, `row ${row} of ${rows}, ${dInput} values`);
        }
      }
    }
  }
});
