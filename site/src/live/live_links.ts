/**
 * Links from other pages into the live page: to a preset, to a method, to a run.
 *
 * @module
 */
import { resolveConfig } from "../../../lib/config.ts";
import type { VariantName } from "../../../lib/sae/sparsity/variants.ts";
import { href } from "../links.ts";
import type { Run } from "../reports.ts";
import { NO_ADDRESS, writeAddress } from "./address.ts";
import { loadableOf } from "./live_files.ts";
import { type Preset, PRESETS } from "./presets.ts";

/**
 * The live page with a preset.
 *
 * @throws {RangeError} There is none of this id.
 */
export function presetHref(id: string): string {
  if (PRESETS.some((preset) => preset.id === id)) return href(`live/${writeAddress({ ...NO_ADDRESS, preset: id })}`);
  throw new RangeError(`Cannot link to preset ${id}: there is none, expected one of ${PRESETS.map(({ id }) => id)}`);
}

/** The first preset that shows a method at work; null if there is none. */
export function presetOf(variant: VariantName): Preset | null {
  return PRESETS.find(({ isGood, knobs }) => isGood && resolveConfig(knobs).sparsity === variant) ?? null;
}

/**
 * The live page with a run's weights and settings, and on its images as far as the page has them (`run_list.ts`); null if the
 * page cannot open the run.
 */
export function runInLive(run: Run): string | null {
  return loadableOf(run).whyNot === null ? href(`live/#run=${encodeURIComponent(run.id)}`) : null;
}
