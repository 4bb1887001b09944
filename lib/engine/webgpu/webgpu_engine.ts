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
import { type LayeredBuffers, layeredBuffers, layeredRoom } from "./layered/layered_buffers.ts";
import { DeviceWatch } from "../device_watch.ts";
import { stepKernels } from "./layered/layered_kernels.ts";
import { type Layout, layoutOf, packState, unpackBuffers, unpackParameters } from "./layered/layered_gpu_layout.ts";
import { copyRows, QUAD, QUAD_BYTES } from "./quads.ts";
import { assertBatch, assertPlan, assertRows } from "../plan.ts";
import { evaluationEntries, firstIntegers, planEntries } from "./step_entries.ts";
import { compileKernels, type Dispatch, type Dispatches } from "./compile_kernels.ts";
import { readBuffers, readStaging, stagingBuffer } from "./readback.ts";
import { stepLosses } from "./statistics.ts";
import { STEP_BYTES, type StepEntry, stepTable } from "./step_table.ts";
import { largestBinding, writeImages } from "./storage_buffers.ts";
import { candidateTunings, type Tuning } from "./tuning.ts";

/** What is on the device for a state. */
interface Loaded {
  buffers: LayeredBuffers;
  room: ReturnType<typeof layeredRoom>;
  groups: { training: GPUBindGroup; evaluation: GPUBindGroup };
  /** The largest batch. */
  batch: number;
  pixels: Uint8Array<ArrayBuffer>;
}

/** See the module comment; made by {@linkcode WebGpuEngine.create}. */
export class WebGpuEngine implements Engine {
  readonly info: EngineInfo;
  readonly #definition: StepDefinition;
  readonly #layout: Layout;
  readonly #device: GPUDevice;
  readonly #watch: DeviceWatch;
  readonly #dispatches: Dispatches;
  /** Bytes that a kernel can see of one buffer. */
  readonly #limit: number;
  /** Bytes from step to step in the step table. */
  readonly #stepStride: number;
  #loaded: Loaded | null = null;
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
    this.#limit = bindingBytes ?? largestBinding(device.limits);
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

  async load({ state, pixels: images, batch }: LoadOptions): Promise<void> {
    const { arch } = this.#definition, device = this.#device, limit = this.#limit;
    const pixels = asBytes(images);
    assertBatch(batch);
    const packed = packState(state, arch);
    const room = layeredRoom(arch, { batch, count: pixels.length / arch.dInput, limit });
    this.#free();
    const buffers = layeredBuffers(room, { packed, device, limit, stepStride: this.#stepStride });
    const groups = {
      training: this.#bind(buffers, buffers.images),
      evaluation: this.#bind(buffers, buffers.evaluated),
    };
    if (!room.isStreamed) this.#writeImages(buffers.images, pixels);
    this.#loaded = { buffers, room, groups, batch, pixels };
    this.#step = state.step;
    await this.#watch.guard(device.queue.onSubmittedWorkDone()); // sync point, so that load() reports an out-of-memory error
  }

  async train(plan: StepPlan): Promise<StepLosses> {
    const nSteps = plan.learningRates.length;
    const { pixels, batch, room: { stepsPerSubmit } } = this.#used();
    assertPlan(plan, { count: pixels.length / this.#definition.arch.dInput, maxBatch: batch });
    const staging = this.#staging(nSteps * QUAD_BYTES);
    for (let from = 0; from < nSteps; from += stepsPerSubmit) {
      this.#submitSteps(plan, { from, to: Math.min(nSteps, from + stepsPerSubmit), staging });
    }
    return stepLosses(await this.#read(staging)); // sync point, once a plan; the caller need not wait for it
  }

  async losses(images: Pixels, { batch }: { batch: number }): Promise<StepLosses> {
    const pixels = asBytes(images), { dInput } = this.#definition.arch;
    const { buffers, batch: maxBatch } = this.#used();
    assertBatch(batch, { maxBatch });
    assertRows(pixels, { what: "images", width: dInput });
    const count = pixels.length / dInput;
    const staging = this.#staging(Math.ceil(count / batch) * QUAD_BYTES);
    evaluationEntries(count, { batch, t: this.#step + 1 }).forEach((entry, i) => {
      const from = i * batch;
      this.#writeImages(buffers.evaluated, pixels.subarray(from * dInput, (from + entry.batch) * dInput));
      const encoder = this.#encodePass(entry, this.#dispatches.losses);
      encoder.copyBufferToBuffer(buffers.stats, 0, staging, i * QUAD_BYTES, QUAD_BYTES);
      this.#device.queue.submit([encoder.finish()]);
    });
    return stepLosses(await this.#read(staging)); // sync point
  }

  async forward(images: Pixels): Promise<Activations> {
    const pixels = asBytes(images);
    const { arch } = this.#definition, { dInput } = arch;
    assertRows(pixels, { what: "images", width: dInput });
    const count = pixels.length / dInput;
    const hidden = arch.layers.slice(0, -1).map(({ dOut }) => new Float32Array(count * dOut));
    const logits = new Float32Array(count * dInput);
    await this.#evaluate(count, this.#dispatches.evaluation, {
      write: (from, rows, { evaluated }) =>
        this.#writeImages(evaluated, pixels.subarray(from * dInput, (from + rows) * dInput)),
      take: (from, rows, { acts, grads }) => {
        hidden.forEach((values, l) => this.#takeActs(acts, l, values.subarray(from * arch.layers[l].dOut), rows));
        this.#takeLogits(grads, logits.subarray(from * dInput), rows);
      },
    });
    return { hidden, logits, recon: logits.map(sigmoid) };
  }

  async decode(acts: Float32Array): Promise<Float32Array> {
    const { arch } = this.#definition, { dInput, nLatents, latentIndex } = arch;
    assertRows(acts, { what: "latents", width: nLatents });
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
    const { buffers: { params, m, v } } = this.#used(), { arch } = this.#definition;
    const step = this.#step;
    const sources = [params, m, v].map((buffer) => ({ buffer, size: buffer.size }));
    const values = await readBuffers(sources, { device: this.#device, watch: this.#watch }); // sync point
    const parts = values.map((packed) => unpackParameters(packed, arch));
    return { step, params: parts[0], m: parts[1], v: parts[2], buffers: unpackBuffers(values[0], arch) };
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
  get resident(): Readonly<Pick<LayeredBuffers, "params" | "m" | "v">> {
    const { params, m, v } = this.#used().buffers;
    return { params, m, v };
  }

  /** Encodes steps [from, to) of a plan and has their losses copied to their place in `staging`. */
  #submitSteps(plan: StepPlan, { from, to, staging }: { from: number; to: number; staging: GPUBuffer }): void {
    const { indices, batch } = plan;
    const { queue } = this.#device, { buffers, room, groups, pixels } = this.#used();
    const entries = planEntries(plan, { from, to, t: this.#step + 1 });
    this.#step += entries.length;
    const images = indices.slice(from * batch, to * batch);
    if (room.isStreamed) {
      this.#writeImages(buffers.images, pixels, images);
      queue.writeBuffer(buffers.indices, 0, firstIntegers(images.length));
    } else queue.writeBuffer(buffers.indices, 0, images);
    queue.writeBuffer(buffers.steps, 0, stepTable(entries, { definition: this.#definition, stride: this.#stepStride }));
    const encoder = this.#device.createCommandEncoder();
    this.#encode(encoder, { entries, dispatches: this.#dispatches.training, group: groups.training });
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
    write(from: number, rows: number, buffers: LayeredBuffers): void;
    take(from: number, rows: number, values: { acts: Float32Array; grads: Float32Array }): void;
  }): Promise<void> {
    const { buffers, room: { passRows } } = this.#used();
    const { actsStride, gradsStride } = this.#layout;
    for (let from = 0; from < count; from += passRows) {
      const rows = Math.min(passRows, count - from);
      io.write(from, rows, buffers);
      const encoder = this.#encodePass({ first: 0, batch: rows, slot: 0, t: 0, lr: 0, weight: 0 }, dispatches);
      const sources = [
        { buffer: buffers.acts, size: rows * actsStride * QUAD_BYTES },
        { buffer: buffers.grads, size: rows * gradsStride * QUAD_BYTES },
      ];
      const options = { device: this.#device, watch: this.#watch, encoder };
      const [acts, grads] = await readBuffers(sources, options); // sync point
      io.take(from, rows, { acts, grads });
    }
  }

  /** Encodes kernels that look at the images under evaluation. */
  #encodePass(entry: StepEntry, dispatches: Dispatch[]): GPUCommandEncoder {
    const { queue } = this.#device, { buffers: { indices, steps }, groups } = this.#used();
    queue.writeBuffer(indices, 0, firstIntegers(entry.batch));
    queue.writeBuffer(steps, 0, stepTable([entry], { definition: this.#definition, stride: this.#stepStride }));
    const encoder = this.#device.createCommandEncoder();
    this.#encode(encoder, { entries: [entry], dispatches, group: groups.evaluation });
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

  /** Writes images to the start of a buffer: all of them, or those of the given indices in order. */
  #writeImages(buffer: GPUBuffer, pixels: Uint8Array<ArrayBuffer>, order?: Uint32Array): void {
    const { dInput } = this.#definition.arch;
    writeImages({ buffer, queue: this.#device.queue }, { pixels, dInput, stride: this.#layout.pixelStride, order });
  }

  /** Everything that kernels see, with the images that they read. */
  #bind({ steps, indices, params, m, v, acts, grads, stats }: LayeredBuffers, images: GPUBuffer): GPUBindGroup {
    return this.#device.createBindGroup({
      layout: this.#dispatches.bindGroupLayout,
      entries: [steps, images, indices, params, m, v, acts, grads, stats].map((buffer, binding) => ({
        binding,
        resource: binding === 0 ? { buffer, size: STEP_BYTES } : { buffer },
      })),
    });
  }

  #used(): Loaded {
    if (!this.#loaded) throw new Error("Cannot use the engine: nothing is loaded, expected load() first");
    return this.#loaded;
  }

  #staging(size: number): GPUBuffer {
    return stagingBuffer(this.#device, size);
  }

  #read(staging: GPUBuffer): Promise<Float32Array<ArrayBuffer>> {
    return readStaging(staging, this.#watch);
  }

  #free(): void {
    for (const buffer of Object.values<GPUBuffer>(this.#loaded?.buffers ?? {})) buffer.destroy();
    this.#loaded = null;
  }
}
