/**
 * The reference engine: tfjs with autodiff, on WebGPU, WebAssembly or plain JavaScript.
 *
 * Its step reads like the equations; the fast engines are tested against it. The images stay bytes in JavaScript and
 * each batch becomes a tensor: on WebAssembly a gather costs more than the step, and on WebGPU a tensor over 128 MiB
 * gives silently wrong numbers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { DeviceWatch } from "../device_watch.ts";
import type { LayerTensors } from "../../sae/dense.ts";
import { decode, forward } from "../../sae/forward.ts";
import { totalLoss } from "../../sae/loss.ts";
import { type Architecture, assertParameters, type Parameters, parameterSpecs } from "../../sae/model.ts";
import type {
  Activations,
  Engine,
  EngineInfo,
  StepDefinition,
  StepLosses,
  StepPlan,
  TrainingState,
} from "../engine.ts";
import { type AdamSlot, adamUpdate } from "./adam.ts";
import { startBackend, type StartedBackend } from "./backend.ts";

/** See the module comment; made by {@linkcode ReferenceEngine.start}. */
export class ReferenceEngine implements Engine {
  readonly info: EngineInfo;
  readonly #definition: StepDefinition;
  readonly #watch: DeviceWatch | null;
  /** A parameter and its moments each, in the order of `parameterSpecs`; weights as `[dIn, dOut]`. */
  #slots: AdamSlot[] = [];
  #pixels: Uint8Array = new Uint8Array();
  #step = 0;

  private constructor(definition: StepDefinition, { info, watch }: StartedBackend) {
    this.#definition = definition;
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

  load({ state, pixels }: { state: TrainingState; pixels: Uint8Array }): Promise<void> {
    const { arch } = this.#definition;
    for (const part of [state.params, state.m, state.v]) assertParameters(part, arch);
    this.#freeSlots();
    this.#slots = parameterSpecs(arch).map(({ name, shape }) => ({
      param: toTensor(state.params[name], shape),
      m: toTensor(state.m[name], shape),
      v: toTensor(state.v[name], shape),
    }));
    this.#step = state.step;
    this.#pixels = pixels;
    return Promise.resolve();
  }

  train({ indices, batch, learningRates }: StepPlan): Promise<StepLosses> {
    return this.#guarded(async () => {
      const losses: tf.Scalar[] = [];
      for (let i = 0; i < learningRates.length; i++) {
        losses.push(...this.#trainStep(indices.subarray(i * batch, (i + 1) * batch), learningRates[i]));
      }
      const stacked = tf.tidy(() => tf.stack(losses));
      tf.dispose(losses);
      const values = await readBack(stacked); // sync point, once a chunk; the caller need not wait for it
      return {
        reconstruction: values.filter((_, i) => i % 2 === 0),
        penalty: values.filter((_, i) => i % 2 === 1),
      };
    });
  }

  forward(pixels: Uint8Array): Promise<Activations> {
    return this.#guarded(async () => {
      const { arch } = this.#definition;
      const { logits, recon, hidden } = tf.tidy(() => {
        const pass = forward(imagesToTensor(pixels, arch), this.#layers(), arch);
        return { ...pass, recon: tf.sigmoid(pass.logits) };
      });
      const [logitValues, reconValues, ...hiddenValues] = await Promise.all([logits, recon, ...hidden].map(readBack));
      return { hidden: hiddenValues, logits: logitValues, recon: reconValues };
    });
  }

  decode(acts: Float32Array): Promise<Float32Array> {
    const { arch } = this.#definition;
    const shape: [number, number] = [acts.length / arch.nLatents, arch.nLatents];
    return this.#guarded(() => readBack(tf.tidy(() => decode(tf.tensor2d(acts, shape), this.#layers(), arch))));
  }

  state(): Promise<TrainingState> {
    return this.#guarded(async () => {
      const parts = { params: {}, m: {}, v: {} } as Record<"params" | "m" | "v", Parameters>;
      const specs = parameterSpecs(this.#definition.arch);
      for (const [i, { name, shape }] of specs.entries()) {
        const { param, m, v } = this.#slots[i];
        for (const [part, tensor] of [["params", param], ["m", m], ["v", v]] as const) {
          parts[part][name] = await readBack(tf.tidy(() => toTorchLayout(tensor, shape)));
        }
      }
      return { step: this.#step, ...parts };
    });
  }

  dispose(): Promise<void> {
    this.#freeSlots();
    this.#pixels = new Uint8Array();
    this.#watch?.dispose();
    return Promise.resolve();
  }

  /** Loss, gradients, Adam; returns the step's reconstruction and penalty, which the caller disposes. */
  #trainStep(rows: Uint32Array, lr: number): [tf.Scalar, tf.Scalar] {
    const { arch, objective, adam } = this.#definition;
    const step = { ...adam, lr, t: ++this.#step };
    return tf.tidy(() => {
      const x = imagesToTensor(this.#gather(rows), arch);
      let parts!: [tf.Scalar, tf.Scalar];
      const lossOf = (...params: tf.Tensor[]) => {
        const { total, reconstruction, penalty } = totalLoss(forward(x, layersOf(params), arch), {
          x,
          arch,
          objective,
        });
        parts = [tf.keep(reconstruction), tf.keep(penalty)];
        return total;
      };
      const { grads } = tf.valueAndGrads(lossOf)(this.#slots.map(({ param }) => param));
      const updated = this.#slots.map((slot, i) => adamUpdate(slot, grads[i], step));
      this.#freeSlots();
      this.#slots = updated.map(({ param, m, v }) => ({ param: tf.keep(param), m: tf.keep(m), v: tf.keep(v) }));
      return parts;
    });
  }

  /** The bytes of the given images, one after the other. */
  #gather(rows: Uint32Array): Uint8Array {
    const { dInput } = this.#definition.arch;
    const batch = new Uint8Array(rows.length * dInput);
    rows.forEach((row, i) => batch.set(this.#pixels.subarray(row * dInput, (row + 1) * dInput), i * dInput));
    return batch;
  }

  #layers(): LayerTensors[] {
    return layersOf(this.#slots.map(({ param }) => param));
  }

  /** Runs work that fails as soon as the device does, and then with the device's reason. */
  #guarded<T>(work: () => Promise<T>): Promise<T> {
    return this.#watch?.guard(work()) ?? work();
  }

  #freeSlots(): void {
    for (const { param, m, v } of this.#slots) tf.dispose([param, m, v]);
    this.#slots = [];
  }
}

/** Reads a tensor back and disposes it. */
async function readBack(tensor: tf.Tensor): Promise<Float32Array<ArrayBuffer>> {
  const values = await tensor.data<"float32">() as Float32Array<ArrayBuffer>;
  tensor.dispose();
  return values;
}

/** Pairs the flat list weight, bias, weight, bias, … layer by layer. */
function layersOf(params: tf.Tensor[]): LayerTensors[] {
  return Array.from({ length: params.length / 2 }, (_, l) => ({
    weight: params[2 * l] as tf.Tensor2D,
    bias: params[2 * l + 1] as tf.Tensor1D,
  }));
}

/** `[count, dInput]`, byte / 255. */
function imagesToTensor(pixels: Uint8Array, { dInput }: Architecture): tf.Tensor2D {
  const values = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) values[i] = pixels[i] / 255; // Float32Array.from is 50 times slower
  return tf.tensor2d(values, [pixels.length / dInput, dInput]);
}

/** PyTorch's `[dOut, dIn]` weight as `[dIn, dOut]`; a bias as it is. */
function toTensor(values: Float32Array, shape: number[]): tf.Tensor {
  if (shape.length === 1) return tf.tensor1d(values.slice());
  return tf.tidy(() => tf.transpose(tf.tensor2d(values, shape as [number, number])));
}

/** The inverse of `toTensor`, always a new tensor. */
function toTorchLayout(tensor: tf.Tensor, shape: number[]): tf.Tensor {
  return shape.length === 1 ? tf.clone(tensor) : tf.transpose(tensor);
}
