/**
 * A model on a device: its buffers, its kernels bound to them, and the work that is submitted on them.
 *
 * Submits work and never waits for it; the engine waits. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../pixels.ts";
import type { StepPlan } from "../engine.ts";
import type { GpuModel, PackedState, Span, StridedRows } from "./gpu_model.ts";
import { type ModelKernels, PIXELS, STEPS } from "./kernel_source.ts";
import { bindDispatches, type BoundDispatch, type Dispatch, encodeSteps } from "./pipeline.ts";
import { copyRows, QUAD_BYTES } from "./quads.ts";
import { stagingBuffer } from "./readback.ts";
import type { Room } from "./room.ts";
import { STEPS_PER_SUBMIT } from "./statistics.ts";
import { firstIntegers, lookingEntry, planEntries } from "./step_entries.ts";
import { STEP_BYTES, type StepEntry, stepTable } from "./step_table.ts";
import { assertFits, storageBuffers, writeImages } from "./storage_buffers.ts";

/** What a model is placed with. */
export interface Placement {
  device: GPUDevice;
  room: Room;
  /** Bytes that a kernel can see of one buffer. */
  limit: number;
  dispatches: ModelKernels<Dispatch>;
  /** Buffers that are there already, by name. */
  kept?: Record<string, GPUBuffer>;
}

/** See the module comment. */
export class PlacedModel {
  readonly model: GpuModel;
  readonly room: Room;
  readonly #device: GPUDevice;
  readonly #limit: number;
  readonly #buffers: Record<string, GPUBuffer>;
  readonly #bound: ModelKernels<BoundDispatch>;
  /** Bytes from step to step in the step table. */
  readonly #stepStride: number;
  /** The training images, if they are streamed. */
  #streamed: Pixels | null = null;

  /** @throws {UserError} A buffer does not fit. */
  constructor(model: GpuModel, { device, room, limit, dispatches, kept = {} }: Placement) {
    this.model = model;
    this.room = room;
    this.#device = device;
    this.#limit = limit;
    this.#stepStride = Math.max(STEP_BYTES, device.limits.minUniformBufferOffsetAlignment);
    const missing = Object.fromEntries(Object.entries(room.bytes).filter(([name]) => !(name in kept)));
    const buffers = { ...kept, ...storageBuffers(missing, { device, bindingBytes: limit }) };
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const uniform = (label: string, size: number) => buffers[label] = device.createBuffer({ label, size, usage });
    uniform(STEPS, STEPS_PER_SUBMIT * this.#stepStride);
    for (const [name, content] of Object.entries(model.uniforms)) {
      device.queue.writeBuffer(uniform(name, content.byteLength), 0, content);
    }
    this.#buffers = buffers;
    const bind = (kind: keyof ModelKernels, pixels: GPUBuffer) =>
      bindDispatches(dispatches[kind], { device, buffers: { ...buffers, [PIXELS]: pixels } });
    this.#bound = {
      training: bind("training", buffers.images),
      losses: bind("losses", buffers.evaluated),
      forward: bind("forward", buffers.evaluated),
      decode: bind("decode", buffers.evaluated),
      lists: bind("lists", buffers.evaluated),
      listedValues: bind("listedValues", buffers.evaluated),
    };
  }

  writeState(packed: PackedState): void {
    for (const [name, values] of Object.entries(packed)) this.#device.queue.writeBuffer(this.#buffers[name], 0, values);
  }

  /** Writes the training images; streamed ones are kept, because they go to the device step by step. */
  writeRows(pixels: Pixels): void {
    if (this.room.isStreamed) this.#streamed = pixels;
    else this.#writeImages(this.#buffers.images, pixels);
  }

  /** Whether the training images have as many bytes at most as there is room for. */
  hasRoomFor(pixels: Pixels): boolean {
    const { definition: { arch: { dInput } }, imageStride } = this.model;
    return this.room.isStreamed || pixels.byteLength / dInput * imageStride <= this.room.bytes.images;
  }

  /** Some of the buffers. */
  buffers(names: string[]): Record<string, GPUBuffer> {
    return Object.fromEntries(names.map((name) => [name, this.#buffers[name]]));
  }

  /**
   * Submits steps [from, to) of a plan, the first of which has number `t`, and has their losses copied into `staging`.
   */
  submitSteps(
    plan: StepPlan,
    { from, to, t, staging }: { from: number; to: number; t: number; staging: GPUBuffer },
  ): void {
    const { indices, images, stats } = this.#buffers, { queue } = this.#device;
    const order = plan.indices.subarray(from * plan.batch, to * plan.batch) as Uint32Array<ArrayBuffer>; // shared memory, too
    if (this.#streamed) this.#writeImages(images, this.#streamed, order);
    queue.writeBuffer(indices, 0, this.#streamed ? firstIntegers(order.length) : order);
    const encoder = this.#device.createCommandEncoder();
    this.#encode(encoder, planEntries(plan, { from, to, t }), "training");
    encoder.copyBufferToBuffer(stats, 0, staging, from * QUAD_BYTES, (to - from) * QUAD_BYTES);
    queue.submit([encoder.finish()]);
  }

  /** Submits what finds the losses of a step on these images, and has them copied to place `to` of `staging`. */
  submitLosses(pixels: Pixels, { t, to, staging }: { t: number; to: number; staging: GPUBuffer }): void {
    const batch = this.writeEvaluated(pixels);
    const encoder = this.#device.createCommandEncoder();
    this.#encode(encoder, [{ ...lookingEntry(batch), t }], "losses");
    encoder.copyBufferToBuffer(this.#buffers.stats, 0, staging, to * QUAD_BYTES, QUAD_BYTES);
    this.#device.queue.submit([encoder.finish()]);
  }

  /** Writes images to be evaluated; returns how many. */
  writeEvaluated(pixels: Pixels): number {
    const rows = pixels.length / this.model.definition.arch.dInput;
    this.#device.queue.writeBuffer(this.#buffers.indices, 0, firstIntegers(rows));
    this.#writeImages(this.#buffers.evaluated, pixels);
    return rows;
  }

  /** Writes latents to be decoded, `[rows, nLatents]`; returns how many rows. */
  writeGiven(acts: Float32Array): number {
    const { buffer, width, stride, offset } = this.model.given, rows = acts.length / width;
    const values = new Float32Array(rows * stride);
    copyRows(acts, values.subarray(offset), { rows, width, from: width, to: stride });
    this.#device.queue.writeBuffer(this.#buffers[buffer], 0, values);
    return rows;
  }

  /**
   * Submits a pass over the rows written, and copies of all that is to be read of it: a staging buffer for each buffer.
   */
  submitPass(
    kind: "forward" | "decode" | "lists",
    { rows, reads }: { rows: number; reads: StridedRows[] },
  ): Map<string, GPUBuffer> {
    const encoder = this.#device.createCommandEncoder();
    this.#encode(encoder, [lookingEntry(rows)], kind);
    const stagings = new Map<string, GPUBuffer>();
    for (const { buffer, stride } of reads) {
      if (stagings.has(buffer)) continue;
      const bytes = rows * stride * Float32Array.BYTES_PER_ELEMENT;
      stagings.set(buffer, this.#encodeCopy(encoder, { buffer, bytes }));
    }
    this.#device.queue.submit([encoder.finish()]);
    return stagings;
  }

  /** Submits copies of what a pass of `lists` over `rows` has packed, `length` latents and their values. */
  submitListed(
    buffer: string,
    { rows, length }: { rows: number; length: number },
  ): { latents: GPUBuffer; values: GPUBuffer } {
    const encoder = this.#device.createCommandEncoder();
    const bytes = length * Float32Array.BYTES_PER_ELEMENT;
    const latents = this.#encodeCopy(encoder, { buffer, bytes });
    this.#encode(encoder, [lookingEntry(rows)], "listedValues");
    const values = this.#encodeCopy(encoder, { buffer, bytes });
    this.#device.queue.submit([encoder.finish()]);
    return { latents, values };
  }

  /** Submits a copy of a part of a buffer; returns the staging buffer. */
  submitRead(span: Span): GPUBuffer {
    const encoder = this.#device.createCommandEncoder();
    const bytes = span.length * Float32Array.BYTES_PER_ELEMENT, from = span.offset * Float32Array.BYTES_PER_ELEMENT;
    const staging = this.#encodeCopy(encoder, { buffer: span.buffer, from, bytes });
    this.#device.queue.submit([encoder.finish()]);
    return staging;
  }

  /**
   * Places a model of the same shape on this one's state and images. Its other buffers are this one's too if they have the
   * room, else new. This one cannot be used afterwards.
   *
   * @param options `stateBuffers`: names of the buffers that hold the state.
   * @throws {UserError} A buffer does not fit; nothing has changed then.
   */
  replacedBy(
    model: GpuModel,
    { room, dispatches, stateBuffers }: Pick<Placement, "room" | "dispatches"> & { stateBuffers: string[] },
  ): PlacedModel {
    assertFits(room.bytes, this.#limit);
    const isSame = JSON.stringify(room) === JSON.stringify(this.room);
    const kept = isSame ? Object.keys(room.bytes) : [...stateBuffers, "images"];
    this.free({ but: kept });
    const placement = { device: this.#device, limit: this.#limit, room, dispatches, kept: this.buffers(kept) };
    const placed = new PlacedModel(model, placement);
    placed.#streamed = this.#streamed;
    return placed;
  }

  /** Frees all buffers, or all but some. */
  free({ but = [] }: { but?: string[] } = {}): void {
    for (const [name, buffer] of Object.entries(this.#buffers)) if (!but.includes(name)) buffer.destroy();
  }

  /** A staging buffer that has a part of a buffer, its start if not said otherwise, as it then is. */
  #encodeCopy(
    encoder: GPUCommandEncoder,
    { buffer, from = 0, bytes }: { buffer: string; from?: number; bytes: number },
  ): GPUBuffer {
    const staging = stagingBuffer(this.#device, bytes);
    encoder.copyBufferToBuffer(this.#buffers[buffer], from, staging, 0, bytes);
    return staging;
  }

  #encode(encoder: GPUCommandEncoder, entries: StepEntry[], kind: keyof ModelKernels): void {
    const stride = this.#stepStride, table = stepTable(entries, { definition: this.model.definition, stride });
    this.#device.queue.writeBuffer(this.#buffers[STEPS], 0, table);
    encodeSteps(encoder, { entries, dispatches: this.#bound[kind], stride });
  }

  #writeImages(buffer: GPUBuffer, pixels: Pixels, order?: Uint32Array): void {
    const { definition: { arch: { dInput } }, imageStride: stride } = this.model;
    writeImages({ buffer, queue: this.#device.queue }, { pixels, dInput, stride, order });
  }
}
