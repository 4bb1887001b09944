/**
 * Looking at a model on a device without training it, any number of rows: as many at once as there is room for, and the
 * next of them submitted before the last are read.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import { sigmoid } from "../../sae/logistic.ts";
import type { Submitted } from "../call_queue.ts";
import type { Layer } from "../../sae/model.ts";
import type { DeviceWatch } from "../device_watch.ts";
import type { Activations, SparseActivations } from "../engine.ts";
import { joinedLists, type LatentLists, listsOf } from "../latent_lists.ts";
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
  return { result: result.then(() => ({ hidden, logits, recon: reconOf(logits, layers) })) };
}

/**
 * Runs a model without hidden layers on images, `[count, dInput]`, and lists its latents that are not 0. A model that
 * has no lists is read densely.
 */
export async function sparseForwardPass(subject: Subject, pixels: Pixels): Promise<Submitted<SparseActivations>> {
  const { placed, watch } = subject, { model, room: { passRows } } = placed;
  const { dInput, layers, nLatents, latentIndex } = model.definition.arch, count = pixels.length / dInput;
  const { lists } = model;
  if (!lists) {
    const { result } = await forwardPass(subject, pixels);
    const sparse = async () => {
      const { hidden, ...output } = await result; // sync point
      return { ...joinedLists([listsOf(hidden[latentIndex], nLatents)]), ...output };
    };
    return { result: sparse() };
  }
  const logits = new Float32Array(count * dInput), parts: LatentLists[] = [];
  for (let from = 0; from < count; from += passRows) {
    const to = Math.min(count, from + passRows);
    const rows = placed.writeEvaluated(pixels.subarray(from * dInput, to * dInput) as Pixels);
    const counts = new Float32Array(rows);
    const stagings = placed.submitPass("lists", { rows, reads: [lists.counts, model.logits] });
    await taken(stagings, watch, [ // sync point: how much there is to read
      { rows: lists.counts, target: counts },
      { rows: model.logits, target: logits.subarray(from * dInput, to * dInput) },
    ]);
    parts.push(await listed(subject, { packed: lists.packed, counts: new Uint32Array(counts.buffer) }));
  }
  return { result: Promise.resolve({ ...joinedLists(parts), logits, recon: reconOf(logits, layers) }) };
}

/** The lists of the pass before. */
async function listed(
  { placed, watch }: Subject,
  { packed, counts }: { packed: string; counts: Uint32Array },
): Promise<LatentLists> {
  const length = counts.reduce((sum, n) => sum + n, 0);
  if (length === 0) return { counts, latents: new Uint32Array(), values: new Float32Array() };
  const stagings = placed.submitListed(packed, { rows: counts.length, length });
  const [latents, values] = await Promise.all([ // sync point
    readStaging(stagings.latents, watch),
    readStaging(stagings.values, watch),
  ]);
  return { counts, latents: new Uint32Array(latents.buffer), values };
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

/** x̂; with a linear output the logits themselves. */
function reconOf(logits: Float32Array<ArrayBuffer>, layers: Layer[]): Float32Array<ArrayBuffer> {
  return layers.at(-1)!.activation === "linear" ? logits : logits.map(sigmoid);
}

/**
 * Submits rows pass after pass, of which at most two are not read yet. `submit` gives a promise of having read [from,
 * to).
 */
async function inPasses(
  { count, passRows }: { count: number; passRows: number },
  submit: (from: number, to: number) => Promise<void>,
): Promise<Submitted<void>> {
  let before = Promise.resolve(), last = before;
  for (let from = 0; from < count; from += passRows) {
    await before; // sync point
    before = last;
    last = submit(from, Math.min(count, from + passRows));
    last.catch(() => {}); // the error is thrown where the result is awaited
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
