/**
 * Runs as tables, one for each data set, because errors on different data do not compare: which columns are shown, and
 * every cell with the value it is sorted by.
 *
 * Formats; measures nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { explainedVariance } from "../../../lib/analysis/across/figures.ts";
import { datasetTitle } from "../../../lib/data/describe.ts";
import type { Run } from "../../../lib/report/schema.ts";
import { isTrainedHere } from "../../../lib/report/trained_here.ts";
import { titleOf } from "../../../lib/run/title.ts";
import { baselineOf } from "../../../lib/sae/baselines.ts";
import { count, duration, figure, fixed, percentTo } from "../format.ts";
import { settingLabel, settingText } from "../settings.ts";
import { sharedTitles } from "../titles.ts";
import { scaledText, scaleOf } from "./scaling_words.ts";

/** A cell; empty if the run has no such number. */
export interface RunCell {
  text: string;
  /** What the column is sorted by; null sorts last. */
  value: number | string | null;
}

/** A column of a table of runs. */
export interface RunColumn {
  /** Its name in words. */
  label: string;
  /** The measure's key in the report, for a link to its definition; null for a setting or a fact. */
  metric: string | null;
  isNumber: boolean;
  /** Whether large values are the ones to look at first. */
  isLargestFirst: boolean;
  /** Whether a card on a phone and the table on a tablet show it. */
  isOnCard: boolean;
}

/** A run of a table. */
export interface RunRow {
  run: Run;
  cells: RunCell[];
  /** Whether another run of the table has the same title, so that only their ids differ. */
  isTitleShared: boolean;
  /** What a search looks through: names and settings, no measured number. */
  searched: string;
}

/** The runs on one data set, whose values are scaled alike: errors are in the units of the scaled values. */
export interface RunTable {
  /** An anchor: letters, digits and `-`. */
  id: string;
  /** The data set for people. */
  title: string;
  columns: RunColumn[];
  rows: RunRow[];
}

/** A column with how its cells come from a run. */
interface Source extends RunColumn {
  cell(run: Run): RunCell;
}

/**
 * The tables, that with the most runs first; rows as given.
 *
 * @param options.pwMcc How alike a run's dictionary and those of other random seeds are, by the run's id; runs of no comparison are left out.
 */
export function runTables(
  runs: Run[],
  { pwMcc = new Map() }: { pwMcc?: ReadonlyMap<string, number> } = {},
): RunTable[] {
  const keyOf = ({ dataset: { name, scaling } }: Run) => JSON.stringify([name, scaleOf(scaling), scaling.subtract]);
  const groups = [...Map.groupBy(runs, keyOf).values()].sort((a, b) => b.length - a.length);
  const names = groups.map(([{ dataset }]) => dataset.name);
  return groups.map((ofData, i) => {
    const [{ dataset: { name, scaling } }] = ofData, isShared = names.indexOf(name) !== names.lastIndexOf(name);
    const settings = settingColumns(ofData), sources = [...measureColumns(ofData, pwMcc), ...settings, ...FACTS];
    const title = datasetTitle(name) + (isShared ? `, ${scaledText(scaling)}` : ""), shared = sharedTitles(ofData);
    return {
      id: `data-${i + 1}`,
      title,
      columns: sources.map(({ cell: _, ...column }) => column),
      rows: ofData.map((run) => ({
        run,
        cells: sources.map(({ cell }) => cell(run)),
        isTitleShared: shared.has(run.title),
        searched: [title, ...searchedNames(run), ...settings.map(({ cell }) => cell(run).text)].join(" "),
      })),
    };
  });
}

function searchedNames(run: Run): string[] {
  return [run.title, run.id, ...(isUnsaidBaseline(run) ? ["baseline"] : [])];
}

const NOTHING: RunCell = { text: "", value: null };
const numberCell = (value: number | null | undefined, text: (value: number) => string): RunCell =>
  value === null || value === undefined ? NOTHING : { text: text(value), value };

const MEASURES: Source[] = [
  measure("mse", "Test MSE", ({ metrics }) => numberCell(metrics.test.mse, (value) => fixed(value, 5)), {
    isOnCard: true,
  }),
  measure(
    "fvu",
    "Explained variance",
    ({ metrics }) => numberCell(explainedVariance(metrics.test), (value) => percentTo(value, 1)),
    { isOnCard: true, isLargestFirst: true },
  ),
  measure(
    "activeLatents",
    "Active latents",
    ({ metrics }) => numberCell(metrics.test.activeLatents, (value) => fixed(value, 1)),
    { isOnCard: true },
  ),
  measure("klNats", "KL, nats", ({ metrics }) => numberCell(metrics.test.klNats, (value) => figure(value))),
  measure(
    "dictionary",
    "True features found",
    ({ metrics }) => numberCell(metrics.dictionary?.mcc, (value) => fixed(value, 3)),
    { isOnCard: true, isLargestFirst: true },
  ),
  measure(
    "deadLatents",
    "Dead latents",
    ({ metrics, config }) =>
      numberCell(
        metrics.test.deadLatents / config.latent,
        () => `${count(metrics.test.deadLatents)} of ${count(config.latent)}`,
      ),
    { isOnCard: true },
  ),
];

function measure(
  metric: string,
  label: string,
  cell: (run: Run) => RunCell,
  { isOnCard = false, isLargestFirst = false } = {},
): Source {
  return { metric, label, cell, isNumber: true, isLargestFirst, isOnCard };
}

/** The name of the column of stability. */
export const STABILITY = "PW-MCC";

/** Measures that at least one of the runs has. */
function measureColumns(runs: Run[], pwMcc: ReadonlyMap<string, number>): Source[] {
  const stability: Source = {
    label: STABILITY,
    metric: null,
    isNumber: true,
    isLargestFirst: true,
    isOnCard: true,
    cell: ({ id }) => numberCell(pwMcc.get(id), (value) => fixed(value, 2)),
  };
  return [...MEASURES, stability].filter(({ cell }) => runs.some((run) => cell(run).value !== null));
}

const FACTS: Source[] = [
  {
    label: "Training time",
    metric: null,
    isNumber: true,
    isLargestFirst: false,
    isOnCard: false,
    cell: (run) => numberCell(isTrainedHere(run) ? run.timing.trainMs : null, duration),
  },
  {
    label: "Started",
    metric: null,
    isNumber: false,
    isLargestFirst: true,
    isOnCard: false,
    cell: ({ createdAt }) => ({ text: createdAt.slice(0, 10), value: createdAt }),
  },
];

type Setting = keyof Run["config"];

/** Settings that the title made from the settings already has. */
const IN_TITLE = new Set<Setting>([
  ...["dataset", "sparsity", "rho", "beta", "lambda", "k", "targetL0", "latent", "seed", "baseline"] as const,
]);
/** Settings of the machine: they do not change what is learned. */
const OF_MACHINE = new Set<Setting>(["backend", "engine", "threads"]);
/** More columns than this make a table that nobody reads across. */
const MOST_SETTINGS = 5;
/** A setting in which fewer of the runs differ from the others of their method is on their own pages only. */
const LEAST_SHARE = 0.1;

/**
 * Settings in which runs of the same method differ, those that divide them most first: a setting that follows from the
 * method says nothing that the title does not say.
 */
function settingColumns(runs: Run[]): Source[] {
  const methods = [...Map.groupBy(runs, ({ config }) => config.sparsity).values()];
  const hasOwnTitles = runs.some(({ config, dataset, title }) => title !== titleOf(config, dataset.name));
  const names = [...new Set(runs.flatMap(({ usedSettings }) => usedSettings))]
    .filter((name) => !OF_MACHINE.has(name) && (hasOwnTitles || !IN_TITLE.has(name)));
  const outvoted = (ofMethod: Run[], name: Setting) =>
    ofMethod.length - mostCommon(ofMethod.map((run) => settingCell(run, name).text));
  const varying = names
    .map((name) => ({ name, minority: methods.reduce((sum, ofMethod) => sum + outvoted(ofMethod, name), 0) }))
    .filter(({ minority }) => minority > 0 && minority >= LEAST_SHARE * runs.length)
    .sort((a, b) => b.minority - a.minority);
  return varying.slice(0, MOST_SETTINGS).map(({ name }) => ({
    label: settingLabel(name),
    metric: null,
    isNumber: runs.some((run) => typeof settingCell(run, name).value === "number"),
    isLargestFirst: false,
    isOnCard: false,
    cell: (run) => settingCell(run, name),
  }));
}

/** A setting of a run; empty if its method does not read it. */
function settingCell({ config, usedSettings }: Run, name: Setting): RunCell {
  if (!usedSettings.includes(name)) return NOTHING;
  const value = config[name], text = settingText(name, value);
  return { text, value: typeof value === "number" ? value : text };
}

/** How many of the texts are the one that stands most often. */
function mostCommon(texts: string[]): number {
  return Math.max(...[...Map.groupBy(texts, (text) => text).values()].map(({ length }) => length));
}

/** Whether a run is a baseline that its author's title does not call one. */
export function isUnsaidBaseline({ config, title }: Pick<Run, "config" | "title">): boolean {
  return baselineOf(config) !== null && !/\bbaseline\b/i.test(title);
}

/** The columns of measures over all tables, for the links to their definitions. */
export function measuresOf(tables: RunTable[]): { metric: string; label: string }[] {
  const all = tables.flatMap(({ columns }) =>
    columns.flatMap(({ metric, label }) => metric === null ? [] : [[metric, label] as const])
  );
  return [...new Map(all)].map(([metric, label]) => ({ metric, label }));
}

/** The names of the columns that cards on a phone show, over all tables. */
export function cardColumns(tables: RunTable[]): string[] {
  return [
    ...new Set(tables.flatMap(({ columns }) => columns.filter(({ isOnCard }) => isOnCard).map(({ label }) => label))),
  ];
}
