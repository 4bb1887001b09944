/**
 * Damaged folders of other programs: each is read, or refused in one line.
 *
 * @module
 */
import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { readDictionary } from "../../lib/exchange/read_dictionary.ts";
import { Rng } from "../../lib/rng.ts";
import { mutate } from "../mutate.ts";
import { folderOf, npz, safetensors } from "./foreign_files.ts";
import { tensor, turned } from "./foreign_models.ts";

const D = 3, F = 4, ROUNDS = 400;
const json = (content: object) => new TextEncoder().encode(JSON.stringify(content));
const W_enc = tensor("W_enc", { shape: [D, F] }), W_dec = tensor("W_dec", { shape: [F, D] });
const b_enc = tensor("b_enc", { shape: [F] }), b_dec = tensor("b_dec", { shape: [D] });
const jump = { W_enc, W_dec, b_enc, b_dec, threshold: b_enc };
const linear = { "encoder.weight": W_dec, "encoder.bias": b_enc };

/** A whole folder of each layout. */
const FOLDERS: Record<string, Record<string, Uint8Array<ArrayBuffer>>> = {
  SAELens: {
    "cfg.json": json({ architecture: "topk", d_in: D, d_sae: F, k: 2, metadata: { sae_lens_version: "6.0.0" } }),
    "sae_weights.safetensors": safetensors({ W_enc, W_dec, b_enc, b_dec }, { dtype: "F16" }),
  },
  sparsify: {
    "cfg.json": json({ activation: "topk", num_latents: F, k: 2, d_in: D }),
    "sae.safetensors": safetensors({ ...linear, W_dec, b_dec }, { dtype: "BF16" }),
  },
  "Gemma Scope": { "params.npz": npz(jump, { isDeflated: true }) },
  "Gemma Scope 2": { "config.json": json({ architecture: "jump_relu" }), "params.safetensors": safetensors(jump) },
  "Llama Scope": {
    "hyperparams.json": json({
      ...{ d_model: D, d_sae: F, jump_relu_threshold: 0.5 },
      dataset_average_activation_norm: { in: 2 },
    }),
    "checkpoints/final.safetensors": safetensors({
      ...linear,
      "decoder.weight": turned(W_dec),
      "decoder.bias": b_dec,
    }, { dtype: "F64" }),
  },
};

for (const [tool, files] of Object.entries(FOLDERS)) {
  Deno.test(`${ROUNDS} damaged folders of ${tool} are read, or refused in one line`, async () => {
    const rng = Rng.fromSeed(0, `damaged ${tool}`), paths = Object.keys(files);
    const { tool: read } = await readDictionary(folderOf(files));
    assert.equal(read, tool);
    let refused = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const path = paths[round % paths.length], damaged = { ...files, [path]: mutate(rng, files[path]) };
      await readDictionary(folderOf(damaged)).catch((error: unknown) => {
        assert.ok(error instanceof UserError, `round ${round}: ${error instanceof Error ? error.stack : error}`);
        assert.match(error.message, /^Cannot [^\n]+, expected [^\n]+$/, `round ${round}`);
        refused++;
      });
    }
    assert.ok(refused > ROUNDS / 4 && refused < ROUNDS, `${refused} refused`);
  });
}
