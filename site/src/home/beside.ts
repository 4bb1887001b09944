/**
 * The table of Home: the featured run beside the tutorial's printed numbers and beside other runs on the same data.
 *
 * Chooses columns and writes numbers; draws nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { explainedVariance } from "../../../lib/analysis/across/figures.ts";
import type { Run } from "../../../lib/report/schema.ts";
import { isTrainedHere } from "../../../lib/report/trained_here.ts";
import { TUTORIAL } from "../../../lib/report/tutorial.ts";
import { VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import { count, duration, figure, fixed } from "../format.ts";

/** A column: a run, or the tutorial. */
export interface Column {
  /** In two lines at most. */
  title: string;
  run: Run | null;
}

/** A cell: the number, and what it is of. */
export interface Cell {
  text: string;
  of?: string;
}

/** A row of the table. */
export interface Row {
  label: string;
  /** What the number is, in a few words. */
  note?: string;
  /** The glossary's entry. */
  metric?: string;
  cells: Cell[];
}

/** Neither printed nor applicable. */
const NONE: Cell = { text: "–" };

/** The columns; the tutorial's if the featured run is on the tutorial's data. */
export function columnsOf(
  { featured, notebook, sparse }: { featured: Run; notebook: Run | null; sparse: Run | null },
): Column[] {
  const others: Column[] = [];
  if (featured.dataset.name === "mnist") others.push({ title: "Tutorial, as printed", run: null });
  if (notebook && notebook.id !== featured.id) others.push({ title: "Tutorial’s settings, here", run: notebook });
  if (sparse && sparse.id !== featured.id) {
    others.push({
      title: `${VARIANTS[sparse.config.sparsity].title}, ${count(sparse.config.latent)} latents`,
      run: sparse,
    });
  }
  return [{ title: "Featured run", run: featured }, ...others];
}

/** The rows; one that has a number for no run is left out. */
export function rowsBeside(columns: readonly Column[]): Row[] {
  const row = (
    { label, note, metric, of, tutorial = NONE }: {
      label: string;
      note?: string;
      metric?: string;
      of(run: Run): Cell;
      tutorial?: Cell;
    },
  ): Row => ({ label, note, metric, cells: columns.map(({ run }) => run ? of(run) : tutorial) });
  const rho = columns.find(({ run }) => run && isKl(run))?.run?.config.rho;
  const ofAll = ({ config }: Run) => `of ${count(config.latent)}`;
  const above = (run: Run, threshold: number): Cell => {
    const value = run.metrics.test.l0.find((at) => at.threshold === threshold)?.value;
    return isKl(run) && value !== undefined ? { text: fixed(value, 1), of: ofAll(run) } : NONE;
  };
  const runs = columns.flatMap(({ run }) => run ?? []);
  if (runs.length === 0) return [];
  const epochs = runs.filter(isTrainedHere).map(({ config }) => config.epochs), isSame = new Set(epochs).size === 1;
  const epochsText = (n: number) => `${n} epoch${n === 1 ? "" : "s"}`;
  return [
    row({
      label: "Reconstruction error",
      note: "mean squared error, test set",
      metric: "mse",
      of: ({ metrics }) => ({ text: fixed(metrics.test.mse, 4) }),
      tutorial: { text: fixed(TUTORIAL.testMse, 4) },
    }),
    row({
      label: "Explained variance",
      note: "1 is a perfect reconstruction",
      metric: "fvu",
      of: ({ metrics }) => ({ text: figure(explainedVariance(metrics.test)) }),
    }),
    row({
      label: "Mean activation",
      note: rho === undefined ? undefined : `target ${rho} for KL`,
      metric: "meanActivation",
      of: (run) => isKl(run) ? { text: fixed(run.metrics.test.meanActivation, 3) } : NONE,
      tutorial: { text: fixed(TUTORIAL.meanActivation, 3) },
    }),
    row({ label: "Latents above 0.1 per input", metric: "l0", of: (run) => above(run, 0.1) }),
    row({
      label: "Latents above 0.01 per input",
      note: "other methods than KL: above 0",
      metric: "activeLatents",
      of: (run) => isKl(run) ? above(run, 0.01) : { text: fixed(run.metrics.test.activeLatents, 1), of: ofAll(run) },
    }),
    row({
      label: "Training time",
      note: isSame ? epochsText(epochs[0]) : undefined,
      of: (run) =>
        isTrainedHere(run)
          ? { text: duration(run.timing.trainMs), of: isSame ? undefined : epochsText(run.config.epochs) }
          : NONE,
    }),
  ].filter(({ cells }) => cells.some(({ text }, i) => text !== NONE.text && columns[i].run));
}

function isKl({ metrics }: Run): boolean {
  return metrics.test.klNats !== null;
}
