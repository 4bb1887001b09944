/**
 * What the page keeps of its latents through training: the atlas, and what happened to latents, at some steps.
 *
 * A training of the page has no last step: a snapshot is taken after each of the first ten steps and then whenever the steps
 * have grown by a fifth, which is 35 snapshots in 1,000 steps and 60 in 100,000. Which steps those are depends on the steps
 * alone, so that repeated trainings and models side by side have the same. Changes nothing of the model; the page decides how many it
 * keeps (`../snapshots.ts`). Runs under Deno and in a Worker.
 *
 * @module
 */
import { measureActivity } from "../../../../lib/analysis/measure.ts";
import type { Engine, StepDefinition } from "../../../../lib/engine/engine.ts";
import { LAST_FIRED } from "../../../../lib/sae/model.ts";
import type { Pixels } from "../../../../lib/pixels.ts";
import type { Control, ControlPoint } from "../../../../lib/training/controls.ts";
import { lookAt, takeSince } from "../../../../lib/training/lifelines.ts";
import type { LiveSnapshot } from "../messages.ts";
import { atlasOf } from "./focus.ts";
import type { Pictures } from "./pictures.ts";

/** Up to this step there is a snapshot after each, then after this share more. */
const FIRST_STEPS = 10, GROWTH = 0.2;
/** Held-out rows on which latents are measured, at most. */
const MOST_ROWS = 1024;

/** The model that is looked at, as it is now. */
export interface LookedAt {
  readonly engine: Engine;
  readonly definition: StepDefinition;
  readonly config: { deadSteps: number };
}

/** See the module comment. */
export class LiveSnapshots implements Control {
  readonly #model: LookedAt;
  readonly #pictures: Pictures;
  readonly #rows: Pixels;
  /** Steps of snapshots, as far as they were asked for, and the last of them. */
  readonly #steps = new Set([0]);
  #last = 0;
  #untaken: LiveSnapshot[] = [];
  #seen = -1;

  /** @param options.heldOut Rows; the first 1,024 are measured. */
  constructor(model: LookedAt, { heldOut, pictures }: { heldOut: Pixels; pictures: Pictures }) {
    this.#model = model;
    this.#pictures = pictures;
    this.#rows = heldOut.subarray(0, MOST_ROWS * model.definition.arch.dInput) as Pixels;
  }

  isDue(step: number): boolean {
    while (this.#last < step) {
      this.#last = this.#last < FIRST_STEPS ? this.#last + 1 : this.#last + Math.floor(GROWTH * this.#last);
      this.#steps.add(this.#last);
    }
    return this.#steps.has(step);
  }

  async apply({ engine, course: { lifelines }, step }: ControlPoint): Promise<void> {
    if (!lifelines || step <= this.#seen) return;
    this.#seen = step;
    const { definition, config: { deadSteps } } = this.#model;
    const { latents: sums } = await measureActivity(engine, { ...definition, pixels: this.#rows }); // sync point
    const atlas = await atlasOf({ engine, definition, pictures: this.#pictures, sums }); // sync point
    if (lifelines.events) {
      lookAt(lifelines, { lastFired: await engine.buffer(LAST_FIRED), step, deadSteps });
    }
    this.#untaken.push({
      step,
      atlas,
      isDead: lifelines.events && Uint8Array.from(lifelines.events.isDead),
      since: lifelines.events && takeSince(lifelines),
    });
  }

  /** The snapshots since it was last asked. */
  take(): LiveSnapshot[] {
    const taken = this.#untaken;
    this.#untaken = [];
    return taken;
  }
}
