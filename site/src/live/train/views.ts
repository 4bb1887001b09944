/**
 * The views of the panel Train and of the controls above it, by the names of their places in the markup.
 *
 * @module
 */
import type { MountView } from "../live.ts";
import { mountAtlas } from "./atlas_view.ts";
import { mountHistogram, mountLatents, mountLosses } from "./charts_view.ts";
import { mountControls } from "./controls_view.ts";
import { mountLifelines } from "./lifelines_view.ts";
import { mountNotices, mountSpoken } from "./notices_view.ts";
import { mountNumbers, mountProgress, mountSides } from "./numbers_view.ts";
import { mountCompare, mountPresets, mountTake } from "./presets_view.ts";
import { mountRuns } from "./runs_view.ts";
import { mountSamples } from "./samples_view.ts";

/** See the module comment. */
export const TRAIN_VIEWS: Record<string, MountView> = {
  take: mountTake,
  presets: mountPresets,
  compare: mountCompare,
  controls: mountControls,
  runs: mountRuns,
  sides: mountSides,
  progress: mountProgress,
  losses: mountLosses,
  numbers: mountNumbers,
  latents: mountLatents,
  histogram: mountHistogram,
  samples: mountSamples,
  atlas: mountAtlas,
  lifelines: mountLifelines,
  notices: mountNotices,
  spoken: mountSpoken,
};
