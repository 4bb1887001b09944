/**
 * The snapshots of one model that the page keeps, and the one that is shown at a step.
 *
 * However long a training goes on, their pictures take a bounded number of bytes: when there are too many, every second one is
 * left out, and what happened in between is added to the next. Draws nothing.
 *
 * @module
 */
import type { LiveSnapshot } from "./messages.ts";

/** Snapshots that are kept, at most, and bytes of their pictures. */
const MOST = 96, MOST_BYTES = 2 ** 26;
/** Fewer than these are no lifeline, whatever they take. */
const LEAST = 8;

/** Adds new snapshots; leaves out every second one while there are too many. */
export function withSnapshots(kept: readonly LiveSnapshot[], added: readonly LiveSnapshot[]): LiveSnapshot[] {
  let all = [...kept, ...added];
  if (all.length === 0) return all;
  const most = Math.max(LEAST, Math.min(MOST, Math.floor(MOST_BYTES / all[0].atlas.images.length)));
  while (all.length > most) all = thinned(all);
  return all;
}

/** Every second snapshot, the first and the last among them. */
function thinned(snapshots: readonly LiveSnapshot[]): LiveSnapshot[] {
  const last = snapshots.length - 1, thin: LiveSnapshot[] = [];
  let since: LiveSnapshot["since"] = null;
  snapshots.forEach((snapshot, i) => {
    since = added(since, snapshot.since);
    if (i % 2 === 1 && i !== last) return;
    thin.push({ ...snapshot, since });
    since = null;
  });
  return thin;
}

function added(a: LiveSnapshot["since"], b: LiveSnapshot["since"]): LiveSnapshot["since"] {
  if (!a || !b) return a ?? b;
  return {
    births: a.births + b.births,
    deaths: a.deaths + b.deaths,
    revivals: a.revivals + b.revivals,
    resampled: a.resampled + b.resampled,
  };
}

/** The last snapshot that was taken up to a step; null before the first, or if no step is asked for. */
export function snapshotAt(snapshots: readonly LiveSnapshot[], step: number | null): LiveSnapshot | null {
  if (step === null) return null;
  return snapshots.findLast((snapshot) => snapshot.step <= step) ?? null;
}
