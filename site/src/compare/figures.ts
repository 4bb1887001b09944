/**
 * The figures of a comparison with their words: what is drawn, how to read it, and what to see in this pick.
 *
 * PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */
import {
  deadByEpoch,
  errorAgainstSparsity,
  errorByK,
  lossBySteps,
  type ReadChart,
  withByK,
  withCommonLoss,
  withDeadLatents,
} from "../charts/compare.ts";
import { probed, probingByCount } from "../charts/compare_probing.ts";
import type { Chart } from "../charts/theme.ts";
import type { CsvRow } from "../csv.ts";
import { count, figure, fixed, percentTo } from "../format.ts";
import { type Markup, markup } from "./markup.ts";
import { type Picked, runsInWords } from "./pick.ts";
import type { RunSummary } from "./summary.ts";

type Runs = Picked<RunSummary>[];

/** The figures, by their anchors. */
export type FigureId = "sparsity" | "by-k" | "loss" | "dead" | "probing";

/** A figure with its words. */
export interface CompareFigure extends ReadChart {
  id: FigureId;
  heading: string;
  /** Which data; null where the caption says it. */
  sub: string | null;
  /** How values are read. */
  hint: string;
  /** The chart in words, for those who do not see it. */
  alt: string;
  caption: Markup;
  rows: CsvRow[];
}

/** A figure that the pick has no numbers for, and why. */
export interface NoFigure {
  id: FigureId;
  heading: string;
  reason: string;
}

const letters = (runs: Runs) => runsInWords(runs.map(({ letter }) => letter));
const upper = (text: string) => text[0].toUpperCase() + text.slice(1);
const without = (all: Runs, some: Runs) => all.filter((run) => !some.includes(run));

/** All figures of the runs on one data set, in the order of the page. */
export function figuresOf(runs: Runs): (CompareFigure | NoFigure)[] {
  return [sparsity(runs), byK(runs), loss(runs), dead(runs), probing(runs)];
}

/** Whether there is something to draw. */
export function isDrawn(figure: CompareFigure | NoFigure): figure is CompareFigure {
  return "chart" in figure;
}

/** A chart without anything, in place of a figure that the pick has no numbers for. */
export const EMPTY_CHART: Chart = (width) => {
  const axis = { field: "none", type: "quantitative" as const, axis: null, scale: { domain: [0, 1] } };
  return { width, height: 10, data: { values: [] }, mark: "point", encoding: { x: axis, y: axis } };
};

function sparsity(runs: Runs): CompareFigure {
  const loose = runs.filter(({ run }) => !run.isExact);
  const note = loose.length > 0 &&
    ` Rings: in ${letters(loose)}, a latent counts as active above ${
        loose[0].run.activeAbove
      }, and latents below also ` +
      "contribute to the reconstruction. Rings are not comparable with discs.";
  return {
    id: "sparsity",
    heading: "Error against sparsity",
    sub: "Test set",
    hint: "Point at a letter to read its numbers",
    ...errorAgainstSparsity(runs),
    alt: runs.map(({ letter, run: { measured } }) =>
      `${letter}: ${figure(measured.mse)} with ${fixed(measured.activeLatents, 1)} active latents`
    ).join("; "),
    caption:
      markup`<b>Test MSE against active latents per input.</b> Each letter is a run. Lower and further left is better.${note}`,
    rows: runs.map(({ letter, run }) => ({
      run: letter,
      title: `${run.name} · ${run.detail}`,
      "active latents": run.measured.activeLatents,
      "test MSE": run.measured.mse,
    })),
  };
}

function byK(all: Runs): CompareFigure | NoFigure {
  const id = "by-k", heading = "Error with fewer latents", runs = withByK(all), others = without(all, runs);
  if (runs.length === 0) {
    return { id, heading, reason: "No run chooses the largest latents of each input, so none can be used with fewer." };
  }
  const left = others.length > 0 &&
    ` ${upper(letters(others))} ${others.length === 1 ? "does" : "do"} not choose these.`;
  const common = Math.min(...runs.map(({ run }) => run.byK.at(-1)!.k));
  const at = ({ run }: Runs[number], k: number) => run.byK.find((own) => own.k === k)?.mse;
  const shared = runs[0].run.byK.map(({ k }) => k).filter((k) =>
    k <= common && runs.every((one) => at(one, k) !== undefined)
  );
  const best = (k: number) => runs.reduce((a, b) => at(b, k)! < at(a, k)! ? b : a).letter;
  const [few, many] = [shared[0], shared.at(-1)!];
  const see = runs.length > 1 && shared.length > 1 &&
    ` With ${few === 1 ? "one latent" : `${few} latents`} run ${best(few)} has the smallest error, with ${many} run ${
      best(many)
    }.`;
  return {
    id,
    heading,
    sub: "Test set",
    hint: "Point at the chart to read values",
    ...errorByK(runs),
    alt: runs.map(({ letter, run }) =>
      `${letter}: ${run.byK.map(({ k, mse }) => `${figure(mse)} from ${k}`).join(", ")}`
    )
      .join("; "),
    caption:
      markup`<b>Test MSE if only the k largest latents of each input are kept.</b> Each line is a run, up to the k that it was trained with; its letter stands at its end. Both axes are logarithmic.${left}${see}`,
    rows: runs.flatMap(({ letter, run }) => run.byK.map(({ k, mse }) => ({ run: letter, k, "test MSE": mse }))),
  };
}

/** The runs that were trained here, and sentences on those that were imported or fitted, which have no steps and no epochs. */
function trainedHere(all: Runs): { trained: Runs; note: string } {
  const trained = all.filter(({ run }) => run.measured.steps !== null), others = without(all, trained);
  const imported = others.filter(({ run }) => run.importedFrom !== null), fitted = without(others, imported);
  const noteOn = (runs: Runs, what: string) =>
    runs.length === 0 ? "" : ` ${upper(letters(runs))} ${runs.length === 1 ? "was" : "were"} ${what}.`;
  return {
    trained,
    note: noteOn(imported, "imported and not trained here") + noteOn(fitted, "fitted without steps"),
  };
}

function loss(picked: Runs): CompareFigure | NoFigure {
  const id = "loss", heading = "Reconstruction loss, by step", { trained: all, note } = trainedHere(picked);
  const runs = withCommonLoss(all), others = without(all, runs);
  if (runs.every(({ run }) => run.curve.length === 0)) {
    return { id, heading, reason: `No run has a loss curve.${note}` };
  }
  const steps = runs.flatMap(({ run }) => run.measured.steps ?? []),
    most = Math.max(...steps),
    fewest = Math.min(...steps);
  const lengths = most > fewest && ` The runs last ${count(fewest)} to ${count(most)} steps.`;
  const left = others.length > 0 &&
    ` ${upper(letters(others))} ${others.length === 1 ? "was" : "were"} trained with another reconstruction loss and ${
      others.length === 1 ? "is" : "are"
    } left out.`;
  return {
    id,
    heading,
    sub: null,
    hint: "Point at the chart, or use the arrow keys, to read all runs at one step",
    ...lossBySteps(all),
    alt: runs.map(({ letter, run }) =>
      `${letter}: ${run.curve.length > 0 ? figure(run.curve.at(-1)![1]) : "none"} at the end`
    )
      .join("; "),
    caption:
      markup`<b>Reconstruction loss of the training batches by training step.</b> Each line is a run with its own dashes; its letter stands at its end. Both axes are logarithmic. Neighbouring steps are averaged.${lengths}${left}${note}`,
    rows: runs.flatMap(({ letter, run }) =>
      run.curve.map(([step, value]) => ({ run: letter, step, "reconstruction loss": value }))
    ),
  };
}

function dead(picked: Runs): CompareFigure | NoFigure {
  const id = "dead", heading = "Dead latents, by epoch", { trained: all, note } = trainedHere(picked);
  const runs = withDeadLatents(all), others = without(all, runs);
  if (runs.length === 0) {
    const none = all.length === 0
      ? ""
      : `${upper(letters(all))} ${all.length === 1 ? "has" : "have"} no dead latents at any epoch.`;
    return { id, heading, reason: (none + note).trim() };
  }
  const left = others.length > 0 &&
    ` ${upper(letters(others))} ${others.length === 1 ? "has" : "have"} none at any epoch and ${
      others.length === 1 ? "is" : "are"
    } left out.`;
  const ends = runs.map(({ letter, run }) =>
    `${letter} ends with ${count(run.dead.at(-1)![1])} of ${count(run.measured.latents)}`
  );
  return {
    id,
    heading,
    sub: "Test set",
    hint: "Point at the chart to read values",
    ...deadByEpoch(all),
    alt: ends.join("; "),
    caption:
      markup`<b>Latents that are active on no test input, as a share of all latents, after each epoch.</b> Epoch 0 is before training. ${
        ends.map((end) => `Run ${end}`).join("; ")
      }.${left}${note}`,
    rows: runs.flatMap(({ letter, run }) =>
      run.dead.map(([epoch, latents]) => ({ run: letter, epoch, "dead latents": latents }))
    ),
  };
}

function probing(all: Runs): CompareFigure | NoFigure {
  const id = "probing", heading = "Classes predicted from the best latents", runs = probed(all);
  if (runs.length === 0) {
    return { id, heading, reason: "These data have no labels, so classes cannot be predicted from latents." };
  }
  const row = runs[0].run.data.row === "vector" ? "input values" : "pixels";
  const ks = [...new Set(runs.flatMap(({ run }) => run.probing.map(({ k }) => k)))].sort((a, b) => a - b),
    most = ks.at(-1)!;
  const of = ({ run }: Runs[number]) => run.probing.find(({ k }) => k === most)?.latents ?? null;
  const known = runs.filter((one) => of(one) !== null);
  const best = known.length > 1 ? known.reduce((a, b) => of(b)! > of(a)! ? b : a) : null;
  const see = best && ` With ${most} latents, run ${best.letter} is best (${percentTo(of(best)!, 1)}).`;
  return {
    id,
    heading,
    sub: null,
    hint: "Point at a letter to read its accuracy",
    ...probingByCount(all),
    alt: runs.map(({ letter, run }) =>
      `${letter}: ${
        run.probing.map(({ k, latents }) =>
          latents === null ? `${k} not measured` : `${percentTo(latents, 1)} from ${k}`
        ).join(", ")
      }`
    ).join("; "),
    caption: markup`<b>Mean test accuracy of predicting one class against the rest, from the best ${
      ks.join(", ")
    } latents.</b> Letters: runs. Bar: the best ${row} instead of latents. Guessing is right half of the time.${see}`,
    rows: runs.flatMap(({ letter, run }) =>
      run.probing.map(({ k, latents, pixels }) => ({
        run: letter,
        k,
        "accuracy from latents": latents,
        [`accuracy from ${row}`]: pixels,
      }))
    ),
  };
}
