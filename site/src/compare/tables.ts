/**
 * The tables of a comparison: results and settings, a column for each run.
 *
 * PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */
import { count } from "../format.ts";
import { type Content, type Markup, markup } from "./markup.ts";
import { bestOf, type Measure, MEASURES } from "./measures.ts";
import { type DataGroup, type Picked, runsInWords } from "./pick.ts";
import type { RunSummary, Setting } from "./summary.ts";

/** Where links of a table lead. */
export interface Links {
  run(id: string): string;
  term(name: string): string;
}

type Groups = DataGroup<RunSummary>[];

/** A run's letter. */
export function badge(letter: string, kind: "" | "hollow" = ""): Markup {
  return markup`<b class="badge${kind && ` ${kind}`}">${letter}</b>`;
}

/** The measures of all runs; the best of a group is bold, and groups are not ranked against each other. */
export function resultsTable(groups: Groups, { links }: { links: Links }): Markup {
  const columns = groups.flatMap(({ picked }) => picked);
  const rows = MEASURES.filter(({ of }) => columns.some(({ run }) => of(run) !== null));
  const heads = columns.map(({ letter, run }) => columnHead(letter, run, links));
  return table("Results: one row per measure, one column per run", {
    head: [groups.length > 1 && dataHeads(groups), markup`<tr><th scope="col">Measure</th>${heads}</tr>`],
    rows: rows.map((measure) => resultRow(measure, groups, links)),
  });
}

function table(
  caption: string,
  { head, rows, kind = "" }: { head: Content; rows: Content; kind?: string },
): Markup {
  const title = markup`<caption class="visually-hidden">${caption}</caption>`;
  return markup`<table class="compared ${kind}">${title}<thead>${head}</thead><tbody>${rows}</tbody></table>`;
}

/** A row of headings that says which runs have the same data. */
function dataHeads(groups: Groups): Markup {
  const heads = groups.map(({ data, picked }) =>
    markup`<th scope="colgroup" colspan="${picked.length}" class="data">${data.name}, ${rowsOf(data)}</th>`
  );
  return markup`<tr><th scope="col" class="data">Data</th>${heads}</tr>`;
}

/** `10,000 test images`. */
export function rowsOf({ testRows, row }: RunSummary["data"]): string {
  return `${count(testRows)} test ${row}${testRows === 1 ? "" : "s"}`;
}

function columnHead(letter: string, { id, name, detail }: RunSummary, links: Links): Markup {
  const title = markup`${badge(letter)} <span>${name}</span> <small>${detail}</small>`;
  return markup`<th scope="col" class="number"><a href="${links.run(id)}">${title}</a></th>`;
}

function resultRow(measure: Measure, groups: Groups, links: Links): Markup {
  const { label, unit, term } = measure, name = named(label, term, links);
  const cells = groups.map(({ picked }) => {
    const best = bestOf(measure, picked.map(({ run }) => run));
    return picked.map(({ run }, i) => resultCell(measure, run, best.includes(i)));
  });
  return markup`<tr><th scope="row">${name}${unit && markup` <small>${unit}</small>`}</th>${cells}</tr>`;
}

/** A name that leads to its entry in the glossary, if it has one. */
function named(label: string, term: string | null, links: Links): Markup {
  return term === null ? markup`${label}` : markup`<a href="${links.term(term)}">${label}</a>`;
}

function resultCell({ of, text, suffix, isCounted }: Measure, run: RunSummary, isBest: boolean): Markup {
  const value = of(run);
  if (value === null) return markup`<td class="number"><span class="unused">not measured</span></td>`;
  const mark = isCounted && !run.isExact && markup`<sup>†</sup>`;
  const more = suffix && markup` <small>${suffix(run)}</small>`;
  return markup`<td class="number${isBest && " best"}">${text(value, run)}${more}${mark}</td>`;
}

/** What the marks in the results mean. */
export function resultsNote(groups: Groups): Markup {
  const columns = groups.flatMap(({ picked }) => picked);
  const counted = columns.filter(({ run }) => !run.isExact);
  const exact = columns.filter(({ run }) => run.isExact);
  const where = groups.length > 1 && " on the same data";
  const above = counted[0]?.run.activeAbove;
  const others = exact.length > 0 &&
    `, so these counts are not comparable with those of ${runsInWords(exact.map(({ letter }) => letter))}`;
  const counts = counted.length > 0 && [
    ` † In ${runsInWords(counted.map(({ letter }) => letter))}, a latent counts as active above ${above}.`,
    ` Latents below ${above} also contribute to the reconstruction`,
    others,
    ".",
  ];
  const ranks = groups.length > 1 && " Results of different data are not ranked against each other.";
  return markup`<b>Bold:</b> the best of the runs shown${where}, if a measure has a best value.${counts}${ranks}`;
}

/** What to see in the results, in sentences. */
export function resultsText(groups: Groups): string {
  return groups.map(({ data, picked }) => {
    const where = `${picked.length > 1 ? "Measured on the same" : "Measured on"} ${rowsOf(data)} of ${data.name}`;
    const who = groups.length > 1 ? `: ${runsInWords(picked.map(({ letter }) => letter))}. ` : ". ";
    return where + who + bestInWords(picked);
  }).join(" ").trim();
}

function bestInWords(picked: Picked<RunSummary>[]): string {
  if (picked.length < 2) return "";
  const least = picked.reduce((a, b) => b.run.measured.mse < a.run.measured.mse ? b : a);
  const ofError = `Run ${least.letter} has the smallest error`;
  const exact = picked.filter(({ run }) => run.isExact);
  if (!least.run.isExact) {
    return `${ofError}, but latents that do not count as active contribute to its reconstructions too.`;
  }
  const few = exact.reduce((a, b) => b.run.measured.activeLatents < a.run.measured.activeLatents ? b : a);
  const isOther = few !== least && few.run.measured.activeLatents < 0.95 * least.run.measured.activeLatents;
  return isOther ? `${ofError}; run ${few.letter} reconstructs from the fewest active latents.` : `${ofError}.`;
}

/** A setting with its text in each run of a pick. */
interface SettingRow extends Pick<Setting, "term" | "label" | "part"> {
  texts: (string | null)[];
  differs: boolean;
}

/** Every setting that some run has, with the values of all; one that no run's method uses is left out. */
function settingRows(runs: Pick<RunSummary, "settings">[]): SettingRow[] {
  const all = new Map(runs.flatMap(({ settings }) => settings).map((setting) => [setting.label, setting]));
  return [...all.values()].map(({ term, label, part }) => {
    const texts = runs.map(({ settings }) => settings.find((setting) => setting.label === label)?.text ?? null);
    return { term, label, part, texts, differs: new Set(texts).size > 1 };
  }).filter(({ texts }) => texts.some((text) => text !== null));
}

/** The heads of the two tables of settings. */
export const SETTING_PARTS: { part: Setting["part"]; title: string }[] = [
  { part: "method", title: "Method and training" },
  { part: "model", title: "Model, initial values and data" },
];

/** One of the two tables of settings; rows that do not differ are marked, so that they can be hidden. */
export function settingsTable(
  columns: Picked<RunSummary>[],
  { part, title, links }: (typeof SETTING_PARTS)[number] & { links: Links },
): Markup {
  const rows = settingRows(columns.map(({ run }) => run)).filter((row) => row.part === part);
  const methodOf = ({ settings }: RunSummary) => settings[0].text;
  const heads = columns.map(({ letter, run }) =>
    markup`<th scope="col" class="number">${badge(letter)} <span>${methodOf(run)}</span></th>`
  );
  const cellOf = (text: string | null) =>
    markup`<td class="number">${text ?? markup`<span class="unused">not used</span>`}</td>`;
  return table(`${title}: one row per setting, one column per run`, {
    kind: "settings",
    head: markup`<tr><th scope="col">Setting</th>${heads}</tr>`,
    rows: rows.map(({ term, label, texts, differs }) => {
      const name = markup`<th scope="row">${named(label, term, links)}</th>`;
      return markup`<tr class="${differs ? "differs" : "same"}">${name}${texts.map(cellOf)}</tr>`;
    }),
  });
}

/** How many settings differ, and how many there are. */
export function settingCounts(columns: Picked<RunSummary>[]): { differing: number; all: number } {
  const rows = settingRows(columns.map(({ run }) => run));
  return { differing: rows.filter(({ differs }) => differs).length, all: rows.length };
}
