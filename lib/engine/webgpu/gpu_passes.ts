/**
 * Looking at a model on a device without training it, any number of rows: as many at once as there is room for, and the next
 * of them submitted before the last are read.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import { sigmoid } from "../../sae/logistic.ts";
import type { Submitted } from "../call_queue.ts";
import type { DeviceWatch } from "../device_watch.ts";
import type { Activations } from "../engine.ts";
import type { StridedRows } from "./gpu_model.ts";
import type { PlacedModel } from "./placed_model.ts";
import { copyRows } from "./quads.ts";
import { readStaging } from "./readback.ts";

/** A model to look at, and its device. */
export interface Subject {
  placed: PlacedModel;
  watch: DeviceWatch;
}

/** Runs the model on images, `[count, dInput]`. */
export async function forwardPass({ placed, watch }: Subject, pixels: Pixels): Promise<Submitted<Activations>> {
  const { model, room: { passRows } } = placed, { dInput, layers } = model.definition.arch;
  const count = pixels.length / dInput;
  const hidden = model.hidden.map(({ width }) => new Float32Array(count * width));
  const logits = new Float32Array(count * dInput);
  const { result } = await inPasses({ count, passRows }, (from, to) => {
    const rows = placed.writeEvaluated(pixels.subarray(from * dInput, to * dInput) as Pixels);
    const stagings = placed.submitPass("forward", { rows, reads: [...model.hidden, model.logits] });
    return taken(stagings, watch, [
      ...model.hidden.map((rows, l) => ({ rows, target: hidden[l].subarray(from * rows.width, to * rows.width) })),
      { rows: model.logits, target: logits.subarray(from * dInput, to * dInput) },
    ]);
  });
  const isLinear = layers.at(-1)!.activation === "linear";
  return { result: result.then(() => ({ hidden, logits, recon: isLinear ? logits : logits.map(sigmoid) })) };
}

/** Runs the decoder on latents, `[count, nLatents]`; returns logits. */
export async function decodePass({ placed, watch }: Subject, acts: Float32Array): Promise<Submitted<Float32Array>> {
  const { model, room: { passRows } } = placed, { dInput, nLatents } = model.definition.arch;
  const count = acts.length / nLatents;
  const logits = new Float32Array(count * dInput);
  const { result } = await inPasses({ count, passRows }, (from, to) => {
    const rows = placed.writeGiven(acts.subarray(from * nLatents, to * nLatents));
    const stagings = placed.submitPass("decode", { rows, reads: [model.logits] });
    return taken(stagings, watch, [{ rows: model.logits, target: logits.subarray(from * dInput, to * dInput) }]);
  });
  return { result: result.then(() => logits) };
}

/** Submits rows pass after pass, of which at most two are not read yet. `submit` gives a promise of having read [from, to). */
async function inPasses(
  { count, passRows }: { count: number; passRows: number },
  submit: (from: number, to: number) => Promise<void>,
): Promise<Submitted<void>> {
  let before = Promise.resolve(), last = before;
  for (let from = 0; from < count; from += passRows) {
    await before; // sync point
    before = last;
    last = submit(from, Math.min(count, from + passRows));
    last.catch(() => {}); // whoever awaits the result hears of it
  }
  return { result: Promise.all([before, last]).then(() => {}) };
}

/** Copies rows out of staging buffers, once they are there. */
async function taken(
  stagings: Map<string, GPUBuffer>,
  watch: DeviceWatch,
  takes: { rows: StridedRows; target: Float32Array }[],
): Promise<void> {
  const read = Array.from(stagings, async ([name, staging]) => [name, await readStaging(staging, watch)] as const);
  const values = new Map(await Promise.all(read));
  for (const { rows: { buffer, width, stride, offset }, target } of takes) {
    const rows = target.length / width;
    copyRows(values.get(buffer)!.subarray(offset), target, { rows, width, from: stride, to: width });
  }
}
