/**
 * The steps of one call of the kernels: `Step` of `kernels/model_layout.ts`, written and read.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition, StepLosses, StepPlan } from "../engine.ts";
import type { Arena } from "./arena.ts";

/** Steps one call of the kernels can run. */
export const STEPS_PER_CALL = 256;

const STEP_FIELDS = 9;

/** Room for the losses of so many steps. */
export function emptyLosses(nSteps: number): StepLosses {
  return {
    reconstruction: new Float32Array(nSteps),
    penalty: new Float32Array(nSteps),
    auxiliary: new Float32Array(nSteps),
  };
}

/** Room for the steps of a call and their images' numbers. */
export class StepSlots {
  /** Address of the first `Step`. */
  readonly address: number;
  readonly #arena: Arena;
  readonly #adam: StepDefinition["adam"];
  readonly #indices: number;

  /** @param maxRows Most images in a step. */
  constructor(arena: Arena, { adam, maxRows }: { adam: StepDefinition["adam"]; maxRows: number }) {
    this.#arena = arena;
    this.#adam = adam;
    this.address = arena.take(4 * STEP_FIELDS * STEPS_PER_CALL);
    this.#indices = arena.take(4 * STEPS_PER_CALL * maxRows);
  }

  /**
   * Writes `nSteps` steps of a plan from its step `first` on.
   *
   * @param options.t Adam's number of the first of them, from 1.
   */
  write(plan: StepPlan, { first, nSteps, t }: { first: number; nSteps: number; t: number }): void {
    const { beta1, beta2 } = this.#adam;
    const { indices, batch } = plan;
    const { words, floats } = this.#arena;
    words.set(indices.subarray(first * batch, (first + nSteps) * batch), this.#indices / 4);
    for (let i = 0; i < nSteps; i++) {
      const at = this.address / 4 + i * STEP_FIELDS;
      words[at] = this.#indices + 4 * i * batch;
      words[at + 1] = Math.min(batch, indices.length - (first + i) * batch);
      floats[at + 2] = plan.learningRates[first + i] / (1 - beta1 ** (t + i));
      floats[at + 3] = 1 / Math.sqrt(1 - beta2 ** (t + i));
      floats[at + 4] = plan.weights[first + i];
      floats[at + 8] = t + i;
    }
  }

  /** Writes one step of `rows` images that are not gathered, Adam's number `t`, of which the losses are wanted. */
  writeSingle({ rows, t }: { rows: number; t: number }): void {
    const { words, floats } = this.#arena, at = this.address / 4;
    words[at + 1] = rows;
    floats[at + 8] = t;
  }

  /** Copies the losses of the `nSteps` steps last written to `losses`, from its entry `first` on. */
  readLosses(losses: StepLosses, { first, nSteps }: { first: number; nSteps: number }): void {
    for (let i = 0; i < nSteps; i++) {
      const at = this.address / 4 + i * STEP_FIELDS;
      losses.reconstruction[first + i] = this.#arena.floats[at + 5];
      losses.penalty[first + i] = this.#arena.floats[at + 6];
      losses.auxiliary[first + i] = this.#arena.floats[at + 7];
    }
  }
}
