/**
 * What the WebGPU engine needs of a kind of model: its kernels, its buffers, and where in them the numbers are that go
 * in and out. Plain data and arrays: knows no device. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition, TrainingState } from "../engine.ts";
import type { ModelKernels } from "./kernel_source.ts";
import type { Room, RoomOptions } from "./room.ts";

/** Numbers of each row of a batch that lie side by side in a buffer. */
export interface StridedRows {
  buffer: string;
  /** How many of each row. */
  width: number;
  /** From row to row, in numbers. */
  stride: number;
  /** Where the first row begins, in numbers. */
  offset: number;
}

/** Where numbers lie side by side in a buffer. */
export interface Span {
  buffer: string;
  /** Where the first is, in numbers. */
  offset: number;
  length: number;
}

/** Where a state lies on the device: what each buffer that keeps it holds, by the buffer's name. */
export type PackedState = Record<string, Float32Array<ArrayBuffer>>;

/** A model on the device. */
export interface GpuModel {
  readonly definition: StepDefinition;
  /** The name of its tuning in the file of choices. */
  readonly tuningName: string;
  /** Numbers from image to image on the device. */
  readonly imageStride: number;
  /** Contents of the uniform buffers that never change, by name. */
  readonly uniforms: Record<string, ArrayBuffer>;
  /** What a forward pass leaves: the activations of each layer but the output, and the logits. */
  readonly hidden: StridedRows[];
  readonly logits: StridedRows;
  /**
   * Where lists of latents are: how many each row has, in numbers of type u32, and the buffer that then has the latents
   * of all rows, row after row, in numbers of 4 bytes. Null for a model that has none.
   */
  readonly lists: { counts: StridedRows; packed: string } | null;
  /** Where each of `Architecture.buffers` is, by its name. */
  readonly buffers: Readonly<Record<string, Span>>;
  /** Where latents are written that shall be decoded; the padding between rows is written, too. */
  readonly given: StridedRows;
  /** The same model, tuned alike, of a definition that differs in knobs alone. */
  withDefinition(definition: StepDefinition): GpuModel;
  /** The kernels, for images that are floats or bytes. */
  kernels(options: { isFloat: boolean }): ModelKernels;
  /** What its buffers need. */
  room(options: RoomOptions): Room;
  /** A state of the architecture's, by its buffers. */
  packState(state: TrainingState): PackedState;
  /** The inverse of `packState`; copies. */
  unpackState(packed: PackedState): Omit<TrainingState, "step">;
}
