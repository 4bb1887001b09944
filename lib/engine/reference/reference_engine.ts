/**
 * The reference engine: tfjs with autodiff, on WebGPU, WebAssembly or plain JavaScript.
 *
 * Its step reads like the equations; the fast engines are tested against it. The images stay bytes in JavaScript and
 * each batch becomes a tensor: on WebAssembly a gather costs more than the step, and on WebGPU a tensor over 128 MiB
 * gives wrong numbers without an error.
 *
 * @module
 */
import * as tf from "./tfjs.ts";
import type { DeviceWatch } from "../device_watch.ts";
import { areFloats, gatherPixels, type Pixels, pixelValues } from "../../pixels.ts";
import { decode, forward, type ModelTensors, outputOf } from "./forward.ts";
import { partsOf, totalLoss } from "./loss.ts";
import { LAST_FIRED, type Parameters, type ParameterSpec, parameterSpecs } from "../../sae/model.ts";
import type { TrainingPass } from "../../sae/sparsity/variant.ts";
import type { VariantKnobs } from "../../sae/sparsity/variants.ts";
import { stateTensors, updateBuffers } from "./state_tensors.ts";
import { nextSlot } from "./next_slot.ts";
import type {
  Activations,
  Engine,
  EngineInfo,
  KnobChange,
  LoadOptions,
  StepDefinition,
  StepLosses,
  StepPlan,
  TrainingState,
} from "../engine.ts";
import { assertLoaded, CallQueue, type Submitted } from "../call_queue.ts";
import { assertBatch, assertBufferName, assertImages, assertLoad, assertPlan, assertRows } from "../plan.ts";
import { withKnobs } from "../knob_change.ts";
import type { AdamSlot } from "./reference_adam.ts";
import { type DeadLatents, deadLatents } from "./dead_latents.ts";
import { startBackend, type StartedBackend } from "./backend.ts";
import { readBack, readLosses, toTorchLayout } from "./transfer.ts";

/** See the module comment; made by {@linkcode ReferenceEngine.start}. */
export class ReferenceEngine implements Engine {
  readonly info: EngineInfo;
  #definition: StepDefinition;
  readonly #watch: DeviceWatch | null;
  /** A parameter and its moments each, in the order of `parameterSpecs`; weights as `[dIn, dOut]`. */
  #slots: AdamSlot[] = [];
  #buffers: Record<string, tf.Tensor> = {};
  #specs: ParameterSpec[];
  /** A call ends once the device has all of its work: the next one need not wait until numbers are read back. */
  readonly #queue = new CallQueue();
  #loaded: Pick<LoadOptions, "pixels" | "batch"> | null = null;
  /** Null if the model does not revive dead latents. */
  #dead: DeadLatents | null = null;
  #step = 0;

  private constructor(definition: StepDefinition, { info, watch }: StartedBackend) {
    this.#definition = definition;
    this.#specs = parameterSpecs(definition.arch);
    this.info = info;
    this.#watch = watch;
  }

  /**
   * Starts tfjs on a backend; one backend at a time in a process.
   *
   * @throws {UserError} The backend cannot start here.
   */
  static async start(definition: StepDefinition, backend: EngineInfo["backend"]): Promise<ReferenceEngine> {
    return new ReferenceEngine(definition, await startBackend(backend));
  }

  load(options: LoadOptions): Promise<void> {
    return this.#queue.run(() => this.#load(options));
  }

  #load(options: LoadOptions): void {
    const { state, pixels, batch } = options;
    assertLoad(options, this.#definition.arch);
    this.#setState(state);
    this.#loaded = { pixels, batch };
  }

  setRows(pixels: Pixels): Promise<void> {
    return this.#queue.run(() => {
      this.#assertImages(pixels);
      this.#loaded!.pixels = pixels.slice() as Pixels;
    });
  }

  setState(state: TrainingState): Promise<void> {
    return this.#queue.run(() => {
      assertLoad({ ...assertLoaded(this.#loaded), state }, this.#definition.arch);
      this.#setState(state);
    });
  }

  #setState(state: TrainingState): void {
    this.#freeSlots();
    tf.dispose(this.#buffers);
    const { slots, buffers } = stateTensors(state, this.#specs);
    this.#slots = slots;
    this.#buffers = buffers;
    this.#dead = deadLatents(this.#definition, state.buffers[LAST_FIRED]);
    this.#step = state.step;
  }

  train(plan: StepPlan): Promise<StepLosses> {
    return this.#submitted(async () => {
      const { pixels, batch: maxBatch } = assertLoaded(this.#loaded);
      assertPlan(plan, { count: pixels.length / this.#definition.arch.dInput, maxBatch });
      const { indices, batch, learningRates, weights } = plan;
      const losses: tf.Scalar[] = [];
      for (let i = 0; i < learningRates.length; i++) {
        const x = gatherPixels(pixels, indices.subarray(i * batch, (i + 1) * batch), this.#definition.arch.dInput);
        losses.push(...this.#trainStep(x, {
          lr: learningRates[i],
          weight: weights[i],
          mayHaveDead: await this.#mayHaveDead(),
        }));
      }
      return { result: readLosses(losses) }; // sync point, once per chunk; the caller need not wait for it
    });
  }

  losses(pixels: Pixels, { batch }: { batch: number }): Promise<StepLosses> {
    return this.#submitted(async () => {
      assertBatch(batch, { maxBatch: assertLoaded(this.#loaded).batch });
      this.#assertImages(pixels);
      const size = batch * this.#definition.arch.dInput, step = this.#step + 1;
      const mayHaveDead = await this.#mayHaveDead();
      const losses: tf.Scalar[] = [];
      for (let at = 0; at < pixels.length; at += size) {
        losses.push(...tf.tidy(() => {
          const x = this.#images(pixels.subarray(at, at + size) as Pixels), model = this.#model();
          const pass = forward(x, model, { isTraining: true });
          return partsOf(totalLoss(pass, model, { x, weight: 0, step, mayHaveDead }));
        }));
      }
      return { result: readLosses(losses) };
    });
  }

  forward(pixels: Pixels): Promise<Activations> {
    return this.#asked(async () => {
      this.#assertImages(pixels);
      const { arch } = this.#definition;
      const { logits, recon, hidden } = tf.tidy(() => {
        const { hidden, logits } = forward(this.#images(pixels), this.#model(), { isTraining: false });
        return { hidden, logits, recon: tf.clone(outputOf(logits, arch)) };
      });
      const [logitValues, reconValues, ...hiddenValues] = await Promise.all([logits, recon, ...hidden].map(readBack));
      return { hidden: hiddenValues, logits: logitValues, recon: reconValues };
    });
  }

  decode(acts: Float32Array): Promise<Float32Array> {
    return this.#asked(() => {
      assertLoaded(this.#loaded);
      const { nLatents } = this.#definition.arch;
      assertRows(acts, { what: "latents", width: nLatents });
      const shape: [number, number] = [acts.length / nLatents, nLatents];
      return readBack(tf.tidy(() => decode(tf.tensor2d(acts, shape), this.#model()).logits));
    });
  }

  state(): Promise<TrainingState> {
    return this.#asked(async () => {
      assertLoaded(this.#loaded);
      const parts = { params: {}, m: {}, v: {} } as Record<"params" | "m" | "v", Parameters>;
      for (const [i, { name, shape }] of this.#specs.entries()) {
        const { param, m, v } = this.#slots[i];
        for (const [part, tensor] of [["params", param], ["m", m], ["v", v]] as const) {
          parts[part][name] = await readBack(tf.tidy(() => toTorchLayout(tensor, shape)));
        }
      }
      const buffers: Parameters = {};
      for (const name of Object.keys(this.#buffers)) buffers[name] = await this.#readBuffer(name);
      return { step: this.#step, ...parts, buffers };
    });
  }

  buffer(name: string): Promise<Float32Array<ArrayBuffer>> {
    return this.#submitted(() => {
      assertLoaded(this.#loaded);
      assertBufferName(name, this.#definition.arch);
      return Promise.resolve({ result: this.#readBuffer(name) });
    });
  }

  set(knobs: KnobChange): Promise<void> {
    return this.#asked(async () => {
      assertLoaded(this.#loaded);
      const definition = withKnobs(this.#definition, knobs);
      const lastFired = this.#buffers[LAST_FIRED] ? await this.#readBuffer(LAST_FIRED) : undefined;
      this.#dead = deadLatents(definition, lastFired);
      this.#specs = parameterSpecs(definition.arch);
      this.#definition = definition;
    });
  }

  dispose(): Promise<void> {
    return this.#queue.end(() => {
      this.#freeSlots();
      tf.dispose(this.#buffers);
      this.#buffers = {};
      this.#loaded = null;
      this.#watch?.dispose();
    });
  }

  /**
   * Loss, gradients, Adam; returns the step's reconstruction, penalty and auxiliary loss, which the caller disposes.
   */
  #trainStep(
    values: Pixels,
    { lr, ...options }: { lr: number; weight: number; mayHaveDead: boolean },
  ): tf.Scalar[] {
    const { adam, arch } = this.#definition;
    const step = { ...adam, lr, t: ++this.#step };
    return tf.tidy(() => {
      const x = this.#images(values);
      let parts!: tf.Scalar[];
      let pass!: TrainingPass<VariantKnobs>;
      const lossOf = (...params: tf.Tensor[]) => {
        const model = this.#model(params);
        const loss = totalLoss(forward(x, model, { isTraining: true }), model, { x, step: step.t, ...options });
        parts = partsOf(loss).map((part) => tf.keep(tf.clone(part)));
        pass = loss.pass;
        tf.keep(pass.acts as tf.Tensor); // else freed with the tape; the buffers' turn comes after it
        return loss.total;
      };
      const { grads } = tf.valueAndGrads(lossOf)(this.#slots.map(({ param }) => param));
      const model = { arch, buffers: this.#buffers };
      const updated = this.#slots.map((slot, i) => nextSlot(slot, grads[i], { spec: this.#specs[i], model, step }));
      updateBuffers(this.#buffers, { pass, sparsity: this.#definition.objective.sparsity, step: step.t });
      tf.dispose(pass.acts as tf.Tensor);
      this.#freeSlots();
      this.#slots = updated.map(({ param, m, v }) => ({ param: tf.keep(param), m: tf.keep(m), v: tf.keep(v) }));
      return parts;
    });
  }

  /** The model's tensors, with other parameters where a gradient is taken. */
  #model(params: tf.Tensor[] = this.#slots.map(({ param }) => param)): ModelTensors {
    const { arch, objective } = this.#definition;
    const named = Object.fromEntries(this.#specs.map(({ name }, i) => [name, params[i]]));
    return { arch, objective, params: named, buffers: this.#buffers };
  }

  /** `[count, dInput]` */
  #images(pixels: Pixels): tf.Tensor2D {
    const { dInput } = this.#definition.arch;
    return tf.tensor2d(pixelValues(pixels), [pixels.length / dInput, dInput]);
  }

  /** Whether some latent may be dead in the next step. */
  #mayHaveDead(): Promise<boolean> | true {
    return this.#dead?.mayBeIn(this.#step + 1, () => this.#readBuffer(LAST_FIRED)) ?? true;
  }

  /** Reads a buffer as it is now, whatever steps follow. */
  #readBuffer(name: string): Promise<Float32Array<ArrayBuffer>> {
    return readBack(tf.clone(this.#buffers[name]));
  }

  #assertImages(pixels: Pixels): void {
    const { pixels: loaded } = assertLoaded(this.#loaded);
    assertImages(pixels, { areLoadedFloats: areFloats(loaded), dInput: this.#definition.arch.dInput });
  }

  /** Runs work after all calls before it. */
  #asked<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.run(() => this.#guarded(work()));
  }

  /** The same, but what follows does not wait for the numbers to be read back. */
  #submitted<T>(work: () => Promise<Submitted<T>>): Promise<T> {
    return this.#queue.submit(async () => {
      const { result } = await this.#guarded(work());
      return { result: this.#guarded(result) };
    });
  }

  /** Fails as soon as the device does, and then with the device's reason. */
  #guarded<T>(promise: Promise<T>): Promise<T> {
    return this.#watch?.guard(promise) ?? promise;
  }

  #freeSlots(): void {
    for (const { param, m, v } of this.#slots) tf.dispose([param, m, v]);
    this.#slots = [];
  }
}
