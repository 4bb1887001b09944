/**
 * What the reader takes away of a training, from the training that is open.
 *
 * A report has the measurements of every epoch, which training in a page does without: the same steps are repeated for it,
 * bit for bit, and measured. The files are made by `export.ts`. Loaded when something is exported. Sends nothing.
 *
 * @module
 */
import { UserError } from "../../../../lib/errors.ts";
import type { ExportName, Opening } from "../messages.ts";
import { exportedAtlas, type ExportedFile, exportedReport, exportedWeights } from "./export.ts";
import { reportedStep } from "./exported_run.ts";
import type { Frames } from "./frames.ts";
import { type OpenedTraining, type OpeningHooks, openTraining, type Surroundings } from "./opening.ts";

/** What is open, and how. */
export interface Exported {
  opened: OpenedTraining;
  opening: Opening;
  frames: Frames;
}

/** How an export is followed: `check` may end it by throwing. */
export interface ExportHooks extends Surroundings, Pick<OpeningHooks, "check"> {
  onProgress(message: string): void;
}

/**
 * Makes a file.
 *
 * @throws {UserError} There is nothing to report yet, or the browser cannot make it.
 */
export async function fileOf(
  what: ExportName,
  { opened, opening, frames }: Exported,
  hooks: ExportHooks,
): Promise<ExportedFile> {
  const { training } = opened, { settings, changes, startedAt, data: { dataset }, step } = training;
  const about = { settings, changes, startedAt, dataset, step };
  if (what === "weights") return exportedWeights(about, await training.snapshot());
  if (what === "atlas") return exportedAtlas(await frames.atlas(), about);
  if (training.divergence) throw new UserError(`Cannot export the report: ${training.divergence.message}`);
  const startMs = performance.now();
  const { training: repeated, reason, ms } = await openTraining({ ...opening, changes, until: reportedStep(about) }, {
    ...hooks,
    onEpoch: ({ done, total }) => hooks.onProgress(`Repeating the training to measure each epoch: ${done} of ${total}`),
  });
  try {
    return await exportedReport({
      ...about,
      engine: repeated.engine,
      engineReason: reason,
      snapshot: await repeated.snapshot(),
      startupMs: ms.images + ms.model + ms.engine,
      totalMs: () => performance.now() - startMs,
    }, {
      onProgress: ({ what, done, total }) => {
        hooks.check();
        hooks.onProgress(`Making the report: ${what}, ${Math.floor(100 * done / total)}\u00a0%`);
      },
    });
  } finally {
    await repeated.engine.dispose();
  }
}
