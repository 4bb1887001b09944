/**
 * The measurements of the test set after an epoch, with as little computation as possible: one pass with the latents,
 * one for the loss.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Engine, StepDefinition } from "../engine/engine.ts";
import type { Pixels } from "../pixels.ts";
import { type TestRow, testRow } from "../training/test_row.ts";
import { measureActivity } from "./measure.ts";
import { splitLoss } from "./split_loss.ts";
import { klNats } from "./split_metrics.ts";

/** The test set, the model, and how training goes on. */
export interface EpochOptions extends Pick<StepDefinition, "arch" | "objective"> {
  /** The test set, `[count, dInput]`. */
  pixels: Pixels;
  /** Images in a step. */
  batch: number;
  /** The penalty's weight. */
  weight: number;
}

/** Measures the test set with the engine's present parameters. */
export async function measureEpoch(engine: Engine, options: EpochOptions): Promise<TestRow> {
  const { pixels, arch, objective, batch, weight } = options;
  const loss = await splitLoss(engine, { pixels, dInput: arch.dInput, batch, weight });
  const { latents, mse } = await measureActivity(engine, { pixels, arch, objective });
  const rhoHat = latents.means();
  return testRow({ ...loss, mse, klNats: klNats(rhoHat, objective), rhoHat, ...latents.activity() });
}
