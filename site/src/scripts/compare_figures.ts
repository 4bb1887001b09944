/**
 * Draws the figures of a comparison anew, with Vega and Vega-Lite, which are loaded with this file.
 *
 * @module
 */
import { expressionInterpreter } from "vega-interpreter";
import { draw, standaloneSpec } from "../charts/drawing.ts";
import { WIDE } from "../charts/theme.ts";
import { type CompareFigure, isDrawn, type NoFigure } from "../compare/figures.ts";
import { csv } from "../csv.ts";
import type { FigureReading } from "./figure.ts";

/** Draws one figure, or says why there is none. */
export async function drawFigure(root: HTMLElement, figure: CompareFigure | NoFigure): Promise<void> {
  const place = root.querySelector<HTMLElement>(`[data-figure="${figure.id}"]`)!;
  const element = place.querySelector("figure")!, none = place.querySelector<HTMLElement>("[data-none]")!;
  place.querySelector<HTMLElement>("[data-drawn]")!.hidden = !isDrawn(figure);
  none.hidden = isDrawn(figure);
  if (!isDrawn(figure)) {
    none.querySelector("p")!.textContent = figure.reason;
    return;
  }
  const { id, chart, reading, rows, sub, hint, alt, caption } = figure;
  const at: Record<string, [number, number][][]> = {};
  for (const drawing of element.querySelectorAll<HTMLElement>(".drawing")) {
    const width = Number(drawing.dataset.width);
    const { svg, places } = await draw(chart, { id, width, reading, expr: expressionInterpreter });
    drawing.innerHTML = svg;
    drawing.ariaLabel = alt;
    at[width] = places!;
  }
  const readout = element.querySelector("[data-readout]")!;
  readout.textContent = sub ? `${sub}. ${hint}` : hint;
  readout.classList.toggle("controls", !sub);
  element.querySelector("figcaption")!.innerHTML = caption.text;
  element.querySelector<FigureReading>("fig-reading")!.use({ ...reading, at });
  takeAway(element, ".csv", csv(rows));
  takeAway(element, ".vl.json", JSON.stringify(standaloneSpec(chart, WIDE)));
  // A page to embed is made at build, for the pick that the page starts with.
  element.querySelector<HTMLElement>("a[href$='.html']")?.remove();
}

/** Puts what is drawn now in the place of the file that was made at build. */
function takeAway(element: HTMLElement, ending: string, content: string): void {
  const link = element.querySelector<HTMLAnchorElement>(`a[download$="${ending}"]`);
  if (!link) return;
  if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([content], { type: ending === ".csv" ? "text/csv" : "application/json" }));
}
