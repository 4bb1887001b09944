/**
 * Which runs can be opened in the live page, and how many bytes their weights have there.
 *
 * Asks the program's own rules of what its engines can train. Reads no file. PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { rowLength } from "../../../lib/data/row_shape.ts";
import type { Config } from "../../../lib/config.ts";
import { turnedKnobs } from "../../../lib/config_flags.ts";
import { whyNotCpu } from "../../../lib/engine/capability.ts";
import { stepDefinition } from "../../../lib/engine/engine.ts";
import type { Run } from "../../../lib/report/schema.ts";
import { isOfImages } from "../../../lib/data/describe.ts";
import { baselineOf } from "../../../lib/sae/baselines.ts";
import { parameterCount } from "../../../lib/sae/model.ts";
import { fileSize } from "../format.ts";
import { type DataName, isOnPage, type LiveSettings } from "./settings.ts";
import { N_PIXELS, SIDE } from "./draw/strokes.ts";
import { IMAGE_COUNTS } from "./stored_images.ts";

/** The file of a run's weights, beside the run's pages. */
export const LIVE_WEIGHTS_FILE = "live.safetensors";

/** GitHub, and with it GitHub Pages, takes no larger file, bytes. */
const MOST_BYTES = 100 * 2 ** 20;
const BYTES_PER_WEIGHT = 2;
/** As many images as the page has: the engine keeps them beside the model. */
const SOME_IMAGES = new Uint8Array(IMAGE_COUNTS.train * N_PIXELS);

/** A run in the live page's menu. */
export interface LoadableRun {
  id: string;
  title: string;
  /** Its settings, as far as the page has them. */
  knobs: LiveSettings["knobs"];
  /** The images of the page that are nearest to those that it was trained on. */
  data: DataName;
  /** Of its weights, without names and settings. */
  bytes: number;
  /** Why the page cannot open it, in words that follow "because"; null if it can. */
  whyNot: string | null;
}

/** Whether and how a run can be opened. */
export function loadableRun(
  { id, title, config, dataset }: Pick<Run, "id" | "title" | "config" | "dataset">,
): LoadableRun {
  const { height, width, channels, black, white } = dataset, definition = stepDefinition(config, rowLength(dataset));
  const bytes = BYTES_PER_WEIGHT * parameterCount(definition.arch);
  const why = () => {
    if (baselineOf(config)) return "it is a baseline, which is measured as it was made and not trained further";
    if (!isOfImages(dataset)) return `its inputs are vectors of ${rowLength(dataset)} values, not images`;
    if (height !== SIDE || width !== SIDE) return `its images have ${height} × ${width} pixels, not ${SIDE} × ${SIDE}`;
    if (channels !== 1) return "its images are in colour";
    if (black !== 0 || white !== 1) return `its pixels are from ${black} to ${white}, not from 0 to 1`;
    if (bytes > MOST_BYTES) return `its weights have ${fileSize(bytes)}, more than ${fileSize(MOST_BYTES)}`;
    const reason = whyNotCpu(definition, { batch: config.batch, pixels: SOME_IMAGES, threads: 1 });
    return reason && `the page's engine does not train its model: ${reason}`;
  };
  return {
    id,
    title,
    knobs: pageKnobs(config),
    data: dataset.name === "mnist" ? "mnist" : "digits",
    bytes,
    whyNot: why(),
  };
}

/** The settings of a run that differ from the page's defaults; a training in the page has no end, so no number of epochs. */
function pageKnobs(config: Config): LiveSettings["knobs"] {
  const { epochs: _, ...knobs } = turnedKnobs(config);
  return Object.fromEntries(Object.entries(knobs).filter(([name]) => isOnPage(name)));
}
