/**
 * The lifelines of latents: what each was at some moments of training, and when latents became active, died and were revived
 * in between.
 *
 * Keeps what others have looked at (`lib/analysis/lifelines/snapshots.ts` takes the snapshots, the loop reads when latents
 * were last active); measures nothing and changes no model. PORTABLE: no Deno, no Node, no tfjs.
 *
 * Definitions. A latent is dead after a step, as everywhere in training (`silent_latents.ts`), if it was last active more than
 * `deadSteps` steps ago; one that was never active counts from step 0. A death is that it becomes dead. A revival is that a
 * dead latent is active again; AuxK helps it, and it may happen by itself. Resampling gives a dead latent another direction
 * and ends its death too, but it is a jump and no revival: it is counted by itself. A latent is looked at after each of the
 * steps of `countedSteps` and at each snapshot: one that dies and is revived between two looks is not seen to.
 *
 * @module
 */

/** What is known of each latent so far, `[nLatents]` each. */
export interface LatentEvents {
  /** The step in which it was active for the first time, at the latest; 0 if it never was. */
  firstActive: Float32Array<ArrayBuffer>;
  /** The step in which it was last active, or was resampled, when it was last looked at; 0 if never. */
  lastActive: Float32Array<ArrayBuffer>;
  /** 1 if it was dead when it was last looked at, else 0. */
  isDead: Float32Array<ArrayBuffer>;
  deaths: Float32Array<ArrayBuffer>;
  revivals: Float32Array<ArrayBuffer>;
  /** How often it was resampled. */
  resampled: Float32Array<ArrayBuffer>;
}

/** The names of the arrays, in the order in which they are stored. */
export const EVENT_NAMES = ["firstActive", "lastActive", "isDead", "deaths", "revivals", "resampled"] as const;

/** How often something happened to a latent, of all latents together. */
export interface EventCounts {
  /** Latents that were active for the first time. */
  births: number;
  deaths: number;
  revivals: number;
  resampled: number;
}

/** All latents after a step. Not changed any more. */
export interface LatentSnapshot {
  step: number;
  /** A row for each latent, `[nLatents, dInput]`; see `lib/analysis/lifelines/snapshots.ts`. */
  directions: Float32Array<ArrayBuffer>;
  /** Rows of the sample on which each is active, `[nLatents]`. */
  activeRows: Float32Array<ArrayBuffer>;
  /** 1 if it is dead, else 0, `[nLatents]`; null if the model does not keep when latents were active. */
  isDead: Float32Array<ArrayBuffer> | null;
  /** What happened since the snapshot before; null like `isDead`. */
  since: EventCounts | null;
}

/** The lifelines of a run so far. */
export interface Lifelines {
  snapshots: LatentSnapshot[];
  /** Null if the model does not keep when latents were active: sigmoids are never 0. */
  events: LatentEvents | null;
  /** What happened since the last snapshot. */
  since: EventCounts;
}

/** Lifelines before the first step. */
export function newLifelines({ nLatents }: { nLatents: number | null }): Lifelines {
  const events = nLatents === null
    ? null
    : Object.fromEntries(EVENT_NAMES.map((name) => [name, new Float32Array(nLatents)])) as unknown as LatentEvents;
  return { snapshots: [], events, since: noEvents() };
}

/** Nothing has happened. */
function noEvents(): EventCounts {
  return { births: 0, deaths: 0, revivals: 0, resampled: 0 };
}

/** A copy that is not changed when the lifelines go on; snapshots, which never change, are shared. */
export function copiedLifelines({ snapshots, events, since }: Lifelines): Lifelines {
  const copied = events &&
    Object.fromEntries(EVENT_NAMES.map((name) => [name, events[name].slice()])) as unknown as LatentEvents;
  return { snapshots: [...snapshots], events: copied, since: { ...since } };
}

/**
 * Looks at when latents were last active.
 *
 * @param options.lastFired The step in which each was, `[nLatents]`; 0 if never.
 * @param options.step Steps taken, not fewer than at the last look.
 */
export function lookAt(
  { events, since }: Lifelines,
  { lastFired, step, deadSteps }: { lastFired: Float32Array; step: number; deadSteps: number },
): void {
  if (!events) return;
  const { firstActive, lastActive, isDead, deaths, revivals } = events;
  for (let j = 0; j < lastFired.length; j++) {
    if (lastFired[j] > lastActive[j]) {
      if (firstActive[j] === 0) {
        firstActive[j] = lastFired[j];
        since.births++;
      }
      if (isDead[j] === 1) {
        isDead[j] = 0;
        revivals[j]++;
        since.revivals++;
      }
      lastActive[j] = lastFired[j];
    }
    if (isDead[j] === 0 && step - lastActive[j] > deadSteps) {
      isDead[j] = 1;
      deaths[j]++;
      since.deaths++;
    }
  }
}

/**
 * Notes that dead latents were given another direction after `step` steps.
 *
 * From then on they count as active in that step, as the model itself has it (`resample.ts`).
 */
export function noteResampled(
  { events, since }: Lifelines,
  { latents, step }: { latents: readonly number[]; step: number },
): void {
  if (!events) return;
  for (const j of latents) {
    events.isDead[j] = 0;
    events.lastActive[j] = step;
    events.resampled[j]++;
    since.resampled++;
  }
}

/** What happened since it was last asked, for a snapshot or whoever keeps none. */
export function takeSince(lifelines: Lifelines): EventCounts {
  const { since } = lifelines;
  lifelines.since = noEvents();
  return since;
}
