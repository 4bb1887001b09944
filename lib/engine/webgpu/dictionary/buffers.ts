/**
 * A dictionary's buffers on the device: those that last from `load` on, and those that grow with the batch.
 *
 * Does not know kernels. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../../pixels.ts";
import type { StepDefinition, TrainingState } from "../../engine.ts";
import { padded, QUAD, QUAD_BYTES } from "../layout.ts";
import { STEPS_PER_SUBMIT } from "../statistics.ts";
import { storageBuffers, writeImages } from "../storage.ts";
import { type DictionaryLayout, type Group, GROUPS, modelBytes, packGroups, packKept, workBytes } from "./layout.ts";

/** Parameters and Adam's moments, of one shape. */
export interface Slot {
  params: GPUBuffer;
  adam_m: GPUBuffer;
  adam_v: GPUBuffer;
}

/** A dictionary and the images it trains on. */
export interface ModelBuffers {
  slots: Record<Group, Slot>;
  kept: GPUBuffer;
  /** `[count, 4 · inQuads]` bytes or floats; null where that is more than a kernel can see, and images are streamed. */
  pixels: GPUBuffer | null;
}

/** What steps and evaluations work in, by the names of `kernels/dictionary.wgsl`. */
export interface BatchBuffers {
  /** Images that fit. */
  rows: number;
  /** Steps that fit. */
  stepsPerSubmit: number;
  steps: GPUBuffer;
  /** The images of the steps in order where they are streamed, and images under evaluation. */
  streamed: GPUBuffer | null;
  evaluated: GPUBuffer;
  work: Record<WorkName, GPUBuffer>;
}

/** See {@linkcode allWorkBytes}. */
export type WorkName = keyof ReturnType<typeof allWorkBytes>;

/** The fewest invocations of any workgroup that leaves parts of a loss. */
const LEAST_LANES = 8;

/** Where buffers are made. */
export interface Place {
  device: GPUDevice;
  /** What a kernel can see of one buffer. */
  bindingBytes: number;
  layout: DictionaryLayout;
}

/**
 * Buffers for a state and its images, filled.
 *
 * @throws {UserError} One does not fit.
 * @throws {TypeError} The state is not the architecture's.
 */
export function modelBuffers(
  { state, pixels }: { state: TrainingState; pixels: Pixels },
  { arch }: StepDefinition,
  place: Place,
): ModelBuffers {
  const { device: { queue }, layout } = place;
  const packed = {
    params: packGroups(state.params, arch),
    adam_m: packGroups(state.m, arch),
    adam_v: packGroups(state.v, arch),
  };
  const { kept: keptBytes, ...groupBytes } = modelBytes(layout);
  const slots = Object.fromEntries(GROUPS.map((group) => {
    const bytes = groupBytes[group];
    const slot = storageBuffers({ params: bytes, adam_m: bytes, adam_v: bytes }, place);
    for (const part of ["params", "adam_m", "adam_v"] as const) queue.writeBuffer(slot[part], 0, packed[part][group]);
    return [group, slot];
  })) as Record<Group, Slot>;
  const { kept } = storageBuffers({ kept: keptBytes }, place);
  queue.writeBuffer(kept, 0, packKept(state.buffers, arch));
  const count = pixels.length / arch.dInput, bytes = count * imageBytes(pixels, layout);
  if (bytes > place.bindingBytes) return { slots, kept, pixels: null };
  const { images } = storageBuffers({ images: Math.max(bytes, QUAD_BYTES) }, place);
  writeImages({ buffer: images, queue }, { pixels, dInput: arch.dInput, stride: layout.inQuads * QUAD });
  return { slots, kept, pixels: images };
}

/**
 * Buffers for batches of up to so many images, which are stored like `pixels`.
 *
 * @throws {UserError} One does not fit.
 */
export function batchBuffers(
  images: number,
  { pixels, isStreamed, stepStride }: { pixels: Pixels; isStreamed: boolean; stepStride: number },
  place: Place,
): BatchBuffers {
  const { device, bindingBytes, layout } = place;
  const rows = padded(images), bytes = rows * imageBytes(pixels, layout);
  const stepsPerSubmit = isStreamed
    ? Math.max(1, Math.min(STEPS_PER_SUBMIT, Math.floor(bindingBytes / bytes)))
    : STEPS_PER_SUBMIT;
  const work = storageBuffers(allWorkBytes(layout, rows), place);
  const { evaluated } = storageBuffers({ evaluated: bytes }, place);
  const streamed = isStreamed ? storageBuffers({ streamed: stepsPerSubmit * bytes }, place).streamed : null;
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const steps = device.createBuffer({ label: "steps", size: STEPS_PER_SUBMIT * stepStride, usage });
  return { rows, stepsPerSubmit, steps, streamed, evaluated, work };
}

/** Bytes of all that grows with the batch. */
function allWorkBytes(layout: DictionaryLayout, rows: number) {
  const parts = rows * Math.ceil(layout.inQuads / LEAST_LANES);
  return {
    ...workBytes(layout, rows),
    indices: STEPS_PER_SUBMIT * rows * Uint32Array.BYTES_PER_ELEMENT,
    stats: (STEPS_PER_SUBMIT + parts) * QUAD_BYTES,
  };
}

/** Every buffer of these, to be freed. */
export function allBuffers(model: ModelBuffers | null, batch: BatchBuffers | null): GPUBuffer[] {
  const ofModel = model
    ? [...GROUPS.flatMap((group) => Object.values(model.slots[group])), model.kept, model.pixels]
    : [];
  const ofBatch = batch ? [batch.steps, batch.streamed, batch.evaluated, ...Object.values(batch.work)] : [];
  return [...ofModel, ...ofBatch].filter((buffer) => buffer !== null) as GPUBuffer[];
}

function imageBytes(pixels: Pixels, { inQuads }: DictionaryLayout): number {
  return inQuads * QUAD * pixels.BYTES_PER_ELEMENT;
}
