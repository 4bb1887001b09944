/**
 * One model of the live page, as tests need it.
 *
 * @module
 */
import type { Losses, Side } from "../../../site/src/live/live.ts";
import type { LiveSettings } from "../../../site/src/live/settings.ts";

/** A model that its Worker has not opened, with the losses of some steps: reconstruction, weight · penalty, auxiliary. */
export function sideOf(knobs: LiveSettings["knobs"] = {}, losses: readonly [number, number, number][] = []): Side {
  return {
    settings: { data: "digits", knobs, run: null },
    opened: null,
    step: losses.length,
    isTraining: false,
    stepsPerSecond: 0,
    losses: lossesOf(losses),
    changes: [],
    frame: null,
    focus: null,
    stats: null,
    atlas: null,
    snapshots: [],
    message: null,
  };
}

/** Losses in arrays with room, whose unused entries are not 0. */
export function lossesOf(rows: readonly [number, number, number][]): Losses {
  const column = (i: number) => {
    const values = new Float32Array(rows.length + 5).fill(99);
    rows.forEach((row, at) => values[at] = row[i]);
    return values;
  };
  return { length: rows.length, reconstruction: column(0), penalty: column(1), auxiliary: column(2) };
}
