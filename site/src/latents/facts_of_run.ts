/**
 * What the pages of latents know of a run, from its report.
 *
 * @module
 */
import { rowLength } from "../../../lib/data/row_shape.ts";
import type { Report } from "../reports.ts";
import { rowPicture } from "../row_picture.ts";
import { activeAbove } from "../variants.ts";
import { stripFacts } from "../lifelines/strips.ts";
import { barsSize } from "./bars.ts";
import type { RunFacts } from "./facts.ts";
import type { LatentSeeds } from "./seeds.ts";

/** Beside the page of all latents: of each latent the test row that activates it most. */
export const TOP_ROWS_FILE = "top-rows.json";

/** Beside it: the run's latents in the other random seeds. */
export const SEEDS_FILE = "seeds.json";

/**
 * The facts of a run.
 *
 * @param options.href From the page to the run's folder.
 * @param options.seeds The run's latents in the other random seeds; null if the run is in no comparison.
 * @param options.hasOwnPages Whether the latents that the report shows side by side have pages of their own.
 */
export function factsOf(
  { run, latents, activations, inputs, lifelines }: Report,
  { href, hasOwnPages, seeds = null }: { href: string; hasOwnPages: boolean; seeds?: LatentSeeds | null },
): RunFacts {
  const { dataset } = run, testRows = dataset.test.images;
  const firstInputs = inputs.rows.filter(({ kinds }) => kinds.includes("first")).length;
  const picture = rowPicture(dataset);
  const { width, height } = picture === "bars" ? barsSize(rowLength(dataset)) : dataset;
  return {
    href,
    unit: dataset.kind === "image" ? "image" : "row",
    picture,
    channels: dataset.channels,
    testRows,
    classNames: dataset.classNames,
    activeAbove: activeAbove(run.config),
    others: latents.others,
    range: { black: dataset.black, white: dataset.white },
    aspect: picture === "none" ? 1 : width / height,
    topRows: latents.rowTexts !== null && latents.rowTexts.names.length > 0 ? `${href}latents/${TOP_ROWS_FILE}` : null,
    lifelines: stripFacts(lifelines),
    seedsFile: seeds && `${href}latents/${SEEDS_FILE}`,
    ownPages: hasOwnPages ? activations.shown : [],
    firstInputs,
    furtherInputs: inputs.rows.map(({ row }) => row).filter((row) => row >= firstInputs),
  };
}
