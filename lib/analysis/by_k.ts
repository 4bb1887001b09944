/**
 * How well a model reconstructs with fewer latents per input than it was trained with: the k largest activations of each
 * input, for k = 1, 2, 4 … K.
 *
 * Of models that choose the largest latents of each input. Latents are computed once; only the decoder runs for each k.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Engine, StepDefinition } from "../engine/engine.ts";
import { pixelValues } from "../pixels.ts";
import type { Evaluation } from "../report/schema.ts";
import type { Architecture } from "../sae/model.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import { PixelReader, type PixelSource } from "./pixel_source.ts";
import { ReconstructionSums } from "./quality.ts";
import { type RowPiece, type RowSource, rowsPerPiece } from "./sparse_rows.ts";
import { giveTurns } from "./turns.ts";

/** What is known with the k largest latents of each input. */
type AtK = NonNullable<Evaluation["byK"]>[number];

/** A model, its inputs and their latents. */
export interface ByKOptions {
  engine: Pick<Engine, "decode">;
  arch: Architecture;
  /** `[count, dInput]` */
  pixels: PixelSource;
  /** Of these inputs, with all K. */
  latents: RowSource;
  /** K: how many latents of an input are active, at most. */
  k: number;
}

/** K of a model that chooses the K largest latents of each input; null for any other. */
export function mostLatents({ arch, objective }: Pick<StepDefinition, "arch" | "objective">): number | null {
  return VARIANTS[objective.sparsity].selects === "row" ? Math.min(objective.knobs.k, arch.nLatents) : null;
}

/**
 * The powers of two below K, and K.
 *
 * @example
 * ```ts
 * import { measuredKs } from "./by_k.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(measuredKs(12), [1, 2, 4, 8, 12]);
 * assert.deepEqual(measuredKs(1), [1]);
 * ```
 */
export function measuredKs(k: number): number[] {
  const ks = [];
  for (let own = 1; own < k; own *= 2) ks.push(own);
  return [...ks, k];
}

/** One row for each of {@linkcode measuredKs}, ascending. */
export async function errorByK({ engine, arch, pixels, latents, k }: ByKOptions): Promise<AtK[]> {
  const { dInput, layers } = arch, isSigmoid = layers.at(-1)!.activation === "sigmoid";
  const sums = measuredKs(k).map((k) => ({ k, quality: new ReconstructionSums(dInput), active: 0 }));
  const size = rowsPerPiece(
    4 * layers.slice(arch.latentIndex + 1).reduce((sum, { dOut }) => sum + dOut, arch.nLatents),
  );
  const inputs = new PixelReader(pixels, { dInput });
  for await (const piece of latents.pieces()) {
    for (let from = 0; from < piece.count; from += size) {
      const to = Math.min(piece.count, from + size);
      const x = pixelValues(await inputs.take(to - from));
      const acts = new Float32Array((to - from) * arch.nLatents);
      const order = bySize(piece, { from, to });
      const rows = { piece, from, to, nLatents: arch.nLatents };
      fill(acts, rows);
      for (const own of sums.toReversed()) {
        own.active += keepLargest(acts, { ...rows, order, k: own.k });
        await giveTurns();
        const logits = await engine.decode(acts); // sync point
        own.quality.add(x, isSigmoid ? logits.map((l) => 1 / (1 + Math.exp(-l))) : logits);
      }
    }
  }
  return sums.map(({ k, quality, active }) => {
    const { rows, mse, explainedVariance } = quality.result();
    return { k, mse: mse ?? 0, explainedVariance, l0: rows > 0 ? active / rows : 0 };
  });
}

/** The entries of rows `from … to`, those of each row with the largest first and equal ones by latent. */
function bySize({ starts, values }: RowPiece, { from, to }: { from: number; to: number }): Uint32Array {
  const order = Uint32Array.from({ length: starts[to] - starts[from] }, (_, i) => starts[from] + i);
  for (let row = from; row < to; row++) {
    order.subarray(starts[row] - starts[from], starts[row + 1] - starts[from]).sort((a, b) =>
      values[b] - values[a] || a - b
    );
  }
  return order;
}

/** Rows `from … to` of a piece. */
interface Rows {
  piece: RowPiece;
  from: number;
  to: number;
  nLatents: number;
}

/** Writes the latents of rows into zeros. */
function fill(acts: Float32Array, { piece: { starts, columns, values }, from, to, nLatents }: Rows): void {
  for (let row = from; row < to; row++) {
    for (let e = starts[row]; e < starts[row + 1]; e++) acts[(row - from) * nLatents + columns[e]] = values[e];
  }
}

/** Sets all but the k largest latents of each row to 0; returns how many of all rows are left. */
function keepLargest(
  acts: Float32Array,
  { piece: { starts, columns }, order, from, to, k, nLatents }: Rows & { order: Uint32Array; k: number },
): number {
  let kept = 0;
  for (let row = from; row < to; row++) {
    const begin = starts[row] - starts[from], end = starts[row + 1] - starts[from];
    kept += Math.min(k, end - begin);
    for (let i = begin + k; i < end; i++) acts[(row - from) * nLatents + columns[order[i]]] = 0;
  }
  return kept;
}
