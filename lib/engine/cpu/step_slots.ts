/**
 * The steps of one call of the kernels: `STEP` of `../structs.ts`, written and read.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition, StepLosses, StepPlan } from "../engine.ts";
import type { PlacedStruct } from "../struct_fields.ts";
import { STEP } from "../structs.ts";
import type { Arena } from "./arena.ts";

/** Steps one call of the kernels can run. */
export const STEPS_PER_CALL = 256;

/** Room for the losses of this many steps. */
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
    this.address = arena.take(STEP.bytes * STEPS_PER_CALL);
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
    this.#arena.words.set(indices.subarray(first * batch, (first + nSteps) * batch), this.#indices / 4);
    for (let i = 0; i < nSteps; i++) {
      this.#slot(i).write({
        indices: this.#indices + 4 * i * batch,
        rows: Math.min(batch, indices.length - (first + i) * batch),
        stepSize: plan.learningRates[first + i] / (1 - beta1 ** (t + i)),
        varianceScale: 1 / Math.sqrt(1 - beta2 ** (t + i)),
        weight: plan.weights[first + i],
        reconstruction: 0,
        penalty: 0,
        auxiliary: 0,
        t: t + i,
      });
    }
  }

  /** Writes one step of `rows` images that are not gathered, Adam's number `t`, of which the losses are wanted. */
  writeSingle({ rows, t }: { rows: number; t: number }): void {
    this.#slot(0).set({ rows, t });
  }

  /** Copies the losses of the `nSteps` steps last written to `losses`, from its entry `first` on. */
  readLosses(losses: StepLosses, { first, nSteps }: { first: number; nSteps: number }): void {
    for (let i = 0; i < nSteps; i++) {
      const slot = this.#slot(i);
      losses.reconstruction[first + i] = slot.get("reconstruction");
      losses.penalty[first + i] = slot.get("penalty");
      losses.auxiliary[first + i] = slot.get("auxiliary");
    }
  }

  #slot(i: number): PlacedStruct<typeof STEP.fields> {
    return this.#arena.struct(STEP, this.address + i * STEP.bytes);
  }
}
