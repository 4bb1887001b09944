/**
 * Draws a stored chart: Vega-Lite to SVG, at build without a browser, and where the points of its series lie in the picture.
 *
 * @module
 */
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { type Chart, configOf, type Reading } from "./theme.ts";

/** A chart drawn at one width. */
export interface Drawing {
  /** In pixels. */
  width: number;
  /** The SVG, with the style sheet's colour variables. */
  svg: string;
  /** Where the points of the reading lie, `[series][point]`, in the SVG's pixels; null without a reading. */
  places: [x: number, y: number][][] | null;
}

/**
 * Draws a chart at a width.
 *
 * @param options.id The figure's name: ids within the SVG begin with it, so that two charts on a page do not share one.
 * @param options.expr What evaluates expressions: a page may not make code from text, so it brings Vega's interpreter.
 * @throws {Error} The chart is no valid Vega-Lite specification.
 */
export async function draw(
  chart: Chart,
  { width, ...options }: { width: number; id: string; reading?: Reading | null; expr?: vega.ViewOptions["expr"] },
): Promise<Drawing> {
  return { width, ...await drawSpec(chart(width), { ...options, name: `${options.id}-${width}` }) };
}

/**
 * Draws a specification.
 *
 * @param options.name Ids within the SVG begin with it.
 * @throws {Error} It is no valid Vega-Lite specification.
 */
export async function drawSpec(
  spec: TopLevelSpec,
  { name, reading = null, expr }: { name: string; reading?: Reading | null; expr?: vega.ViewOptions["expr"] },
): Promise<Omit<Drawing, "width">> {
  const compiled = compile(spec, { config: configOf(spec) }).spec;
  const view = new vega.View(vega.parse(compiled, undefined, { ast: expr !== undefined }), { renderer: "none", expr });
  await view.runAsync();
  const svg = withOwnIds(compact(await view.toSVG()), name).replace("<svg ", '<svg aria-hidden="true" ');
  const places = reading && placesIn(view, reading);
  view.finalize();
  return { svg, places };
}

/** The Vega-Lite specification that a reader takes away: whole, with its configuration. */
export function standaloneSpec(chart: Chart, width: number): TopLevelSpec {
  const spec = chart(width);
  return { $schema: "https://vega.github.io/schema/vega-lite/v6.json", ...spec, config: configOf(spec) };
}

/**
 * Without what nobody sees: attributes and shapes for pointers, which read the chart in another way, attributes for those who
 * do not see it, who get the chart in words, and digits below a tenth of a pixel.
 */
function compact(svg: string): string {
  return svg
    .replace(/<path class="(?:background|foreground)"[^>]*\bd="(?:M0,0h0v0h0Z|)"[^>]*\/>/g, "")
    .replace(/ (?:aria-hidden|aria-label|aria-roledescription|role|pointer-events)="[^"]*"/g, "")
    .replace(
      / (?:d|transform|x|y|x1|x2|y1|y2|width|height)="[^"]*"/g,
      (attribute) => attribute.replace(/(\.\d)\d+/g, "$1"),
    );
}

/** Vega numbers its clip paths over all charts of a process: here they start at 0 in each. */
function withOwnIds(svg: string, prefix: string): string {
  const names = new Map<string, string>();
  return svg.replace(/(\bid="|url\(#)([\w-]+)/g, (_, before: string, name: string) => {
    if (!names.has(name)) names.set(name, `${prefix}-${names.size}`);
    return before + names.get(name);
  });
}

/** Where each point lies, in pixels from the SVG's corner. */
function placesIn(view: vega.View, { series }: Reading): [number, number][][] {
  const [left, top] = view.origin();
  const { left: padLeft, top: padTop } = view.padding() as { left: number; top: number };
  const along = (name: "x" | "y") => {
    const scale = view.scale(name) as ((value: unknown) => number) & { bandwidth?: () => number };
    const half = (scale.bandwidth?.() ?? 0) / 2;
    return (value: number | string) => scale(value) + half;
  };
  const x = along("x"), y = along("y");
  return series.map(({ points }) =>
    points.map((point) => [round(x(point.x) + left + padLeft), round(y(point.y) + top + padTop)])
  );
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

/** The rows that a specification draws: of its layers the longest, since labels and lines of reference have few. */
export function rowsOf(spec: object): Record<string, unknown>[] {
  const { data, layer = [] } = spec as { data?: { values?: unknown }; layer?: object[] };
  const own = Array.isArray(data?.values) ? data.values as Record<string, unknown>[] : [];
  return layer.map(rowsOf).reduce((longest, rows) => rows.length > longest.length ? rows : longest, own);
}
