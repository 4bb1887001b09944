/**
 * Latents as lists beside the same latents as dense rows.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Activations, SparseActivations } from "../../lib/engine/engine.ts";

/** Checks that lists hold, ascending in each row, the dense latents that are not 0, and that the outputs are the same bits. */
export function assertLists(
  { starts, latents, values, ...output }: SparseActivations,
  { dense, nLatents }: { dense: Activations; nLatents: number },
): void {
  const expected = dense.hidden[0], unpacked = new Float32Array(expected.length);
  assert.equal(starts.length, expected.length / nLatents + 1);
  assert.equal(values.length, expected.filter((act) => act !== 0).length);
  for (let row = 0; row + 1 < starts.length; row++) {
    for (let at = starts[row]; at < starts[row + 1]; at++) {
      assert.ok(at === starts[row] || latents[at] > latents[at - 1], "ascending");
      unpacked[row * nLatents + latents[at]] = values[at];
    }
  }
  assert.deepEqual(unpacked, expected);
  assert.deepEqual(output, { logits: dense.logits, recon: dense.recon });
}
