/**
 * The reconstructions by the first latents alone, of a variant that asks for them: running sums over a row's active latents,
 * which are listed ascending, so that each prefix costs one more loss and no more products.
 *
 * A latent writes into the reconstruction of every prefix that is wider than its number. Its gradients are therefore sums
 * over these prefixes, the same for all latents of a segment between one prefix's end and the next.
 *
 * @module
 */
import { Dictionary, Entry, Step } from "../../kernels/kernel_structs";
import { addAuxiliary, gradientsOf, segmentEnd } from "./segments";
import { addDecoderRows } from "./decoder_rows";
import { addDecoderBias, lossOf, lossRow } from "./reconstruction";
import { sumOfLanes } from "../../kernels/vector";

/** logits from a list of latents, the losses of all prefixes and of the full width, and each segment's gradients. */
export function prefixesRow(d: Dictionary, row: usize, list: usize, end: usize, step: Step): void {
  const logits = d.logits + row * d.stride;
  const size = <f32>step.rows * <f32>d.model.dInput;
  memory.fill(logits, 0, 4 * d.width);
  for (let segment: usize = 0; segment < d.nPrefixes; segment++) {
    const first = list, offset = segmentEnd(d, segment);
    while (list < end && changetype<Entry>(list).offset < offset) list += offsetof<Entry>();
    addDecoderRows(d, first, list, logits);
    const gradients = gradientsOf(d, row, segment);
    addDecoderBias(d, logits, gradients);
    addAuxiliary(d, row, sumOfLanes(lossOf(d, row, gradients, gradients, step)) / size);
  }
  addDecoderRows(d, list, end, logits);
  addDecoderBias(d, logits, logits);
  lossRow(d, row, step);
  for (let segment = d.nPrefixes; segment > 0; segment--) {
    const from = gradientsOf(d, row, segment), to = gradientsOf(d, row, segment - 1);
    for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
      v128.store(to + offset, f32x4.add(v128.load(to + offset), v128.load(from + offset)));
    }
  }
}
