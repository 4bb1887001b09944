/**
 * Takes the snapshots of a run's latents between its steps: the direction of each, and on how many rows it is active.
 *
 * Reads the model and changes nothing of it: a run has the same bits with and without snapshots. What is made of them after
 * training is in `measures.ts`.
 *
 * The direction of a latent of a model without hidden layers is its column of the decoder. With hidden layers a latent has no
 * direction that holds for all inputs: its effect stands for it, the decoder's output with the latent at the largest activation
 * on the sample (1 if it is never active) less the output without it, the others at 0 or, if they are sigmoids, at their means
 * (`../latent_images.ts`).
 *
 * The sample is of test rows, which are in memory however the training rows are read, and which no step has trained on.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Engine, StepDefinition } from "../../engine/engine.ts";
import { gatherPixels, type Pixels } from "../../pixels.ts";
import { LAST_FIRED } from "../../sae/model.ts";
import type { Control, ControlPoint } from "../../training/controls.ts";
import { lookAt, takeSince } from "../../training/lifelines.ts";
import { snapshotSteps } from "../../training/snapshot_steps.ts";
import { directionsOf } from "../directions.ts";
import { effectsOfAll } from "../latent_images.ts";
import type { LatentSums } from "../latent_sums.ts";
import { measureActivity } from "../measure.ts";

/** Test rows in the sample, at most: densities are multiples of 1/2,048. */
const MOST_SAMPLE_ROWS = 2048;

/** A run whose latents are looked at. */
export interface ObservedRun {
  config: { snapshots: number; deadSteps: number };
  definition: Pick<StepDefinition, "arch" | "objective">;
  /** The test rows, `[count, dInput]`. */
  pixels: Pixels;
  totalSteps: number;
}

/** How many rows of a test set are in the sample. */
export function sampleSize(count: number): number {
  return Math.min(count, MOST_SAMPLE_ROWS);
}

/** See the module comment. The loop calls it before each step that is due; after the last step its owner does. */
export class LifelineSnapshots implements Control {
  readonly #run: ObservedRun;
  readonly #steps: ReadonlySet<number>;
  /** The sample, evenly spread over the test rows. */
  readonly #rows: Pixels;

  constructor(run: ObservedRun) {
    const { dInput } = run.definition.arch, count = run.pixels.length / dInput, size = sampleSize(count);
    this.#run = run;
    this.#steps = new Set(snapshotSteps(run.totalSteps, run.config));
    this.#rows = gatherPixels(run.pixels, Uint32Array.from({ length: size }, (_, i) => i * count / size), dInput);
  }

  isDue(step: number): boolean {
    return this.#steps.has(step);
  }

  /** Takes a snapshot, unless the course has it already. */
  async apply({ engine, course: { lifelines }, step }: ControlPoint): Promise<void> {
    if (!lifelines || lifelines.snapshots.some((snapshot) => snapshot.step >= step)) return;
    const { config: { deadSteps }, definition } = this.#run;
    const { params, buffers } = await engine.state(); // sync point
    const { latents } = await measureActivity(engine, { ...definition, pixels: this.#rows }); // sync point
    const directions = directionsOf(params, definition.arch)?.decoder ??
      await effectsOf(engine, { ...definition, sums: latents }); // sync point
    const lastFired = buffers[LAST_FIRED];
    if (lastFired) lookAt(lifelines, { lastFired, step, deadSteps });
    lifelines.snapshots.push({
      step,
      directions: directions as Float32Array<ArrayBuffer>,
      activeRows: Float32Array.from(latents.activeRows),
      isDead: lifelines.events && lifelines.events.isDead.slice(),
      since: lifelines.events && takeSince(lifelines),
    });
  }
}

/** The effect of each latent of a model with hidden layers, `[nLatents, dInput]`. */
async function effectsOf(
  engine: Engine,
  model: Pick<StepDefinition, "arch" | "objective"> & { sums: LatentSums },
): Promise<Float32Array<ArrayBuffer>> {
  const { nLatents, dInput } = model.arch, effects = new Float32Array(nLatents * dInput);
  for await (const { latents, effect } of effectsOfAll({ engine, ...model })) effects.set(effect, latents[0] * dInput);
  return effects;
}
