/**
 * preActs = (images − pre-bias) · W_encᵀ + b_enc, with a row of W_enc for each latent.
 *
 * Computed as (W_enc · imagesᵀ)ᵀ, so that both matrices are read in the order in which they lie: the images are packed into
 * panels of 8, column by column, which stay in the first cache beside the rows of 8 latents. Columns in which all 8 images
 * are 0 are left out, four neighbours at a time: in MNIST that is about half. Hence the pre-bias, which is nowhere 0, comes
 * in as a number a latent.
 *
 * @module
 */
import { layerAt } from "../../kernels/addresses";
import { Dictionary } from "../../kernels/kernel_structs";
import { dot, multiplyAdd, spread0, spread1, spread2, spread3, storeTransposed } from "../../kernels/vector";

/** Images in a panel, and latents whose rows are multiplied with it at once. */
export const PANEL: usize = 8;
/** Columns that are left out or not together. */
const GROUP: usize = 4;

/** Packs the images of rows `from … to`, multiples of 8. */
export function packImages(d: Dictionary, from: usize, to: usize): void {
  const stride = d.stride;
  const images = layerAt(d.model, 0).inputs;
  for (let row = from; row < to; row += PANEL) {
    const p = row / PANEL;
    let panel = d.panels + p * 4 * PANEL * d.width;
    const groups = groupsOf(d, p);
    let n: usize = 0;
    for (let offset: usize = 0; offset < 4 * d.width; offset += 4 * GROUP) {
      const at = images + row * stride + offset;
      const r0 = v128.load(at), r1 = v128.load(at + stride);
      const r2 = v128.load(at + 2 * stride), r3 = v128.load(at + 3 * stride);
      const r4 = v128.load(at + 4 * stride), r5 = v128.load(at + 5 * stride);
      const r6 = v128.load(at + 6 * stride), r7 = v128.load(at + 7 * stride);
      const any = v128.or(v128.or(v128.or(r0, r1), v128.or(r2, r3)), v128.or(v128.or(r4, r5), v128.or(r6, r7)));
      if (!v128.any_true(any)) continue;
      store<usize>(groups + 4 + 4 * n++, offset);
      storeTransposed(panel, 4 * PANEL, r0, r1, r2, r3);
      storeTransposed(panel + 16, 4 * PANEL, r4, r5, r6, r7);
      panel += 4 * PANEL * GROUP;
    }
    store<usize>(groups, n);
  }
}

/**
 * Latents `from … to` (multiples of 8) of the first `rows` rows, and of those that fill the last panel.
 *
 * @param tile Room for 8 latents of 8 images.
 */
export function encode(d: Dictionary, from: usize, to: usize, rows: usize, tile: usize): void {
  const nPanels = (rows + PANEL - 1) / PANEL;
  for (let latent = from; latent < to; latent += PANEL) {
    const weights = d.encoder + latent * d.stride;
    const b0 = biases(d, latent), b1 = biases(d, latent + 4);
    for (let p: usize = 0; p < nPanels; p++) {
      const groups = groupsOf(d, p), panel = d.panels + p * 4 * PANEL * d.width;
      products4x8(weights, d.stride, panel, groups, tile);
      products4x8(weights + 4 * d.stride, d.stride, panel, groups, tile + 16 * PANEL);
      const out = d.preActs + p * PANEL * d.preActsStride + 4 * latent;
      storeLatents(d, tile, out, b0);
      storeLatents(d, tile + 16 * PANEL, out + 16, b1);
    }
  }
}

/** A panel's list: how many groups of columns it has, and the offset of each in a row. */
@inline
function groupsOf(d: Dictionary, p: usize): usize {
  return d.panelGroups + p * (4 + d.width);
}

/** What is added to four latents: b_enc − W_enc · pre-bias. */
export function biases(d: Dictionary, latent: usize): v128 {
  const b = v128.load(d.encoderBias + 4 * latent);
  if (!d.hasPreBias) return b;
  const w = d.encoder + latent * d.stride, stride = d.stride;
  let shift = f32x4.splat(dot(w, d.decoderBias, d.width));
  shift = f32x4.replace_lane(shift, 1, dot(w + stride, d.decoderBias, d.width));
  shift = f32x4.replace_lane(shift, 2, dot(w + 2 * stride, d.decoderBias, d.width));
  shift = f32x4.replace_lane(shift, 3, dot(w + 3 * stride, d.decoderBias, d.width));
  return f32x4.sub(b, shift);
}

/** The product of four latents' rows and a panel, `[4, 8]`: the tile of `multiply.ts`, over the columns listed. */
function products4x8(weights: usize, stride: usize, panel: usize, groups: usize, out: usize): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  const end = groups + 4 + 4 * load<usize>(groups);
  for (let group = groups + 4; group < end; group += 4, panel += 128) {
    const a = weights + load<usize>(group);
    const x0 = v128.load(a), x1 = v128.load(a + stride);
    const x2 = v128.load(a + 2 * stride), x3 = v128.load(a + 3 * stride);

    let y0 = v128.load(panel), y1 = v128.load(panel, 16);
    let x = spread0(x0);
    c00 = multiplyAdd(x, y0, c00), c01 = multiplyAdd(x, y1, c01);
    x = spread0(x1);
    c10 = multiplyAdd(x, y0, c10), c11 = multiplyAdd(x, y1, c11);
    x = spread0(x2);
    c20 = multiplyAdd(x, y0, c20), c21 = multiplyAdd(x, y1, c21);
    x = spread0(x3);
    c30 = multiplyAdd(x, y0, c30), c31 = multiplyAdd(x, y1, c31);

    y0 = v128.load(panel, 32), y1 = v128.load(panel, 48);
    x = spread1(x0);
    c00 = multiplyAdd(x, y0, c00), c01 = multiplyAdd(x, y1, c01);
    x = spread1(x1);
    c10 = multiplyAdd(x, y0, c10), c11 = multiplyAdd(x, y1, c11);
    x = spread1(x2);
    c20 = multiplyAdd(x, y0, c20), c21 = multiplyAdd(x, y1, c21);
    x = spread1(x3);
    c30 = multiplyAdd(x, y0, c30), c31 = multiplyAdd(x, y1, c31);

    y0 = v128.load(panel, 64), y1 = v128.load(panel, 80);
    x = spread2(x0);
    c00 = multiplyAdd(x, y0, c00), c01 = multiplyAdd(x, y1, c01);
    x = spread2(x1);
    c10 = multiplyAdd(x, y0, c10), c11 = multiplyAdd(x, y1, c11);
    x = spread2(x2);
    c20 = multiplyAdd(x, y0, c20), c21 = multiplyAdd(x, y1, c21);
    x = spread2(x3);
    c30 = multiplyAdd(x, y0, c30), c31 = multiplyAdd(x, y1, c31);

    y0 = v128.load(panel, 96), y1 = v128.load(panel, 112);
    x = spread3(x0);
    c00 = multiplyAdd(x, y0, c00), c01 = multiplyAdd(x, y1, c01);
    x = spread3(x1);
    c10 = multiplyAdd(x, y0, c10), c11 = multiplyAdd(x, y1, c11);
    x = spread3(x2);
    c20 = multiplyAdd(x, y0, c20), c21 = multiplyAdd(x, y1, c21);
    x = spread3(x3);
    c30 = multiplyAdd(x, y0, c30), c31 = multiplyAdd(x, y1, c31);
  }
  v128.store(out, c00), v128.store(out, c01, 16);
  v128.store(out, c10, 32), v128.store(out, c11, 48);
  v128.store(out, c20, 64), v128.store(out, c21, 80);
  v128.store(out, c30, 96), v128.store(out, c31, 112);
}

/** Four latents of 8 images, `[4, 8]` at `tile`, as four columns of preActs. */
@inline
function storeLatents(d: Dictionary, tile: usize, out: usize, bias: v128): void {
  const stride = d.preActsStride;
  storeTransposed(out, stride, v128.load(tile), v128.load(tile, 32), v128.load(tile, 64), v128.load(tile, 96));
  storeTransposed(
    out + 4 * stride,
    stride,
    v128.load(tile, 16),
    v128.load(tile, 48),
    v128.load(tile, 80),
    v128.load(tile, 112),
  );
  for (let row: usize = 0; row < PANEL; row++) {
    const at = out + row * stride;
    v128.store(at, f32x4.add(v128.load(at), bias));
  }
}
