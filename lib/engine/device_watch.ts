/**
 * Turns failures that a WebGPU device reports by events alone into errors, for every engine that computes on a device.
 *
 * Does not know engines or models. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UserError } from "../errors.ts";

/** How long the reason for a loss may take to arrive after its first effect. */
const LOSS_REASON_MS = 20;

/**
 * Listens for what WebGPU reports by events alone (a lost device, invalid work, no memory) and lets promises fail by
 * it. Without a listener a refused dispatch is dropped and the numbers are wrong.
 */
export class DeviceWatch {
  readonly #device: GPUDevice;
  #failure: UserError | null = null;
  readonly #waiting = new Set<(error: UserError) => void>();

  constructor(device: GPUDevice) {
    this.#device = device;
    device.addEventListener("uncapturederror", this.#onError);
    device.lost.then(({ reason, message }) => {
      const now = `the device was lost (${message || reason || "unknown"})`;
      this.#fail(`Cannot go on computing on the GPU: ${now}, expected it to stay`);
    });
  }

  /** Settles as `promise` does, or rejects as soon as the device has failed. */
  guard<T>(promise: Promise<T>): Promise<T> {
    const { promise: guarded, resolve, reject } = Promise.withResolvers<T>();
    if (this.#failure) reject(this.#failure);
    this.#waiting.add(reject); // not Promise.race: each race would stay referenced by a promise that never settles
    promise.then(resolve, (error) => {
      setTimeout(() => reject(this.#failure ?? error), LOSS_REASON_MS); // a read back fails before `lost` says why
    }).finally(() => this.#waiting.delete(reject));
    return guarded;
  }

  /** Takes what an error scope caught as a failure of the device. */
  failOn(scope: Promise<GPUError | null>): void {
    scope.then((error) => error && this.#refused(error));
  }

  /** Stops listening. */
  dispose(): void {
    this.#device.removeEventListener("uncapturederror", this.#onError);
  }

  readonly #onError = (event: Event) => {
    this.#refused((event as GPUUncapturedErrorEvent).error);
  };

  #refused({ message }: GPUError): void {
    this.#fail(`Cannot go on computing on the GPU: it refused work (${message}), expected valid work and free memory`);
  }

  #fail(message: string): void {
    this.#failure ??= new UserError(message);
    for (const reject of this.#waiting) reject(this.#failure);
  }
}
