/**
 * Segments of latents, between one prefix's end and the next, and what their losses add up in. Of prefixes by size a row's
 * pairs have their segments from `by_size.ts`.
 *
 * @module
 */
import { Dictionary } from "../../kernels/kernel_structs";

/** Latents fall into segments between one prefix's end and the next: a row's gradients of one segment's latents. */
@inline
export function gradientsOf(d: Dictionary, row: usize, segment: usize): usize {
  return d.gradients + segment * d.segmentBytes + row * d.stride;
}

/** Where a segment of latents ends, as an offset in W_dec. */
@inline
export function segmentEnd(d: Dictionary, segment: usize): usize {
  return segment < d.nPrefixes ? load<usize>(d.prefixEnds + 4 * segment) : allLatents(d);
}

/** Where all latents end, as an offset in W_dec. */
@inline
export function allLatents(d: Dictionary): usize {
  return d.paddedLatents * d.stride;
}

/** Adds to what a row's auxiliary losses add to the step's. */
@inline
export function addAuxiliary(d: Dictionary, row: usize, loss: f32): void {
  const at = d.rowAuxiliaries + 4 * row;
  store<f32>(at, load<f32>(at) + loss);
}
