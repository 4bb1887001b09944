/**
 * The runs that Home and Learn set beside each other: the featured KL run, a model with few active latents on the same data, and
 * the tutorial's own settings on the same data.
 *
 * Chooses; reads nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Run } from "../../lib/report/schema.ts";
import { baselineOf } from "../../lib/sae/baselines.ts";
import { VARIANTS } from "../../lib/sae/sparsity/variants.ts";
import { featuredAmong } from "./featured_run.ts";

/** Runs to show beside each other; null where there is none. */
export interface ChosenRuns {
  /** The featured run, of any method. */
  featured: Run | null;
  /** The featured run if it is a KL run on images, else the KL run on images that would be featured, on the same data if any is. */
  kl: Run | null;
  /** On the same data as `kl`, or as `featured` without one: a model whose latents are exactly 0 unless active. */
  sparse: Run | null;
  /** On the same data as `kl`: a KL run with the tutorial's settings, if `kl` is another run. */
  notebook: Run | null;
}

/** Whether two runs were measured on the same test inputs. */
export function isOnSameData(a: Pick<Run, "dataset">, b: Pick<Run, "dataset">): boolean {
  return a.dataset.test.pixelsSha256 === b.dataset.test.pixelsSha256;
}

/** Chooses among all runs. */
export function chosenRuns(
  runs: readonly Run[],
  { featured, sweptIds }: { featured: Run | null; sweptIds: ReadonlySet<string> },
): ChosenRuns {
  const kl = featured && isKlOnImages(featured) ? featured : klAmong(runs, { featured, sweptIds });
  const main = kl ?? featured;
  const trained = runs.filter(({ config }) => !baselineOf(config));
  const beside = main ? trained.filter((run) => run.id !== main.id && isOnSameData(run, main)) : [];
  return { featured, kl, sparse: sparseAmong(beside, sweptIds), notebook: kl && notebookAmong(beside) };
}

/**
 * The runs of Home's picture: a sparse model and the KL model if they are on the data of the featured run, else the featured run
 * alone; none if it is not on images.
 */
export function picturedRuns({ featured, kl, sparse }: Pick<ChosenRuns, "featured" | "kl" | "sparse">): Run[] {
  if (featured?.dataset.kind !== "image") return [];
  return kl && sparse && isOnSameData(kl, featured) ? [sparse, kl] : [featured];
}

function klAmong(
  runs: readonly Run[],
  { featured, sweptIds }: { featured: Run | null; sweptIds: ReadonlySet<string> },
): Run | null {
  const onImages = runs.filter(isKlOnImages),
    beside = onImages.filter((run) => featured && isOnSameData(run, featured));
  return featuredAmong(beside.length > 0 ? beside : onImages, { sweptIds });
}

/** What the chapters of Learn can show: their texts are about images. */
function isKlOnImages(run: Run): boolean {
  return isKl(run) && run.dataset.kind === "image";
}

function isKl({ metrics }: Run): boolean {
  return metrics.test.klNats !== null;
}

/** Whether exactly k latents of each input are active, which a picture of one input shows best. */
function choosesByRow({ config }: Run): boolean {
  return VARIANTS[config.sparsity].selects === "row";
}

/** Methods that choose latents for each input before others, runs of their own before those of sweeps, and then the smallest error. */
function sparseAmong(runs: Run[], sweptIds: ReadonlySet<string>): Run | null {
  const [best = null] = runs
    .filter(({ config }) => VARIANTS[config.sparsity].activates !== "sigmoid")
    .sort((a, b) =>
      Number(choosesByRow(b)) - Number(choosesByRow(a)) ||
      Number(sweptIds.has(a.id)) - Number(sweptIds.has(b.id)) ||
      a.metrics.test.mse - b.metrics.test.mse || a.id.localeCompare(b.id)
    );
  return best;
}

/** The newest of those that start from a new model with all of the tutorial's settings. */
function notebookAmong(runs: Run[]): Run | null {
  const [newest = null] = runs
    .filter((run) => isKl(run) && run.config.preset === "notebook")
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id));
  return newest;
}
