/**
 * What the pages of latents know of a run, from its report.
 *
 * @module
 */
import { rowLength } from "../../../lib/data/row_shape.ts";
import type { Report } from "../reports.ts";
import { activeAbove } from "../variants.ts";
import { barsSize } from "./bars.ts";
import type { RunFacts } from "./facts.ts";

/**
 * The facts of a run.
 *
 * @param options.href From the page to the run's folder.
 * @param options.hasOwnPages Whether the latents that the report shows side by side have pages of their own.
 */
export function factsOf(
  { run, latents, activations, inputs }: Report,
  { href, hasOwnPages }: { href: string; hasOwnPages: boolean },
): RunFacts {
  const { dataset } = run, testRows = dataset.test.images;
  const firstInputs = inputs.rows.filter(({ kinds }) => kinds.includes("first")).length;
  const isImage = run.metrics.dictionary === null && Math.min(dataset.height, dataset.width) > 1;
  const unit = isImage ? "image" : "row";
  const { width, height } = isImage ? dataset : barsSize(rowLength(dataset));
  return {
    href,
    unit,
    testRows,
    classNames: dataset.classNames,
    activeAbove: activeAbove(run.config),
    others: latents.others,
    range: { black: dataset.black, white: dataset.white },
    aspect: width / height,
    ownPages: hasOwnPages ? activations.shown : [],
    firstInputs,
    furtherInputs: inputs.rows.map(({ row }) => row).filter((row) => row >= firstInputs),
  };
}
