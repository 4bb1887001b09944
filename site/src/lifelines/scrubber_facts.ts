/**
 * What the scrubber over the atlas works on; stands in the page as JSON, with addresses relative to it.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Lifelines } from "../../../lib/report/lifelines_schema.ts";
import { deadPlaces } from "./rows.ts";
import { type StripFacts, stripFacts } from "./strips.ts";
import { momentText } from "./texts.ts";

/** See the module comment. */
export interface ScrubberFacts {
  strip: StripFacts;
  /** The picture files of each snapshot, from the run's folder. */
  files: string[][];
  /** How tiles lie in a file. */
  columns: number;
  tilesPerFile: number;
  /** A line for each snapshot. */
  moments: string[];
  /** Places of the latents that are dead at each snapshot. */
  dead: number[][];
  isSigned: boolean;
}

/** The facts of a report's lifelines; null without pictures. */
export function scrubberFacts(
  lifelines: Lifelines,
  { isDead, isSigned }: { isDead: Float32Array | null; isSigned: boolean },
): ScrubberFacts | null {
  const strip = stripFacts(lifelines);
  if (!strip) return null;
  const { sprites } = lifelines.pictures!, { columns, tilesPerFile } = sprites[0];
  return {
    strip,
    files: sprites.map(({ files }) => files),
    ...{ columns, tilesPerFile, isSigned },
    moments: strip.steps.map((_, s) => momentText(lifelines, s)),
    dead: deadPlaces(lifelines, isDead),
  };
}

/** The snapshots that stand on a page without scripts: the first, the last, and evenly spaced ones between them. */
export function stillSnapshots(count: number, most = 5): number[] {
  const shown = Math.min(count, most);
  return Array.from({ length: shown }, (_, i) => shown === 1 ? 0 : Math.round(i * (count - 1) / (shown - 1)));
}

/** Where tiles lie in the files of one snapshot, and which latent is under a point. */
export class AtlasGrid {
  constructor(readonly facts: Pick<ScrubberFacts, "columns" | "tilesPerFile" | "strip">) {}

  /** Tiles in a file. */
  tilesIn(file: number): number {
    const { tilesPerFile, strip: { pictured } } = this.facts;
    return Math.min(tilesPerFile, pictured - file * tilesPerFile);
  }

  /** Rows of tiles in a file. */
  rowsIn(file: number): number {
    return Math.ceil(this.tilesIn(file) / this.facts.columns);
  }

  /** The place of the tile at a point, whose coordinates are shares of the file's picture; null beside the tiles. */
  placeAt(file: number, { x, y }: { x: number; y: number }): number | null {
    const { columns, tilesPerFile } = this.facts,
      column = Math.floor(x * columns),
      row = Math.floor(y * this.rowsIn(file));
    const tile = row * columns + column;
    const isInside = column >= 0 && column < columns && row >= 0 && tile < this.tilesIn(file);
    return isInside ? file * tilesPerFile + tile : null;
  }

  /** The place that an arrow key leads to; null if it is none of them or leads out. */
  placeBeside(place: number, key: string): number | null {
    const { columns, strip: { pictured } } = this.facts;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
    if (by === undefined) return null;
    const to = place + by;
    return to >= 0 && to < pictured ? to : null;
  }

  /** The number of the latent at a place, and the other way round. */
  latentAt(place: number): number {
    return this.facts.strip.latents?.[place] ?? place;
  }

  /** Lines between the tiles of a file, as the path of an SVG in tiles. */
  lines(file: number): string {
    const { columns } = this.facts, rows = this.rowsIn(file);
    const across = Array.from({ length: rows - 1 }, (_, i) => `M0 ${i + 1}h${columns}`);
    const down = Array.from({ length: columns - 1 }, (_, i) => `M${i + 1} 0v${rows}`);
    return [...across, ...down].join("");
  }

  /** The places behind the last tile of a file, which its picture fills with black, as the path of an SVG in tiles. */
  blanks(file: number): string {
    const { columns } = this.facts, rest = columns * this.rowsIn(file) - this.tilesIn(file);
    return rest === 0 ? "" : `M${columns - rest} ${this.rowsIn(file) - 1}h${rest}v1h${-rest}z`;
  }

  /** Marks over the tiles of a file, as the path of an SVG in tiles. */
  path(file: number, places: readonly number[]): string {
    const { columns, tilesPerFile } = this.facts, first = file * tilesPerFile, end = first + this.tilesIn(file);
    return places.filter((place) => place >= first && place < end).map((place) => {
      const tile = place - first;
      return `M${tile % columns} ${Math.floor(tile / columns)}h1v1h-1z`;
    }).join("");
  }
}
