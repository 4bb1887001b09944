/**
 * Which runs can be opened in the live page, and how many bytes their weights have there.
 *
 * Asks the program's own rules of what its engines can train. Reads no file. PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { MOST_DRAWN_VALUES, rowLength, type RowShape } from "../../../lib/data/row_shape.ts";
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
import { MOST_SIDE } from "./worker/fitted.ts";
import { LEAST_ROWS, mostRows } from "./worker/run_rows.ts";

/** The file of a run's weights, beside the run's pages; and that of its test rows, if the page has no others that fit. */
export const LIVE_WEIGHTS_FILE = "live.safetensors", LIVE_ROWS_FILE = "live_rows.safetensors";

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
  /** The images of the page that are nearest to those that it was trained on; its own test rows if none has their shape. */
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
  const { height, width } = dataset, definition = stepDefinition(config, rowLength(dataset));
  const bytes = BYTES_PER_WEIGHT * parameterCount(definition.arch);
  const why = () => {
    if (baselineOf(config)) return "it is a baseline, which is measured as it was made and not trained further";
    if (!isLikeDigits(dataset)) {
      if (!dataset.drawn) {
        return `its rows have ${
          rowLength(dataset)
        } values, and vectors of more than ${MOST_DRAWN_VALUES} have no pictures ` +
          "in the report, from which the page takes its rows";
      }
      if (height > MOST_SIDE) {
        return `its images have ${height} × ${width} pixels, more than ${MOST_SIDE} × ${MOST_SIDE}`;
      }
      const rows = Math.min(dataset.test.images, mostRows(dataset));
      if (rows < LEAST_ROWS) return `the page can take only ${rows} of its test rows`;
    }
    if (bytes > MOST_BYTES) return `its weights have ${fileSize(bytes)}, more than ${fileSize(MOST_BYTES)}`;
    const reason = whyNotCpu(definition, { batch: config.batch, pixels: SOME_IMAGES, threads: 1 });
    return reason && `the page's engine does not train its model: ${reason}`;
  };
  return {
    id,
    title,
    knobs: pageKnobs(config),
    data: !isLikeDigits(dataset) ? `run:${id}` : dataset.name === "mnist" ? "mnist" : "digits",
    bytes,
    whyNot: why(),
  };
}

/** Whether rows are what the page draws: grey images of 28 by 28 pixels from 0 to 1. */
export function isLikeDigits(
  { kind, height, width, channels, black, white }: Pick<Run["dataset"], keyof RowShape | "black" | "white">,
): boolean {
  return isOfImages({ kind }) && height === SIDE && width === SIDE && channels === 1 && black === 0 && white === 1;
}

/** The settings of a run that differ from the page's defaults; a training in the page has no end, so no number of epochs. */
function pageKnobs(config: Config): LiveSettings["knobs"] {
  const { epochs: _, ...knobs } = turnedKnobs({ ...config, dataset: "digits" }); // whose defaults the page has
  return Object.fromEntries(Object.entries(knobs).filter(([name]) => isOnPage(name)));
}
