/**
 * The few runs that Home lists. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Run } from "../../../lib/report/schema.ts";
import { isOnSameData } from "../chosen_runs.ts";

/** Runs in the list, at most. */
const MOST_LISTED = 6;

/** The runs to list, and whether their errors can be compared. */
export interface ShortRuns {
  runs: Run[];
  /** Whether all of them were measured on the same test inputs. */
  isSameData: boolean;
}

/**
 * The featured run and the runs with the smallest error on the same data, those of sweeps last; if there are fewer than three, the
 * newest runs on any data.
 */
export function shortRuns(
  all: readonly Run[],
  { featured, sweptIds }: { featured: Run; sweptIds: ReadonlySet<string> },
): ShortRuns {
  const isSwept = ({ id }: Run) => Number(sweptIds.has(id));
  const others = all.filter(({ id }) => id !== featured.id);
  const same = others.filter((run) => isOnSameData(run, featured))
    .sort((a, b) => isSwept(a) - isSwept(b) || a.metrics.test.mse - b.metrics.test.mse || a.id.localeCompare(b.id));
  if (same.length >= 2) return { runs: [featured, ...same.slice(0, MOST_LISTED - 1)], isSameData: true };
  const newest = others.toSorted((a, b) => isSwept(a) - isSwept(b) || b.createdAt.localeCompare(a.createdAt));
  const runs = [featured, ...newest.slice(0, MOST_LISTED - 1)];
  return { runs, isSameData: runs.every((run) => isOnSameData(run, featured)) };
}
