/**
 * The small picture of a run: how many tiles it has, and which latents.
 *
 * @module
 */
import assert from "node:assert/strict";
import { stripSprite, usefulLatents } from "../../../site/src/compare/strip.ts";

import type { Run } from "../../../lib/report/run_schema.ts";

function tilesOf({ sparsity = "topk", latent = 64, dead = 0, rows = 100 }): [columns: number, count: number] {
  const run = {
    config: { sparsity, latent },
    dataset: { width: 8, height: 8, test: { images: rows } },
    metrics: { test: { deadLatents: dead } },
  } as unknown as Run;
  const { columns, count } = stripSprite(run);
  return [columns, count];
}

Deno.test("stripSprite() has eight inputs, eight reconstructions and up to eight latents that are not always 0", () => {
  assert.deepEqual(tilesOf({}), [8, 24]);
  assert.deepEqual(tilesOf({ latent: 4 }), [8, 20]);
  assert.deepEqual(tilesOf({ latent: 16, dead: 13 }), [8, 19]);
  assert.deepEqual(tilesOf({ latent: 16, dead: 16 }), [8, 16], "all dead");
  assert.deepEqual(tilesOf({ sparsity: "kl", latent: 16, dead: 16 }), [8, 24], "sigmoid latents are never 0");
  assert.deepEqual(tilesOf({ rows: 3 }), [3, 9], "a test set of three");
});

const decoder = {
  files: ["d.png"],
  channels: 1 as const,
  tileWidth: 1,
  tileHeight: 1,
  columns: 4,
  tilesPerFile: 4,
  count: 4,
};

Deno.test("usefulLatents() shows the latents whose removal raises the error most, without those that are never active", () => {
  const latents = { decoder, drawn: null, errorSaved: [0.1, 0.3, -0.1, 0.2], decodedAt: [1, 1, 1, null] };
  assert.deepEqual(usefulLatents(latents, 3).map(({ latent }) => latent), [1, 0, 2]);
  assert.deepEqual(usefulLatents({ ...latents, decodedAt: [null, null, null, null] }, 3), []);
});

Deno.test("usefulLatents() finds the tiles of a model of which only some latents are drawn", () => {
  const errorSaved = Array.from({ length: 100 }, (_, latent) => latent);
  const latents = { decoder, drawn: [3, 50, 70, 99], errorSaved, decodedAt: errorSaved.map(() => 1) };
  assert.deepEqual(usefulLatents(latents, 2), [{ latent: 99, tile: 3 }, { latent: 70, tile: 2 }]);
});
