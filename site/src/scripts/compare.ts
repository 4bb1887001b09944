/**
 * Shows the runs the reader picks, in the tables and the charts, and keeps the pick in the address.
 *
 * @module
 */
import type { VegaChart } from "./vega_chart.ts";

const picker = document.querySelector<HTMLFieldSetElement>("[data-compare]");
if (picker) start(picker);

function start(picker: HTMLFieldSetElement): void {
  const boxes = [...picker.querySelectorAll<HTMLInputElement>("input")];
  picker.hidden = false;
  const query = new URLSearchParams(location.search), asked = query.getAll("run");
  if (query.has("run")) {
    for (const box of boxes) box.checked = asked.includes(box.value);
    show(boxes);
  }
  picker.onchange = () => {
    const picked = boxes.filter(({ checked }) => checked);
    const query = picked.map(({ value }) => `run=${encodeURIComponent(value)}`).join("&") || "run=";
    history.replaceState(null, "", picked.length === boxes.length ? location.pathname : `?${query}`);
    show(boxes);
  };
}

/** Hides the columns of other runs and the settings that no two of the shown runs differ in, and redraws the charts. */
function show(boxes: HTMLInputElement[]): void {
  const picked = new Set(boxes.filter(({ checked }) => checked).map(({ value }) => value));
  for (const cell of document.querySelectorAll<HTMLElement>("[data-run]")) cell.hidden = !picked.has(cell.dataset.run!);
  for (const row of document.querySelectorAll<HTMLTableRowElement>("[data-differing] tbody tr")) {
    const values = [...row.querySelectorAll<HTMLElement>("[data-run]")].filter(({ hidden }) => !hidden);
    row.hidden = new Set(values.map(({ textContent }) => textContent)).size < 2;
  }
  for (const id of ["curves", "runs"]) void redraw(id, picked);
}

async function redraw(id: string, picked: Set<string>): Promise<void> {
  await customElements.whenDefined("vega-chart");
  const chart = document.querySelector<VegaChart>(`#${id}`)!;
  const { data } = JSON.parse(chart.querySelector("script")!.textContent!) as {
    data: { name: string; values?: { run: string }[] }[];
  };
  const all = data.find(({ name }) => name === id)!.values!;
  const view = await chart.view();
  await view.data(id, all.filter(({ run }) => picked.has(run))).runAsync();
}
