/**
 * The decoder by itself: it needs its own weights alone, and gives what the whole model gives.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Decoder } from "../../lib/sae/decoder.ts";
import type { Layer } from "../../lib/sae/model.ts";

const layer = (name: string, dIn: number, dOut: number, activation: Layer["activation"]): Layer => ({
  name,
  dIn,
  dOut,
  activation,
  isPenalized: false,
  isFrozen: false,
});

Deno.test("Decoder decodes two layers by hand, from dense and from sparse latents, without an encoder", () => {
  const decoder = new Decoder({
    layers: [layer("decoder.0", 3, 2, "relu"), layer("decoder.2", 2, 2, "sigmoid")],
    params: {
      "decoder.0.weight": Float32Array.of(1, -2, 0, 0, 1, 1), // [dHidden, nLatents]
      "decoder.0.bias": Float32Array.of(0.5, -1),
      "decoder.2.weight": Float32Array.of(2, 0, -1, 4), // [dInput, dHidden]
      "decoder.2.bias": Float32Array.of(0, 1),
    },
  });
  const sigmoid = (x: number) => Math.fround(1 / (1 + Math.exp(-x)));
  // latents (1, 0, 0): hidden (1.5, 0), logits (3, −0.5); latents (0, 1, 2): hidden (0, 2), logits (0, 9)
  const recon = [3, -0.5, 0, 9].map(sigmoid);
  assert.deepEqual([...decoder.decode(Float32Array.of(1, 0, 0, 0, 1, 2))], recon);
  const sparse = {
    offsets: Uint32Array.of(0, 1, 3),
    indices: Uint32Array.of(0, 1, 2),
    values: Float32Array.of(1, 1, 2),
  };
  assert.deepEqual([...decoder.decode(sparse)], recon);
  assert.throws(() => decoder.decode(new Float32Array(4)), /there are 4 numbers, expected a multiple of 3$/);
});
