/**
 * Which run the site shows where it shows one: the one that `reports/site.json` names, else a choice that is the same for the
 * same runs.
 *
 * Chooses; reads nothing.
 *
 * @module
 */
import type { Run } from "../../lib/report/schema.ts";
import { baselineOf } from "../../lib/sae/baselines.ts";

/** The data of the tutorial, as `dataset.name` says it. */
const TUTORIAL_DATA = "mnist";

/**
 * The run to show first, or null if there is none.
 *
 * The tutorial's model comes first, and the best one of it: KL runs on all images of MNIST, by test MSE. Then other methods on
 * all images of MNIST, by test MSE. Then runs on other images and on parts of MNIST (the first images, or some classes),
 * then runs on vectors: because errors on different data cannot be compared, the run that saw most rows over its epochs comes
 * first, so that a short trial is not shown rather than a whole training, and of equals the newest. Then imported models, the
 * newest first.
 * Among runs of one kind those of sweeps come last. A baseline is shown only if it is named, or if there is nothing else.
 *
 * @param options.pinned The id that `reports/site.json` names; of no effect if there is no such run.
 * @param options.sweptIds Ids of the runs that belong to sweeps.
 */
export function featuredAmong(
  runs: readonly Run[],
  { pinned, sweptIds }: { pinned?: string; sweptIds: ReadonlySet<string> },
): Run | null {
  const chosen = runs.find(({ id }) => id === pinned);
  if (chosen) return chosen;
  const [first = null] = runs.toSorted((a, b) =>
    kindOf(a) - kindOf(b) ||
    Number(sweptIds.has(a.id)) - Number(sweptIds.has(b.id)) ||
    (isOnAllOfMnist(a) ? a.metrics.test.mse - b.metrics.test.mse : rowsSeen(b) - rowsSeen(a)) ||
    b.createdAt.localeCompare(a.createdAt) ||
    a.id.localeCompare(b.id)
  );
  return first;
}

/** 0 for the kind of run that is shown rather than any other, 5 for the last: a baseline, which is never shown for itself. */
function kindOf(run: Run): 0 | 1 | 2 | 3 | 4 | 5 {
  if (baselineOf(run.config)) return 5;
  if (run.imported) return 4;
  if (run.dataset.kind === "vector") return 3;
  if (!isOnAllOfMnist(run)) return 2;
  return run.metrics.test.klNats === null ? 1 : 0;
}

function isOnAllOfMnist({ config, dataset }: Run): boolean {
  return dataset.name === TUTORIAL_DATA && config.limit === null && config.leaveOut.length === 0;
}

/** Training rows over all epochs; 0 of an imported model, whose training is not known. */
function rowsSeen({ imported, config, dataset }: Run): number {
  return imported ? 0 : config.epochs * dataset.train.images;
}
