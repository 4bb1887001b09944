/**
 * Searches the tables of runs and sorts them by the column that a reader chooses. The search stays in the address.
 *
 * @module
 */
import { hasWords } from "../word_search.ts";
import { sortedRows } from "./row_order.ts";

const form = document.querySelector<HTMLFormElement>("[data-run-search]");
const tables = [...document.querySelectorAll<HTMLTableElement>("[data-run-table] table")];
/** The rows of each table as the page came: newest first. */
const original = new Map(tables.map((table) => [table, [...table.tBodies[0].rows]]));

if (form) start(form);

function start(form: HTMLFormElement): void {
  const search = form.elements.namedItem("q") as HTMLInputElement,
    sort = form.elements.namedItem("sort") as HTMLSelectElement;
  for (const table of tables) addButtons(table, () => sort.value = "");
  search.value = new URLSearchParams(location.search).get("q") ?? "";
  form.onsubmit = (event) => event.preventDefault();
  search.oninput = () => {
    history.replaceState(null, "", search.value ? `?q=${encodeURIComponent(search.value)}` : location.pathname);
    filter(search.value);
  };
  sort.onchange = () => {
    for (const table of tables) order(table, { label: sort.value, isReversed: false });
  };
  if (search.value) filter(search.value);
}

/** Makes headings buttons: the first press sorts what to look at first to the top, the next one the other way round. */
function addButtons(table: HTMLTableElement, chosen: () => void): void {
  for (const heading of table.tHead!.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.onclick = () => {
      chosen();
      order(table, { label: heading.dataset.label!, isReversed: heading.ariaSort === firstOrder(heading) });
    };
  }
}

function firstOrder(heading: HTMLTableCellElement): "ascending" | "descending" {
  return heading.dataset.largestFirst === undefined ? "ascending" : "descending";
}

/** Orders a table by a column; without such a column as it came. */
function order(table: HTMLTableElement, { label, isReversed }: { label: string; isReversed: boolean }): void {
  const headings = [...table.tHead!.rows[0].cells],
    column = headings.findIndex((heading) => heading.dataset.label === label);
  for (const heading of headings) heading.ariaSort = null;
  const rows = original.get(table)!;
  if (column < 0) return table.tBodies[0].append(...rows);
  const isDescending = (firstOrder(headings[column]) === "descending") !== isReversed;
  headings[column].ariaSort = isDescending ? "descending" : "ascending";
  const values = rows.map((row) => row.cells[column].dataset.value ?? "");
  table.tBodies[0].append(...sortedRows(values, { isDescending }).map((i) => rows[i]));
}

function filter(search: string): void {
  let found = 0, all = 0;
  for (const table of tables) {
    const section = table.closest<HTMLElement>("[data-run-table]")!;
    let foundHere = 0;
    for (const row of original.get(table)!) {
      row.hidden = !hasWords(row.dataset.searched!, search);
      if (!row.hidden) foundHere++;
      all++;
    }
    section.hidden = foundHere === 0;
    found += foundHere;
  }
  document.querySelector("[data-run-count]")!.textContent = search ? `${found} of ${all} runs` : "";
}
