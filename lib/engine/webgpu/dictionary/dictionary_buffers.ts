/**
 * A dictionary's buffers on the device, all made when a dictionary is loaded.
 *
 * Does not know kernels. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../../pixels.ts";
import type { StepDefinition, TrainingState } from "../../engine.ts";
import { QUAD } from "../quads.ts";
import { type ImageBuffer, type Room, roomFor, type RoomOptions } from "../room.ts";
import { STEPS_PER_SUBMIT } from "../statistics.ts";
import { storageBuffers } from "../storage_buffers.ts";
import {
  dictionaryLayout,
  type Group,
  GROUPS,
  modelBytes,
  packGroups,
  packKept,
  workBytes,
} from "./dictionary_gpu_layout.ts";

/** Parameters and Adam's moments of one group, of one shape, by the names of `kernels/dictionary.wgsl`. */
export type Slot = Record<(typeof PARTS)[number], GPUBuffer>;

/** See {@linkcode Slot}. */
export const PARTS = ["params", "adam_m", "adam_v"] as const;

/** What a dictionary has on the device for kernels, beside its slots and the steps, by the names of `dictionary.wgsl`. */
type WorkBuffer = ImageBuffer | "kept" | keyof ReturnType<typeof workBytes>;

/** A dictionary's buffers. */
export interface DictionaryBuffers {
  slots: Record<Group, Slot>;
  /** `STEPS_PER_SUBMIT` times a `struct Step`. */
  steps: GPUBuffer;
  work: Record<WorkBuffer, GPUBuffer>;
}

/** The room for a dictionary; each group's bytes are those of one of its {@linkcode PARTS}. */
export function dictionaryRoom(
  definition: StepDefinition,
  { pixels, ...options }: Omit<RoomOptions, "imageBytes" | "count"> & { pixels: Pixels },
): Room<Group | Exclude<WorkBuffer, ImageBuffer>> {
  const layout = dictionaryLayout(definition);
  const { pre_acts, lists, errors } = workBytes(layout, 1);
  const imageBytes = layout.inQuads * QUAD * pixels.BYTES_PER_ELEMENT;
  return roomFor({ ...options, count: pixels.length / layout.dInput, imageBytes }, {
    rowBytes: Math.max(pre_acts, lists, errors),
    bytesOf: (rows) => ({ ...modelBytes(layout), ...workBytes(layout, rows) }),
  });
}

/**
 * Makes a dictionary's buffers, and fills those of the state.
 *
 * @param options `stepStride`: bytes from step to step in the step table. `limit`: bytes that a kernel can see of a buffer.
 * @throws {UserError} One does not fit.
 * @throws {TypeError} The state is not the architecture's.
 */
export function dictionaryBuffers(
  { bytes: { encoder, decoder, biases, ...bytes } }: ReturnType<typeof dictionaryRoom>,
  { definition: { arch }, state, device, limit, stepStride }: {
    definition: StepDefinition;
    state: TrainingState;
    device: GPUDevice;
    limit: number;
    stepStride: number;
  },
): DictionaryBuffers {
  const packed = {
    params: packGroups(state.params, arch),
    adam_m: packGroups(state.m, arch),
    adam_v: packGroups(state.v, arch),
  };
  const kept = packKept(state.buffers, arch);
  const ofGroups = { encoder, decoder, biases };
  const sizes = GROUPS.flatMap((group) => PARTS.map((part) => [`${group} ${part}`, ofGroups[group]] as const));
  const made: Record<string, GPUBuffer> = storageBuffers(
    { ...Object.fromEntries(sizes), ...bytes },
    { device, bindingBytes: limit },
  );
  const slots = Object.fromEntries(GROUPS.map((group) => {
    const slot = Object.fromEntries(PARTS.map((part) => [part, made[`${group} ${part}`]])) as Slot;
    for (const part of PARTS) device.queue.writeBuffer(slot[part], 0, packed[part][group]);
    return [group, slot];
  })) as Record<Group, Slot>;
  const work = Object.fromEntries(Object.keys(bytes).map((name) => [name, made[name]])) as DictionaryBuffers["work"];
  device.queue.writeBuffer(work.kept, 0, kept);
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const steps = device.createBuffer({ label: "steps", size: STEPS_PER_SUBMIT * stepStride, usage });
  return { slots, steps, work };
}

/** Every buffer, to be freed. */
export function allBuffers({ slots, steps, work }: DictionaryBuffers): GPUBuffer[] {
  return [...GROUPS.flatMap((group) => Object.values(slots[group])), steps, ...Object.values(work)];
}
