/**
 * The WebGPU engine of one-layer dictionaries (`l1`, `topk`, `batchtopk`): everything lives on the device, and decoding and
 * gradients touch only the latents that are active.
 *
 * Encodes and submits; the mathematics is in `kernels/`, their order in `kernels.ts`. The only waiting is for losses,
 * after a whole plan, and for what the caller asks to read. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Pixels } from "../../../pixels.ts";
import { sigmoid } from "../../../sae/logistic.ts";
import { describeAdapter } from "../../adapter.ts";
import { DeviceWatch } from "../../device_watch.ts";
import type {
  Activations,
  Engine,
  EngineInfo,
  LoadOptions,
  StepDefinition,
  StepLosses,
  StepPlan,
  TrainingState,
} from "../../engine.ts";
import { copyRows, QUAD, QUAD_BYTES } from "../quads.ts";
import { assertBatch, assertPlan, assertRows, assertSameKind } from "../../plan.ts";
import { evaluationEntries, firstIntegers, planEntries } from "../step_entries.ts";
import { readBuffers, readStaging, stagingBuffer } from "../readback.ts";
import { stepLosses } from "../statistics.ts";
import { STEP_BYTES, type StepEntry, stepTable } from "../step_table.ts";
import { largestBinding, writeImages } from "../storage_buffers.ts";
import { allBuffers, type DictionaryBuffers, dictionaryBuffers, dictionaryRoom, PARTS } from "./dictionary_buffers.ts";
import { dictionaryKernels, dictionaryTuning } from "./dictionary_kernels.ts";
import { type DictionaryLayout, dictionaryLayout, GROUPS, unpackGroups, unpackKept } from "./dictionary_gpu_layout.ts";
import {
  type BoundDispatches,
  boundDispatches,
  compileDictionary,
  type DictionaryDispatches,
  encodeSteps,
} from "./compile_dictionary.ts";

/** Where a dictionary is placed. */
interface Place {
  device: GPUDevice;
  /** Bytes that a kernel can see of one buffer. */
  limit: number;
  layout: DictionaryLayout;
}

/** What is on the device for a state. */
interface Loaded {
  buffers: DictionaryBuffers;
  room: ReturnType<typeof dictionaryRoom>;
  bound: BoundDispatches;
  /** The largest batch. */
  batch: number;
  pixels: Pixels;
}

/** See the module comment; made by {@linkcode DictionaryEngine.create}. */
export class DictionaryEngine implements Engine {
  readonly info: EngineInfo;
  readonly #definition: StepDefinition;
  readonly #place: Place;
  readonly #watch: DeviceWatch;
  readonly #dispatches: DictionaryDispatches;
  /** Bytes from step to step in the step table. */
  readonly #stepStride: number;
  #loaded: Loaded | null = null;
  #step = 0;

  private constructor(
    definition: StepDefinition,
    { place, watch, dispatches }: { place: Place; watch: DeviceWatch; dispatches: DictionaryDispatches },
  ) {
    const { limits, adapterInfo } = place.device;
    this.#definition = definition;
    this.#place = place;
    this.#watch = watch;
    this.#dispatches = dispatches;
    this.#stepStride = Math.max(STEP_BYTES, limits.minUniformBufferOffsetAlignment);
    this.info = { name: "webgpu", backend: "webgpu", device: describeAdapter(adapterInfo), versions: {} };
  }

  /**
   * Compiles a dictionary's kernels for a device, which stays the caller's.
   *
   * @param options `tuning`: the likeliest for the adapter, unless given. `bindingBytes`: what a kernel can see of one
   * buffer; the device's limit, unless given.
   * @throws {UserError} The device fails meanwhile.
   */
  static async create(
    definition: StepDefinition,
    { device, tuning = dictionaryTuning(definition, device.adapterInfo), bindingBytes = largestBinding(device.limits) }:
      {
        device: GPUDevice;
        tuning?: ReturnType<typeof dictionaryTuning>;
        bindingBytes?: number;
      },
  ): Promise<DictionaryEngine> {
    const place = { device, limit: bindingBytes, layout: dictionaryLayout(definition) };
    const watch = new DeviceWatch(device);
    const dispatches = await watch.guard(compileDictionary(dictionaryKernels(definition, tuning), device));
    return new DictionaryEngine(definition, { place, watch, dispatches });
  }

  async load({ state, pixels, batch }: LoadOptions): Promise<void> {
    const { device, limit } = this.#place, definition = this.#definition, stepStride = this.#stepStride;
    assertBatch(batch);
    const room = dictionaryRoom(definition, { batch, pixels, limit });
    this.#free();
    const buffers = dictionaryBuffers(room, { definition, state, device, limit, stepStride });
    const isFloat = pixels instanceof Float32Array;
    const bound = boundDispatches(this.#dispatches, { device, buffers, isFloat });
    if (!room.isStreamed) this.#writeImages(buffers.work.images, pixels);
    this.#loaded = { buffers, room, bound, batch, pixels };
    this.#step = state.step;
    await this.#watch.guard(device.queue.onSubmittedWorkDone()); // sync point, so that load() reports an out-of-memory error
  }

  async train(plan: StepPlan): Promise<StepLosses> {
    const nSteps = plan.learningRates.length;
    const { pixels, batch, room: { stepsPerSubmit } } = this.#used();
    assertPlan(plan, { count: pixels.length / this.#definition.arch.dInput, maxBatch: batch });
    const staging = stagingBuffer(this.#place.device, nSteps * QUAD_BYTES);
    for (let from = 0; from < nSteps; from += stepsPerSubmit) {
      this.#submitSteps(plan, { from, to: Math.min(nSteps, from + stepsPerSubmit), staging });
    }
    return stepLosses(await readStaging(staging, this.#watch)); // sync point, once a plan; the caller need not wait for it
  }

  async losses(pixels: Pixels, { batch }: { batch: number }): Promise<StepLosses> {
    const { dInput } = this.#definition.arch, { device } = this.#place;
    const { buffers: { work }, batch: maxBatch } = this.#used();
    assertBatch(batch, { maxBatch });
    this.#assertImages(pixels);
    const count = pixels.length / dInput;
    const staging = stagingBuffer(device, Math.ceil(count / batch) * QUAD_BYTES);
    evaluationEntries(count, { batch, t: this.#step + 1 }).forEach((entry, i) => {
      const from = i * batch;
      this.#writeImages(work.evaluated, pixels.subarray(from * dInput, (from + entry.batch) * dInput) as Pixels);
      device.queue.writeBuffer(work.indices, 0, firstIntegers(entry.batch));
      const encoder = device.createCommandEncoder();
      this.#encode(encoder, [entry], "losses");
      encoder.copyBufferToBuffer(work.stats, 0, staging, i * QUAD_BYTES, QUAD_BYTES);
      device.queue.submit([encoder.finish()]);
    });
    return stepLosses(await readStaging(staging, this.#watch)); // sync point
  }

  async forward(pixels: Pixels): Promise<Activations> {
    const { dInput, nLatents, layers } = this.#definition.arch;
    this.#assertImages(pixels);
    const count = pixels.length / dInput;
    const latents = new Float32Array(count * nLatents), logits = new Float32Array(count * dInput);
    await this.#evaluate(count, "forward", {
      write: (from, rows, { work: { evaluated } }) =>
        this.#writeImages(evaluated, pixels.subarray(from * dInput, (from + rows) * dInput) as Pixels),
      take: (from, rows, values) => {
        const sizes = { rows, width: nLatents, from: this.#place.layout.latentQuads * QUAD, to: nLatents };
        copyRows(values.slopes, latents.subarray(from * nLatents), sizes);
        this.#takeLogits(values.errors, logits.subarray(from * dInput), rows);
      },
    });
    const isLinear = layers.at(-1)!.activation === "linear";
    return { hidden: [latents], logits, recon: isLinear ? logits.slice() : logits.map(sigmoid) };
  }

  async decode(acts: Float32Array): Promise<Float32Array> {
    const { dInput, nLatents } = this.#definition.arch;
    assertRows(acts, { what: "latents", width: nLatents });
    const count = acts.length / nLatents;
    const logits = new Float32Array(count * dInput);
    const stride = this.#place.layout.latentQuads * QUAD;
    await this.#evaluate(count, "decoding", {
      write: (from, rows, { work }) => {
        const values = new Float32Array(rows * stride);
        const source = acts.subarray(from * nLatents, (from + rows) * nLatents);
        copyRows(source, values, { rows, width: nLatents, from: nLatents, to: stride });
        this.#place.device.queue.writeBuffer(work.pre_acts, 0, values);
      },
      take: (from, rows, { errors }) => this.#takeLogits(errors, logits.subarray(from * dInput), rows),
    });
    return logits;
  }

  async state(): Promise<TrainingState> {
    const { slots, work: { kept } } = this.#used().buffers;
    const step = this.#step;
    const sources = [...PARTS.flatMap((part) => GROUPS.map((group) => slots[group][part])), kept];
    const whole = sources.map((buffer) => ({ buffer, size: buffer.size }));
    const values = await readBuffers(whole, { device: this.#place.device, watch: this.#watch }); // sync point
    const { arch } = this.#definition;
    const [params, m, v] = PARTS.map((_, i) => {
      const [encoder, decoder, biases] = values.slice(i * GROUPS.length);
      return unpackGroups({ encoder, decoder, biases }, arch);
    });
    return { step, params, m, v, buffers: unpackKept(values.at(-1)!, arch) };
  }

  async dispose(): Promise<void> {
    // A driver should keep what its work still uses, but that is not where to trust one.
    await this.#watch.guard(this.#place.device.queue.onSubmittedWorkDone()).catch(() => {});
    this.#free();
    this.#watch.dispose();
  }

  /** Encodes steps [from, to) of a plan and has their losses copied to their place in `staging`. */
  #submitSteps(plan: StepPlan, { from, to, staging }: { from: number; to: number; staging: GPUBuffer }): void {
    const { device } = this.#place, { buffers: { work }, room: { isStreamed }, pixels } = this.#used();
    const entries = planEntries(plan, { from, to, t: this.#step + 1 });
    this.#step += entries.length;
    const images = plan.indices.slice(from * plan.batch, to * plan.batch);
    if (isStreamed) this.#writeImages(work.images, pixels, images);
    device.queue.writeBuffer(work.indices, 0, isStreamed ? firstIntegers(images.length) : images);
    const encoder = device.createCommandEncoder();
    this.#encode(encoder, entries, "training");
    encoder.copyBufferToBuffer(work.stats, 0, staging, from * QUAD_BYTES, entries.length * QUAD_BYTES);
    device.queue.submit([encoder.finish()]);
  }

  #encode(encoder: GPUCommandEncoder, entries: StepEntry[], kind: keyof BoundDispatches): void {
    const stride = this.#stepStride, table = stepTable(entries, { definition: this.#definition, stride });
    const { buffers: { steps }, bound } = this.#used();
    this.#place.device.queue.writeBuffer(steps, 0, table);
    encodeSteps(encoder, { entries, dispatches: bound[kind], stride });
  }

  /** Runs kernels over `count` images, as many at a time as fit; `write` and `take` carry them in and out. */
  async #evaluate(count: number, kind: "forward" | "decoding", io: {
    write(from: number, rows: number, buffers: DictionaryBuffers): void;
    take(from: number, rows: number, values: { slopes: Float32Array; errors: Float32Array }): void;
  }): Promise<void> {
    const { buffers, room: { passRows } } = this.#used(), { indices, slopes, errors } = buffers.work;
    const { device, layout } = this.#place;
    const latentBytes = layout.latentQuads * QUAD_BYTES, errorBytes = 2 * layout.inQuads * QUAD_BYTES;
    for (let from = 0; from < count; from += passRows) {
      const rows = Math.min(passRows, count - from);
      io.write(from, rows, buffers);
      device.queue.writeBuffer(indices, 0, firstIntegers(rows));
      const encoder = device.createCommandEncoder();
      this.#encode(encoder, [{ first: 0, batch: rows, slot: 0, t: 0, lr: 0, weight: 0 }], kind);
      const sources = [{ buffer: slopes, size: rows * latentBytes }, { buffer: errors, size: rows * errorBytes }];
      const [latentValues, errorValues] = await readBuffers(sources, { device, watch: this.#watch, encoder }); // sync point
      io.take(from, rows, { slopes: latentValues, errors: errorValues });
    }
  }

  /** Copies logits from where their gradient would be. */
  #takeLogits(errors: Float32Array, target: Float32Array, rows: number): void {
    const { dInput, inQuads } = this.#place.layout;
    copyRows(errors, target, { rows, width: dInput, from: 2 * inQuads * QUAD, to: dInput });
  }

  #writeImages(buffer: GPUBuffer, pixels: Pixels, order?: Uint32Array): void {
    const { device: { queue }, layout: { dInput, inQuads } } = this.#place;
    writeImages({ buffer, queue }, { pixels, dInput, stride: inQuads * QUAD, order });
  }

  /** Checks that images are whole, and stored as those loaded. */
  #assertImages(pixels: Pixels): void {
    assertSameKind(pixels, { isFloat: this.#used().pixels instanceof Float32Array });
    assertRows(pixels, { what: "images", width: this.#place.layout.dInput });
  }

  #used(): Loaded {
    if (!this.#loaded) throw new Error("Cannot use the engine: nothing is loaded, expected load() first");
    return this.#loaded;
  }

  #free(): void {
    if (this.#loaded) { for (const buffer of allBuffers(this.#loaded.buffers)) buffer.destroy(); }
    this.#loaded = null;
  }
}
