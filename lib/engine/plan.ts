/**
 * Checks of a state, a plan and inputs, the same for every engine, before anything of them is used. PORTABLE: no Deno,
 * no Node, no tfjs.
 *
 * @module
 */
import { quoted } from "../errors.ts";
import { areFloats, type Pixels } from "../pixels.ts";
import { type Architecture, assertBuffers, assertParameters } from "../sae/model.ts";
import type { LoadOptions, StepPlan, TrainingState } from "./engine.ts";

/**
 * Checks the state and images that an engine starts from.
 *
 * @throws {TypeError} A parameter, moment or buffer is not the architecture's.
 * @throws {RangeError} The images are not whole, or the batch is none.
 */
export function assertLoad({ state, pixels, batch }: LoadOptions, arch: Architecture): void {
  assertState(state, arch);
  assertRows(pixels, { what: "images", width: arch.dInput });
  assertBatch(batch);
}

/**
 * Checks a state.
 *
 * @throws {TypeError} A parameter, moment or buffer is not the architecture's.
 */
export function assertState(state: TrainingState, arch: Architecture): void {
  for (const part of [state.params, state.m, state.v]) assertParameters(part, arch);
  assertBuffers(state.buffers, arch);
}

/**
 * Checks images that are stored as those that an engine has loaded.
 *
 * @throws {TypeError} One are bytes, the other floats.
 * @throws {RangeError} The last image is not whole.
 */
export function assertImages(
  pixels: Pixels,
  { areLoadedFloats, dInput }: { areLoadedFloats: boolean; dInput: number },
): void {
  if (areFloats(pixels) !== areLoadedFloats) {
    const [is, wanted] = areLoadedFloats ? ["bytes", "floats"] : ["floats", "bytes"];
    throw new TypeError(`Cannot read images: they are ${is}, expected ${wanted}, as those that were loaded`);
  }
  assertRows(pixels, { what: "images", width: dInput });
}

/**
 * Checks that a plan's arrays fit each other and the images.
 *
 * @param count Images loaded.
 * @param maxBatch The largest batch that the engine has memory for, if it has a limit.
 * @throws {TypeError} The learning rates or weights are not one per step.
 * @throws {RangeError} An index is not an image's, or the batch is none, or larger than `load` was called with.
 */
export function assertPlan(
  { indices, batch, learningRates, weights }: StepPlan,
  { count, maxBatch }: { count: number; maxBatch?: number },
): void {
  assertBatch(batch, { maxBatch });
  const nSteps = Math.ceil(indices.length / batch);
  for (const [what, { length }] of [["learning rates", learningRates], ["weights", weights]] as const) {
    if (length !== nSteps) throw new TypeError(`Cannot train: there are ${length} ${what}, expected ${nSteps}`);
  }
  let largest = -1; // an index below 0 is a very large one in a Uint32Array
  for (let i = 0; i < indices.length; i++) largest = Math.max(largest, indices[i]); // 20 times faster than find()
  if (largest >= count) {
    throw new RangeError(`Cannot train: an index is ${largest}, expected less than ${count}, the number of images`);
  }
}

/**
 * Checks a batch's size.
 *
 * @throws {RangeError} It is none, or larger than the engine has memory for.
 */
export function assertBatch(batch: number, { maxBatch = Infinity }: { maxBatch?: number } = {}): void {
  if (!Number.isInteger(batch) || batch < 1) {
    throw new RangeError(`Cannot run steps: the batch is ${batch}, expected a positive integer`);
  }
  if (batch > maxBatch) {
    throw new RangeError(
      `Cannot run steps: the batch is ${batch}, expected at most ${maxBatch}, as load was called with`,
    );
  }
}

/**
 * Checks that numbers are whole rows.
 *
 * @param what What they are, for the message.
 * @param width Numbers in a row.
 * @throws {RangeError} The last row is not whole.
 */
export function assertRows({ length }: ArrayLike<number>, { what, width }: { what: string; width: number }): void {
  if (length % width === 0) return;
  throw new RangeError(`Cannot read ${what}: their length is ${length}, expected a multiple of ${width}`);
}

/**
 * Checks that a model keeps a buffer of a name.
 *
 * @throws {RangeError} It keeps none.
 */
export function assertBufferName(name: string, { buffers }: Architecture): void {
  if (buffers.some((buffer) => buffer.name === name)) return;
  const names = buffers.map((buffer) => buffer.name).join(", ");
  const expected = names === "" ? "no call: it keeps none" : `one of ${names}`;
  throw new RangeError(`Cannot read buffer ${quoted(name)}: the model keeps no such buffer, expected ${expected}`);
}
