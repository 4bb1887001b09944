/**
 * The WebGPU engine: everything lives on the device, and the host only encodes and submits.
 *
 * What a model's buffers and kernels are is a {@linkcode GpuModel}'s; this file checks and orders calls. A call submits all
 * of its work before the next one does, and then waits for nothing but what it reads: the losses of a whole plan, or what
 * the caller asks for. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { areFloats, type Pixels, pixelsRoom, type PixelsSize } from "../../pixels.ts";
import { describeAdapter } from "../adapter.ts";
import { assertLoaded, CallQueue, type Submitted } from "../call_queue.ts";
import { DeviceWatch } from "../device_watch.ts";
import type {
  Activations,
  Engine,
  EngineInfo,
  KnobChange,
  LoadOptions,
  SparseActivations,
  StepLosses,
  StepPlan,
  TrainingState,
} from "../engine.ts";
import {
  assertBatch,
  assertBufferName,
  assertImages,
  assertLoad,
  assertPlan,
  assertRows,
  assertState,
} from "../plan.ts";
import { withKnobs } from "../knob_change.ts";
import type { GpuModel } from "./gpu_model.ts";
import { decodePass, forwardPass, sparseForwardPass, type Subject } from "./gpu_passes.ts";
import { KernelCompiler } from "./pipeline.ts";
import { PlacedModel } from "./placed_model.ts";
import { QUAD_BYTES } from "./quads.ts";
import { readBuffers, readStaging, stagingBuffer } from "./readback.ts";
import { stepLosses } from "./statistics.ts";
import { largestBinding } from "./storage_buffers.ts";

/** What was loaded. */
interface Loaded {
  placed: PlacedModel;
  /** The training images that there is room for. */
  size: PixelsSize;
  isFloat: boolean;
  /** How many training images there are. */
  count: number;
  /** The largest batch. */
  batch: number;
  /** Names of the buffers that hold the state. */
  stateBuffers: string[];
}

/** See the module comment; made by {@linkcode WebGpuEngine.create}. */
export class WebGpuEngine implements Engine {
  readonly info: EngineInfo;
  #model: GpuModel;
  readonly #device: GPUDevice;
  /** Bytes that a kernel can see of one buffer. */
  readonly #limit: number;
  readonly #watch: DeviceWatch;
  readonly #compiler: KernelCompiler;
  readonly #queue = new CallQueue();
  #loaded: Loaded | null = null;
  #step = 0;

  private constructor(model: GpuModel, { device, limit }: { device: GPUDevice; limit: number }) {
    this.#model = model;
    this.#device = device;
    this.#limit = limit;
    this.#watch = new DeviceWatch(device);
    this.#compiler = new KernelCompiler(device);
    this.info = { name: "webgpu", backend: "webgpu", device: describeAdapter(device.adapterInfo), versions: {} };
  }

  /**
   * Compiles a model's kernels for a device, which stays the caller's. Those for images that are floats are compiled when
   * such are loaded.
   *
   * @param options `bindingBytes`: what a kernel can see of one buffer; the device's limit, unless given.
   * @throws {UserError} The device fails meanwhile.
   */
  static async create(
    model: GpuModel,
    { device, bindingBytes = largestBinding(device.limits) }: { device: GPUDevice; bindingBytes?: number },
  ): Promise<WebGpuEngine> {
    const engine = new WebGpuEngine(model, { device, limit: bindingBytes });
    await engine.#watch.guard(engine.#compiler.compile(model.kernels({ isFloat: false })));
    return engine;
  }

  load(options: LoadOptions): Promise<void> {
    return this.#queue.submit(() => this.#load(options));
  }

  setRows(pixels: Pixels): Promise<void> {
    return this.#queue.run(() => this.#setRows(pixels));
  }

  setState(state: TrainingState): Promise<void> {
    return this.#queue.run(() => {
      const { placed } = this.#used();
      assertState(state, this.#model.definition.arch);
      placed.writeState(this.#model.packState(state));
      this.#step = state.step;
    });
  }

  train(plan: StepPlan): Promise<StepLosses> {
    return this.#queue.submit(() => this.#train(plan));
  }

  losses(pixels: Pixels, options: { batch: number }): Promise<StepLosses> {
    return this.#queue.submit(() => this.#losses(pixels, options));
  }

  forward(pixels: Pixels): Promise<Activations> {
    return this.#queue.submit(() => {
      this.#countOf(pixels);
      return forwardPass(this.#subject(), pixels);
    });
  }

  forwardSparse(pixels: Pixels): Promise<SparseActivations> {
    return this.#queue.submit(() => {
      this.#countOf(pixels);
      return sparseForwardPass(this.#subject(), pixels);
    });
  }

  decode(acts: Float32Array): Promise<Float32Array> {
    return this.#queue.submit(() => {
      assertRows(acts, { what: "latents", width: this.#model.definition.arch.nLatents });
      return decodePass(this.#subject(), acts);
    });
  }

  state(): Promise<TrainingState> {
    return this.#queue.submit(() => ({ result: this.#readState() }));
  }

  buffer(name: string): Promise<Float32Array<ArrayBuffer>> {
    return this.#queue.submit(() => {
      const { placed } = this.#used();
      assertBufferName(name, this.#model.definition.arch);
      return { result: readStaging(placed.submitRead(this.#model.buffers[name]), this.#watch) };
    });
  }

  set(knobs: KnobChange): Promise<void> {
    return this.#queue.run(() => this.#set(knobs));
  }

  dispose(): Promise<void> {
    return this.#queue.end(async () => {
      await this.#idle().catch(() => {});
      this.#free();
      this.#watch.dispose();
    });
  }

  /**
   * The buffers that hold the state, as the model lays them out, for others on the same device: tfjs makes a tensor of one
   * without a copy. They are the engine's, and gone after `load` and `dispose`.
   */
  get resident(): Readonly<Record<string, GPUBuffer>> {
    const { placed, stateBuffers } = this.#used();
    return placed.buffers(stateBuffers);
  }

  async #load(options: LoadOptions): Promise<Submitted<void>> {
    const { state, pixels, batch, mostRows } = options, isFloat = areFloats(pixels);
    const device = this.#device, limit = this.#limit, { arch } = this.#model.definition;
    assertLoad(options, arch);
    const packed = this.#model.packState(state);
    const size = pixelsRoom(pixels, { mostRows, dInput: arch.dInput });
    const room = this.#model.room({ batch, pixels: size, limit });
    const before = this.#loaded;
    // Buffers for the same are used again, so that there are never two of each.
    const isSame = before !== null && before.isFloat === isFloat &&
      JSON.stringify(before.placed.room) === JSON.stringify(room);
    if (!isSame) await this.#idle();
    if (!isSame) this.#free();
    const dispatches = await this.#watch.guard(this.#compiler.compile(this.#model.kernels({ isFloat })));
    const placed = isSame ? before.placed : new PlacedModel(this.#model, { device, room, limit, dispatches });
    placed.writeState(packed);
    placed.writeRows(pixels);
    const count = pixels.length / arch.dInput;
    this.#loaded = { placed, size, isFloat, count, batch, stateBuffers: Object.keys(packed) };
    this.#step = state.step;
    await this.#idle(); // so that load() reports an out-of-memory error
    return { result: Promise.resolve() };
  }

  async #setRows(pixels: Pixels): Promise<void> {
    const loaded = this.#used(), count = this.#countOf(pixels), { placed, batch } = loaded;
    if (!placed.hasRoomFor(pixels)) {
      await this.#load({ state: await this.#readState(), pixels: pixels.slice() as Pixels, batch }); // sync point
      return;
    }
    placed.writeRows(placed.room.isStreamed ? pixels.slice() as Pixels : pixels);
    loaded.count = count;
  }

  async #readState(): Promise<TrainingState> {
    const { placed, stateBuffers: names } = this.#used(), step = this.#step;
    const buffers = Object.values(placed.buffers(names));
    const values = await readBuffers(buffers, { device: this.#device, watch: this.#watch }); // sync point
    return { step, ...this.#model.unpackState(Object.fromEntries(names.map((name, i) => [name, values[i]]))) };
  }

  /**
   * Compiles the kernels whose constants have changed, and binds all of them to the buffers that are there. Only if knobs
   * change the size of the work buffers are there new ones of these. Knobs are constants, and not fields of the step,
   * because the size of lists follows from them and so some kernels must be compiled anew in any case.
   */
  async #set(knobs: KnobChange): Promise<void> {
    const { placed, size, isFloat, batch, stateBuffers } = this.#used();
    const model = this.#model.withDefinition(withKnobs(this.#model.definition, knobs));
    const room = model.room({ batch, pixels: size, limit: this.#limit });
    const dispatches = await this.#watch.guard(this.#compiler.compile(model.kernels({ isFloat })));
    await this.#idle();
    this.#loaded!.placed = placed.replacedBy(model, { room, dispatches, stateBuffers });
    this.#model = model;
    await this.#idle(); // so that set() reports an out-of-memory error
  }

  #train(plan: StepPlan): Submitted<StepLosses> {
    const { placed, count, batch: maxBatch } = this.#used();
    assertPlan(plan, { count, maxBatch });
    const nSteps = plan.learningRates.length, { stepsPerSubmit } = placed.room;
    const staging = stagingBuffer(this.#device, nSteps * QUAD_BYTES);
    for (let from = 0; from < nSteps; from += stepsPerSubmit) {
      const to = Math.min(nSteps, from + stepsPerSubmit);
      placed.submitSteps(plan, { from, to, t: this.#step + 1, staging });
      this.#step += to - from;
    }
    return { result: this.#readLosses(staging) };
  }

  #losses(pixels: Pixels, { batch }: { batch: number }): Submitted<StepLosses> {
    const { placed, batch: maxBatch } = this.#used(), { dInput } = this.#model.definition.arch;
    assertBatch(batch, { maxBatch });
    const count = this.#countOf(pixels);
    const staging = stagingBuffer(this.#device, Math.ceil(count / batch) * QUAD_BYTES);
    for (let from = 0, to = 0; from < count; from += batch, to++) {
      const images = pixels.subarray(from * dInput, Math.min(count, from + batch) * dInput) as Pixels;
      placed.submitLosses(images, { t: this.#step + 1, to, staging });
    }
    return { result: this.#readLosses(staging) };
  }

  async #readLosses(staging: GPUBuffer): Promise<StepLosses> {
    return stepLosses(await readStaging(staging, this.#watch)); // sync point, once per plan; the caller need not wait for it
  }

  /** Settles when the device has done all of its work. A driver should keep what it still uses, but not all of them do. */
  async #idle(): Promise<void> {
    await this.#watch.guard<unknown>(this.#device.queue.onSubmittedWorkDone());
  }

  /** How many images these are, checked. */
  #countOf(pixels: Pixels): number {
    const { dInput } = this.#model.definition.arch;
    assertImages(pixels, { areLoadedFloats: this.#used().isFloat, dInput });
    return pixels.length / dInput;
  }

  #subject(): Subject {
    return { placed: this.#used().placed, watch: this.#watch };
  }

  #used(): Loaded {
    return assertLoaded(this.#loaded);
  }

  #free(): void {
    this.#loaded?.placed.free();
    this.#loaded = null;
  }
}
