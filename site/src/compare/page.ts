/**
 * The parts of the Compare page that follow the pick, as markup by the name of their place: at build and in the browser alike.
 *
 * PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */
import { chosenRows, drawnRuns, type InputChoice, INPUTS_SHOWN, type PictureLinks, sameInputs } from "./inputs.ts";
import { type Markup, markup } from "./markup.ts";
import { type DataGroup, FEWEST, headingOf, MOST } from "./pick.ts";
import type { RunSummary } from "./summary.ts";
import {
  badge,
  type Links,
  resultsNote,
  resultsTable,
  resultsText,
  rowsOf,
  SETTING_PARTS,
  settingCounts,
  settingsTable,
} from "./tables.ts";

/** Where links of the page lead. */
export interface PageLinks extends Links, PictureLinks {}

type Groups = DataGroup<RunSummary>[];

/** Places of the page that the pick fills, except for the figures. */
export type Slot =
  | "heading"
  | "picks"
  | "results-text"
  | "results-table"
  | "results-note"
  | "settings-method"
  | "settings-model"
  | "settings-differing"
  | "settings-all";

/** What stands in each place. */
export function slotsOf(groups: Groups, { links }: { links: PageLinks }): Record<Slot, Markup> {
  const columns = groups.flatMap(({ picked }) => picked), { differing, all } = settingCounts(columns);
  const [method, model] = SETTING_PARTS.map((part) => settingsTable(columns, { ...part, links }));
  return {
    heading: markup`${headingOf(groups)}`,
    picks: picksOf(groups),
    "results-text": markup`${resultsText(groups)}`,
    "results-table": resultsTable(groups, { links }),
    "results-note": resultsNote(groups),
    "settings-method": method,
    "settings-model": model,
    "settings-differing": markup`${differing} that differ`,
    "settings-all": markup`All ${all}`,
  };
}

/** The runs of the pick, each with a button that takes it out if enough others stay. */
function picksOf(groups: Groups): Markup {
  const count = groups.reduce((sum, { picked }) => sum + picked.length, 0);
  return markup`${
    groups.flatMap(({ data, picked }) =>
      picked.map(({ letter, run }) => {
        const where = groups.length > 1 && markup` <small>${data.name}</small>`;
        const remove = count > FEWEST &&
          markup` <button type="button" class="controls remove" data-remove="${run.id}" aria-label="Remove run ${letter}, ${run.name}">Remove</button>`;
        return markup`<li data-letter="${letter}">${
          badge(letter)
        }<span><strong>${run.name}</strong> <small>${run.detail}</small>${where}</span>${remove}</li>`;
      })
    )
  }`;
}

/** Whether another run can be added. */
export function canAdd(groups: Groups): boolean {
  return groups.reduce((sum, { picked }) => sum + picked.length, 0) < MOST;
}

/** Whether there are so many runs that their results need the whole width of the page. */
export function isMany(groups: Groups): boolean {
  return groups.reduce((sum, { picked }) => sum + picked.length, 0) > 5;
}

/** Buttons that choose the data of the charts, if the pick has several; nothing else. */
export function dataButtons(groups: Groups, shown: DataGroup<RunSummary>): Markup {
  if (groups.length < 2) return markup``;
  return markup`${
    groups.map((group) =>
      markup`<button type="button" data-group="${group.data.key}" aria-pressed="${
        String(group === shown)
      }">${group.data.name} ${group.picked.map(({ letter }) => badge(letter))}</button>`
    )
  }`;
}

/** The same inputs by all runs of a group. */
export interface SameInputs {
  tiles: Markup;
  /** Which are shown. */
  text: string;
  /** How to read them. */
  note: string;
  /** Whether they have pictures. */
  isDrawn: boolean;
  hasBefore: boolean;
  hasNext: boolean;
}

/** The same inputs by all runs of a group, and which of them are shown. */
export function inputsOf(
  { data, picked }: DataGroup<RunSummary>,
  choice: InputChoice,
  { links }: { links: PageLinks },
): SameInputs {
  const { rows, matching } = chosenRows(picked, choice), isDrawn = drawnRuns(picked) !== null;
  const note = isDrawn
    ? "Below each image the mean squared error of its reconstruction, in bold the smallest of the runs. Error: the absolute difference of " +
      "input and reconstruction, brighter is larger."
    : `The ${data.row}s of these data have no picture. The numbers are the mean squared errors of their reconstructions, in bold the ` +
      "smallest of the runs.";
  if (rows.length === 0) {
    return { tiles: markup``, text: "No input matches.", note, isDrawn, hasBefore: choice.from > 0, hasNext: false };
  }
  const of = choice.className === null
    ? `the first ${matching} test ${data.row}s`
    : `${matching} of class ${choice.className}`;
  return {
    tiles: sameInputs(picked, { rows, isError: choice.isError, links }),
    text: `${choice.from + 1} to ${choice.from + rows.length} of ${of}; ${rowsOf(data)} in all.`,
    note,
    isDrawn,
    hasBefore: choice.from > 0,
    hasNext: choice.from + INPUTS_SHOWN < matching,
  };
}
