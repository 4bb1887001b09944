import assert from "node:assert/strict";
import { startingState } from "../../bench/starting_state.ts";
import { decodeState, encodeState } from "../../bench/state_file.ts";
import { resolveConfig } from "../../lib/config.ts";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { Rng } from "../../lib/rng.ts";
import { Inference } from "../../lib/sae/inference.ts";
import { initialModel } from "../../lib/sae/init.ts";
import { needs } from "../needs.ts";

const D = 30, N = 100, ACTIVE = 8;

/** Inputs of which four in five numbers are 0, as images have it. */
function bytes(count: number): Uint8Array<ArrayBuffer> {
  const rng = Rng.fromSeed(1, "bench test");
  return Uint8Array.from({ length: count * D }, () => rng.uniform() < 0.2 ? rng.uniform(0, 256) : 0);
}

for (const sparsity of ["l1", "jumprelu", "gated", "topk"] as const) {
  Deno.test(
    `startingState() trains a dictionary until as many latents are active as wanted: ${sparsity}`,
    needs("permissions"),
    async () => {
      const chooses = sparsity === "topk" ? { k: ACTIVE } : {};
      const config = resolveConfig({ sparsity, latent: N, batch: 64, ...chooses });
      const definition = stepDefinition(config, D), pixels = bytes(600);
      const { step, params, buffers } = await startingState({ config, definition, pixels, activeLatents: ACTIVE });
      const { offsets, indices } = new Inference({ ...definition, params, buffers }).encodeSparse(pixels);
      const active = indices.length / (offsets.length - 1);
      assert.ok(Math.abs(active - ACTIVE) < 0.25 * ACTIVE, `${active}`);
      assert.ok(step > 0 && buffers.lastFired.some((last) => last === step));
      assert.notDeepEqual(params, initialModel(config, { arch: definition.arch, pixels }).params);
    },
  );
}

Deno.test("startingState() is the program's own model where latents are never 0, and survives its file", async () => {
  const config = resolveConfig({ hidden: [5], latent: 4 }), definition = stepDefinition(config, D), pixels = bytes(20);
  const state = await startingState({ config, definition, pixels, activeLatents: null });
  assert.deepEqual(state, { ...initialModel(config, { arch: definition.arch, pixels }), step: 0 });
  assert.deepEqual(decodeState(encodeState({ ...state, step: 3 }, definition.arch), definition.arch), {
    ...state,
    step: 3,
  });
});
