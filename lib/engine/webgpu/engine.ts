/**
 * The WebGPU engine: images, parameters, moments and activations live on the device, and many steps go to it at once.
 *
 * Encodes and submits; the mathematics is in `kernels/`, their order in `kernels.ts`. The only waiting is for losses,
 * after a whole plan, and for what the caller asks to read. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { asBytes, type Pixels } from "../../pixels.ts";
import { sigmoid } from "../../sae/logistic.ts";
import { describeAdapter } from "../adapter.ts";
import type {
  Activations,
  Engine,
  EngineInfo,
  LoadOptions,
  StepDefinition,
  StepLosses,
  StepPlan,
  TrainingState,
} from "../engine.ts";
import { Allocator, type BatchBuffers, type ModelBuffers } from "./buffers.ts";
import { DeviceWatch } from "../device_watch.ts";
import { stepKernels } from "./kernels.ts";
import {
  copyRows,
  type Layout,
  layoutOf,
  packState,
  QUAD,
  QUAD_BYTES,
  unpackBuffers,
  unpackParameters,
} from "./layout.ts";
import { assertPlan } from "../plan.ts";
import { evaluationEntries, firstIntegers, planEntries } from "./step_entries.ts";
import { compileKernels, type Dispatch, type Dispatches } from "./pipeline.ts";
import { readStaging, stagingBuffer } from "./readback.ts";
import { stepLosses } from "./statistics.ts";
import { STEP_BYTES, type StepEntry, stepTable } from "./step_table.ts";
import { candidateTunings, type Tuning } from "./tuning.ts";

/** Images of one evaluation pass: a read back costs 10 ms, so few of them; and what their gradients may take. */
const EVALUATION_ROWS = 2048, EVALUATION_BYTES = 2 ** 25;

/** See the module comment; made by {@linkcode WebGpuEngine.create}. */
export class WebGpuEngine implements Engine {
  readonly info: EngineInfo;
  readonly #definition: StepDefinition;
  readonly #layout: Layout;
  readonly #device: GPUDevice;
  readonly #watch: DeviceWatch;
  readonly #dispatches: Dispatches;
  readonly #allocator: Allocator;
  /** Bytes from step to step in the step table. */
  readonly #stepStride: number;
  #model: ModelBuffers | null = null;
  #batch: BatchBuffers | null = null;
  #groups: { training: GPUBindGroup; evaluation: GPUBindGroup } | null = null;
  /** Images loaded. */
  #count = 0;
  /** The images themselves, where they are too many for the device and go to it step by step. */
  #streamed: Uint8Array<ArrayBuffer> | null = null;
  #step = 0;

  private constructor(definition: StepDefinition, { device, watch, dispatches, bindingBytes }: {
    device: GPUDevice;
    watch: DeviceWatch;
    dispatches: Dispatches;
    bindingBytes?: number;
  }) {
    this.#definition = definition;
    this.#layout = layoutOf(definition.arch);
    this.#device = device;
    this.#watch = watch;
    this.#dispatches = dispatches;
    this.#allocator = new Allocator(device, this.#layout, { bindingBytes });
    this.#stepStride = Math.max(STEP_BYTES, device.limits.minUniformBufferOffsetAlignment);
    this.info = { name: "webgpu", backend: "webgpu", device: describeAdapter(device.adapterInfo), versions: {} };
  }

  /**
   * Compiles a model's kernels for a device, which stays the caller's.
   *
   * @param options `tuning`: the likeliest for the adapter, unless given. `bindingBytes`: what a kernel can see of one
   * buffer; the device's limit, unless given.
   * @throws {UserError} The device fails meanwhile.
   */
  static async create(
    definition: StepDefinition,
    { device, tuning, bindingBytes }: { device: GPUDevice; tuning?: Tuning; bindingBytes?: number },
  ): Promise<WebGpuEngine> {
    tuning ??= candidateTunings(device, layoutOf(definition.arch))[0];
    const watch = new DeviceWatch(device);
    const dispatches = await watch.guard(compileKernels(stepKernels(definition, tuning), device));
    return new WebGpuEngine(definition, { device, watch, dispatches, bindingBytes });
  }

  async load({ state, pixels: images }: LoadOptions): Promise<void> {
    const { arch } = this.#definition;
    const pixels = asBytes(images);
    const packed = packState(state, arch);
    this.#free();
    this.#model = this.#allocator.model(packed, { pixels, dInput: arch.dInput });
    this.#streamed = this.#model.pixels ? null : pixels;
    this.#count = pixels.length / arch.dInput;
    this.#step = state.step;
    await this.#watch.guard(this.#device.queue.onSubmittedWorkDone()); // sync point: no memory shows here, not later
  }

  async train(plan: StepPlan): Promise<StepLosses> {
    const nSteps = plan.learningRates.length;
    assertPlan(plan, { count: this.#count });
    const { stepsPerSubmit } = this.#reserve(Math.min(plan.batch, plan.indices.length));
    const staging = this.#staging(nSteps * QUAD_BYTES);
    for (let from = 0; from < nSteps; from += stepsPerSubmit) {
      this.#submitSteps(plan, { from, to: Math.min(nSteps, from + stepsPerSubmit), staging });
    }
    return stepLosses(await this.#read(staging)); // sync point, once a plan; the caller need not wait for it
  }

  async losses(images: Pixels, { batch }: { batch: number }): Promise<StepLosses> {
    const pixels = asBytes(images), { dInput } = this.#definition.arch;
    const count = pixels.length / dInput;
    const buffers = this.#reserve(Math.min(batch, count));
    const staging = this.#staging(Math.ceil(count / batch) * QUAD_BYTES);
    evaluationEntries(count, { batch, t: this.#step + 1 }).forEach((entry, i) => {
      const from = i * batch;
      const rows = pixels.subarray(from * dInput, (from + entry.batch) * dInput);
      this.#allocator.writeImages(buffers.evaluated, { pixels: rows, dInput });
      const encoder = this.#encodePass(entry, this.#dispatches.losses);
      encoder.copyBufferToBuffer(buffers.stats, 0, staging, i * QUAD_BYTES, QUAD_BYTES);
      this.#device.queue.submit([encoder.finish()]);
    });
    return stepLosses(await this.#read(staging)); // sync point
  }

  async forward(images: Pixels): Promise<Activations> {
    const pixels = asBytes(images);
    const { arch } = this.#definition, { dInput } = arch;
    const count = pixels.length / dInput;
    const hidden = arch.layers.slice(0, -1).map(({ dOut }) => new Float32Array(count * dOut));
    const logits = new Float32Array(count * dInput);
    await this.#evaluate(count, this.#dispatches.evaluation, {
      write: (from, rows, { evaluated }) =>
        this.#allocator.writeImages(evaluated, {
          pixels: pixels.subarray(from * dInput, (from + rows) * dInput),
          dInput,
        }),
      take: (from, rows, { acts, grads }) => {
        hidden.forEach((values, l) => this.#takeActs(acts, l, values.subarray(from * arch.layers[l].dOut), rows));
        this.#takeLogits(grads, logits.subarray(from * dInput), rows);
      },
    });
    return { hidden, logits, recon: logits.map(sigmoid) };
  }

  async decode(acts: Float32Array): Promise<Float32Array> {
    const { arch } = this.#definition, { dInput, nLatents, latentIndex } = arch;
    const count = acts.length / nLatents;
    const logits = new Float32Array(count * dInput);
    const { actsOffset } = this.#layout.layers[latentIndex];
    const stride = this.#layout.actsStride * QUAD;
    await this.#evaluate(count, this.#dispatches.evaluation.slice(latentIndex + 1), {
      write: (from, rows, buffers) => {
        const values = new Float32Array(rows * stride);
        const source = acts.subarray(from * nLatents, (from + rows) * nLatents);
        copyRows(source, values.subarray(actsOffset * QUAD), { rows, width: nLatents, from: nLatents, to: stride });
        this.#device.queue.writeBuffer(buffers.acts, 0, values);
      },
      take: (from, rows, { grads }) => this.#takeLogits(grads, logits.subarray(from * dInput), rows),
    });
    return logits;
  }

  async state(): Promise<TrainingState> {
    const { params, m, v } = this.#loaded();
    const step = this.#step;
    const staging = this.#staging(3 * params.size);
    const encoder = this.#device.createCommandEncoder();
    [params, m, v].forEach((buffer, i) => encoder.copyBufferToBuffer(buffer, 0, staging, i * params.size, params.size));
    this.#device.queue.submit([encoder.finish()]);
    const values = await this.#read(staging); // sync point
    const part = (i: number) => {
      const length = values.length / 3;
      return unpackParameters(values.subarray(i * length, (i + 1) * length), this.#definition.arch);
    };
    return { step, params: part(0), m: part(1), v: part(2), buffers: unpackBuffers(values, this.#definition.arch) };
  }

  async dispose(): Promise<void> {
    // A driver should keep what its work still uses, but that is not where to trust one.
    await this.#watch.guard(this.#device.queue.onSubmittedWorkDone()).catch(() => {});
    this.#free();
    this.#watch.dispose();
  }

  /**
   * The buffers that hold the state, as `layoutOf(arch)` lays them out, for others on the same device: tfjs makes a tensor
   * of one without a copy. They are the engine's, and gone after `load` and `dispose`.
   */
  get resident(): Readonly<Pick<ModelBuffers, "params" | "m" | "v">> {
    const { params, m, v } = this.#loaded();
    return { params, m, v };
  }

  /** Encodes steps [from, to) of a plan and has their losses copied to their place in `staging`. */
  #submitSteps(plan: StepPlan, { from, to, staging }: { from: number; to: number; staging: GPUBuffer }): void {
    const { indices, batch } = plan;
    const { queue } = this.#device, buffers = this.#batch!;
    const entries = planEntries(plan, { from, to, t: this.#step + 1 });
    this.#step += entries.length;
    const images = indices.slice(from * batch, to * batch);
    if (this.#streamed) {
      const { dInput } = this.#definition.arch;
      this.#allocator.writeImages(buffers.streamed!, { pixels: this.#streamed, dInput, order: images });
      queue.writeBuffer(buffers.indices, 0, firstIntegers(images.length));
    } else queue.writeBuffer(buffers.indices, 0, images);
    queue.writeBuffer(buffers.steps, 0, stepTable(entries, { definition: this.#definition, stride: this.#stepStride }));
    const encoder = this.#device.createCommandEncoder();
    this.#encode(encoder, { entries, dispatches: this.#dispatches.training, group: this.#groups!.training });
    encoder.copyBufferToBuffer(buffers.stats, 0, staging, from * QUAD_BYTES, (to - from) * QUAD_BYTES);
    queue.submit([encoder.finish()]);
  }

  /** One bind group a step and one dispatch a kernel: the host's whole work while training. */
  #encode(encoder: GPUCommandEncoder, { entries, dispatches, group }: {
    entries: StepEntry[];
    dispatches: Dispatch[];
    group: GPUBindGroup;
  }): void {
    const pass = encoder.beginComputePass();
    const offsets = Uint32Array.from(entries, (_, i) => i * this.#stepStride);
    let sized: { batch: number; grids: [number, number][] } = { batch: 0, grids: [] };
    entries.forEach(({ batch }, i) => {
      if (sized.batch !== batch) sized = { batch, grids: dispatches.map(({ workgroups }) => workgroups(batch)) };
      pass.setBindGroup(0, group, offsets, i, 1);
      dispatches.forEach(({ pipeline }, d) => {
        pass.setPipeline(pipeline);
        pass.dispatchWorkgroups(sized.grids[d][0], sized.grids[d][1]);
      });
    });
    pass.end();
  }

  /** Runs a forward pass over `count` images, as many at a time as fit; `write` and `take` carry them in and out. */
  async #evaluate(count: number, dispatches: Dispatch[], io: {
    write(from: number, rows: number, buffers: BatchBuffers): void;
    take(from: number, rows: number, values: { acts: Float32Array; grads: Float32Array }): void;
  }): Promise<void> {
    this.#loaded();
    const { actsStride, gradsStride } = this.#layout;
    const rowsAtATime = Math.min(count, EVALUATION_ROWS, Math.ceil(EVALUATION_BYTES / (gradsStride * QUAD_BYTES)));
    for (let from = 0; from < count; from += rowsAtATime) {
      const rows = Math.min(rowsAtATime, count - from);
      const buffers = this.#reserve(rows);
      io.write(from, rows, buffers);
      const actsBytes = rows * actsStride * QUAD_BYTES, gradsBytes = rows * gradsStride * QUAD_BYTES;
      const staging = this.#staging(actsBytes + gradsBytes);
      const encoder = this.#encodePass({ first: 0, batch: rows, slot: 0, t: 0, lr: 0, weight: 0 }, dispatches);
      encoder.copyBufferToBuffer(buffers.acts, 0, staging, 0, actsBytes);
      encoder.copyBufferToBuffer(buffers.grads, 0, staging, actsBytes, gradsBytes);
      this.#device.queue.submit([encoder.finish()]);
      const values = await this.#read(staging); // sync point
      const actsLength = rows * actsStride * QUAD;
      io.take(from, rows, { acts: values.subarray(0, actsLength), grads: values.subarray(actsLength) });
    }
  }

  /** Encodes kernels that look at the images under evaluation. */
  #encodePass(entry: StepEntry, dispatches: Dispatch[]): GPUCommandEncoder {
    const { queue } = this.#device, { indices, steps } = this.#batch!;
    queue.writeBuffer(indices, 0, firstIntegers(entry.batch));
    queue.writeBuffer(steps, 0, stepTable([entry], { definition: this.#definition, stride: this.#stepStride }));
    const encoder = this.#device.createCommandEncoder();
    this.#encode(encoder, { entries: [entry], dispatches, group: this.#groups!.evaluation });
    return encoder;
  }

  /** Copies one layer's activations out of rows of `acts`. */
  #takeActs(acts: Float32Array, l: number, target: Float32Array, rows: number): void {
    const { layer: { dOut }, actsOffset } = this.#layout.layers[l];
    copyRows(acts.subarray(actsOffset * QUAD), target, {
      rows,
      width: dOut,
      from: this.#layout.actsStride * QUAD,
      to: dOut,
    });
  }

  /** Copies logits out of rows of `grads`. */
  #takeLogits(grads: Float32Array, target: Float32Array, rows: number): void {
    const { layer: { dOut }, gradsOffset } = this.#layout.layers.at(-1)!;
    copyRows(grads.subarray(gradsOffset * QUAD), target, {
      rows,
      width: dOut,
      from: this.#layout.gradsStride * QUAD,
      to: dOut,
    });
  }

  /** Makes room for batches of so many images. Steps already submitted keep the buffers they have. */
  #reserve(images: number): BatchBuffers {
    const model = this.#loaded();
    if (this.#batch && this.#batch.rows >= images) return this.#batch;
    this.#freeBatch();
    const buffers = this.#batch = this.#allocator.batch(images, {
      stepStride: this.#stepStride,
      isStreamed: this.#streamed !== null,
    });
    const { steps, indices, acts, grads, stats, evaluated, streamed } = buffers;
    const group = (label: string, pixels: GPUBuffer) =>
      this.#device.createBindGroup({
        label,
        layout: this.#dispatches.bindGroupLayout,
        entries: [steps, pixels, indices, model.params, model.m, model.v, acts, grads, stats].map((
          buffer,
          binding,
        ) => ({ binding, resource: binding === 0 ? { buffer, size: STEP_BYTES } : { buffer } })),
      });
    this.#groups = {
      training: group("training", model.pixels ?? streamed!),
      evaluation: group("evaluation", evaluated),
    };
    return buffers;
  }

  #loaded(): ModelBuffers {
    if (!this.#model) throw new Error("Cannot use the engine: nothing is loaded, expected load() first");
    return this.#model;
  }

  #staging(size: number): GPUBuffer {
    return stagingBuffer(this.#device, size);
  }

  #read(staging: GPUBuffer): Promise<Float32Array<ArrayBuffer>> {
    return readStaging(staging, this.#watch);
  }

  #free(): void {
    this.#freeBatch();
    for (const buffer of Object.values(this.#model ?? {})) buffer?.destroy();
    this.#model = null;
    this.#streamed = null;
  }

  #freeBatch(): void {
    const { rows: _, stepsPerSubmit: __, ...buffers } = this.#batch ?? { rows: 0, stepsPerSubmit: 0 };
    for (const buffer of Object.values<GPUBuffer | null>(buffers)) buffer?.destroy();
    this.#batch = null;
    this.#groups = null;
  }
}
