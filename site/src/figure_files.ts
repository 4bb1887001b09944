/**
 * The files beside a page that its figures are taken away in: SVG, CSV, Vega-Lite JSON, a page to embed, and what the
 * nearest-point reading needs. A build writes them into the site's folder; `site dev` keeps and serves them.
 *
 * @module
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { env } from "node:process";
import { type Chart, type Reading, WIDE } from "./charts/theme.ts";
import { type Drawing, rowsOf, standaloneSpec } from "./charts/drawing.ts";
import { csv, type CsvRow } from "./csv.ts";
import { withoutVariables } from "./standalone_svg.ts";
import { embedPage } from "./embed_page.ts";

/** A figure with a chart. */
export interface ChartFigure {
  id: string;
  /** What is drawn, in plain text. */
  heading: string;
  alt: string;
  /** HTML. */
  caption: string;
  chart: Chart;
  reading: Reading | null;
  drawings: Drawing[];
  /** The rows of its CSV; those of the specification if there are none. */
  rows?: CsvRow[];
}

/** Names of a figure's files, from the page's folder. */
export interface FigureFiles {
  svg: string;
  csv: string;
  json: string;
  embed: string;
  /** What the nearest-point reading needs. */
  reading: string | null;
}

/** Files that `site dev` serves, by their address. */
const served: Map<string, string | Uint8Array> = (globalThis as { figureFiles?: Map<string, string | Uint8Array> })
  .figureFiles ??= new Map();

/**
 * Writes the files of a figure.
 *
 * @param page The page's address, ending in `/`.
 * @throws {Error} The chart draws no rows that could be taken away.
 */
export async function writeFigure(page: string, figure: ChartFigure): Promise<FigureFiles> {
  const { id, chart, reading, drawings, rows } = figure;
  const spec = standaloneSpec(chart, WIDE);
  const table = rows ?? rowsOf(spec) as CsvRow[];
  if (table.length === 0) {
    throw new Error(`Cannot write the values of figure ${id} on ${page}: its chart has none, expected rows`);
  }
  const files: FigureFiles = {
    svg: `figures/${id}.svg`,
    csv: `figures/${id}.csv`,
    json: `figures/${id}.vl.json`,
    embed: `figures/${id}.html`,
    reading: reading && `figures/${id}.read.json`,
  };
  const largest = drawings.reduce((a, b) => b.width > a.width ? b : a);
  await publish(page, files.svg, withoutVariables(largest.svg));
  await publish(page, files.json, withoutVariables(JSON.stringify(spec, null, 1)));
  await publish(page, files.embed, embedPage(figure));
  await publish(page, files.csv, csv(table));
  if (files.reading) {
    const places = Object.fromEntries(drawings.map(({ width, places }) => [width, places]));
    await publish(page, files.reading, JSON.stringify({ ...reading, at: places }));
  }
  return files;
}

/** Puts a file beside a page. */
export async function publish(page: string, name: string, content: string | Uint8Array): Promise<void> {
  if (import.meta.env.DEV) {
    served.set(page + name, content);
    return;
  }
  const base = import.meta.env.BASE_URL.replace(/\/$/, "");
  const path = `${env.SAE_SITE_OUT}${decodeURIComponent(page.slice(base.length))}${name}`;
  const folder = dirname(path);
  if (!made.has(folder)) await mkdir(folder, { recursive: true });
  made.add(folder);
  await writeFile(path, content);
}

/** Folders that are there: a page has many files, and asking for its folder takes as long as writing one. */
const made = new Set<string>();
