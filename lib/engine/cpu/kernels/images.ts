/**
 * Training images in any order to a batch: bytes to floats in [0, 1], floats as they are.
 *
 * @module
 */
import { layerAt } from "./addresses";
import { Model, Step } from "./kernel_structs";

/** Copies the step's images `from … to` into `bytes`; rows after the last image become zero. */
export function gatherImages(model: Model, step: Step, from: usize, to: usize): void {
  const size = model.dInput;
  for (let row = from; row < to; row++) {
    const target = model.bytes + row * model.bytesStride;
    if (row < step.rows) {
      memory.copy(target, model.pixels + load<usize>(step.indices + 4 * row) * size, size);
    } else memory.fill(target, 0, size);
  }
}

/** Copies the step's images `from … to`, which are floats, into the first layer's inputs; rows after the last become zero. */
export function gatherFloats(model: Model, step: Step, from: usize, to: usize): void {
  const first = layerAt(model, 0), size: usize = 4 * model.dInput;
  for (let row = from; row < to; row++) {
    const target = first.inputs + row * first.inputStride;
    if (row < step.rows) memory.copy(target, model.pixels + load<usize>(step.indices + 4 * row) * size, size);
    else memory.fill(target, 0, size);
  }
}

/** x = byte / 255 for rows `from … to`. */
export function decodeImages(model: Model, from: usize, to: usize): void {
  const first = layerAt(model, 0);
  const scale = f32x4.splat(255);
  for (let row = from; row < to; row++) {
    let byte = model.bytes + row * model.bytesStride;
    let x = first.inputs + row * first.inputStride;
    const end = x + 4 * first.dIn;
    for (; x < end; x += 32, byte += 8) {
      const words = v128.load8x8_u(byte);
      const low = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(words));
      const high = f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(words));
      v128.store(x, f32x4.div(low, scale));
      v128.store(x, f32x4.div(high, scale), 16);
    }
  }
}
