/**
 * What a step reads of W_dec: sums of latents' directions, and their products with a row of gradients. Nothing else reads it.
 *
 * @module
 */
import { Dictionary, Entry } from "../../kernels/kernel_structs";
import { addFarRows } from "../../kernels/lists";
import { fold, multiplyAdd } from "../../kernels/vector";

/** Adds Σ over a list of value · direction to `out`, `[width]`. */
export function addDirections(d: Dictionary, list: usize, end: usize, out: usize): void {
  addFarRows(d.decoder, list, end, out, d.width);
}

/** Products of one row of gradients with the decoder's rows of a list, to `out`; four latents at a time. */
export function dots(d: Dictionary, gradients: usize, entries: usize, n: usize, out: usize): void {
  for (let p: usize = 0; p < n; p += 4) {
    const w0 = decoderRow(d, entries, p), w1 = decoderRow(d, entries, min(p + 1, n - 1));
    const w2 = decoderRow(d, entries, min(p + 2, n - 1)), w3 = decoderRow(d, entries, min(p + 3, n - 1));
    let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
    for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
      const g = v128.load(gradients + offset);
      c0 = multiplyAdd(g, v128.load(w0 + offset), c0);
      c1 = multiplyAdd(g, v128.load(w1 + offset), c1);
      c2 = multiplyAdd(g, v128.load(w2 + offset), c2);
      c3 = multiplyAdd(g, v128.load(w3 + offset), c3);
    }
    const sums = fold(c0, c1, c2, c3);
    store<f32>(out + 4 * p, f32x4.extract_lane(sums, 0));
    if (p + 1 < n) store<f32>(out + 4 * p + 4, f32x4.extract_lane(sums, 1));
    if (p + 2 < n) store<f32>(out + 4 * p + 8, f32x4.extract_lane(sums, 2));
    if (p + 3 < n) store<f32>(out + 4 * p + 12, f32x4.extract_lane(sums, 3));
  }
}

/** The length of the direction of a listed latent. */
@inline
export function normOf(d: Dictionary, entry: Entry): f32 {
  return d.hasUnitDecoder ? 1 : load<f32>(d.norms + 4 * (entry.offset / d.stride));
}

@inline
function decoderRow(d: Dictionary, entries: usize, p: usize): usize {
  return d.decoder + changetype<Entry>(entries + p * offsetof<Entry>()).offset;
}
