import assert from "node:assert/strict";
import { startingState } from "../../bench/starting_state.ts";
import { decodeState, encodeState } from "../../bench/state_file.ts";
import { resolveConfig } from "../../lib/config.ts";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { Rng } from "../../lib/rng.ts";
import { Inference } from "../../lib/sae/inference.ts";
import { initialModel } from "../../lib/sae/init.ts";

const D = 30, N = 200, ACTIVE = 8;

/** Inputs of which four in five numbers are 0, as images have it. */
function bytes(count: number): Uint8Array<ArrayBuffer> {
  const rng = Rng.fromSeed(1, "bench test");
  return Uint8Array.from({ length: count * D }, () => rng.uniform() < 0.2 ? rng.uniform(0, 256) : 0);
}

/** Latents above 0 for an input, on average. */
function activeLatents(turned: Parameters<typeof resolveConfig>[0]): { mean: number; distinct: number } {
  const config = resolveConfig({ latent: N, ...turned }), definition = stepDefinition(config, D);
  const pixels = bytes(600);
  const { params, buffers } = startingState(config, { definition, pixels, activeLatents: ACTIVE });
  const { offsets, indices } = new Inference({ ...definition, params, buffers }).encodeSparse(pixels);
  return { mean: indices.length / (offsets.length - 1), distinct: new Set(indices).size };
}

for (const sparsity of ["l1", "jumprelu", "gated"] as const) {
  Deno.test(`startingState() makes as many latents active as wanted, each as often as another: ${sparsity}`, () => {
    const { mean, distinct } = activeLatents({ sparsity });
    assert.ok(Math.abs(mean - ACTIVE) < 0.15 * ACTIVE, `${mean}`);
    assert.equal(distinct, N);
  });
}

Deno.test("startingState() leaves positive whatever the k largest are chosen from", () => {
  const { mean, distinct } = activeLatents({ sparsity: "topk", k: ACTIVE });
  assert.ok(mean > 0.85 * ACTIVE, `${mean}`);
  assert.ok(distinct > 0.9 * N, `${distinct}`);
});

Deno.test("startingState() is the program's own model where latents are never 0, and survives its file", () => {
  const config = resolveConfig({ hidden: [5], latent: 4 }), definition = stepDefinition(config, D), pixels = bytes(20);
  const model = startingState(config, { definition, pixels, activeLatents: null });
  assert.deepEqual(model, initialModel(config, { arch: definition.arch, pixels }));
  assert.deepEqual(decodeState(encodeState(model, definition.arch), definition.arch), model);
});
