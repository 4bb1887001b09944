/**
 * Where the tiles of an atlas stand, and which of them the arrow keys reach.
 *
 * Computes; draws nothing. PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */

/** Equal tiles in lines. */
export interface AtlasLayout {
  count: number;
  columns: number;
  /** From one tile to the next, in pixels. */
  pitch: number;
  /** Width of a tile, in pixels: less than `pitch` by the gap. */
  tile: number;
}

/** The largest tile: larger ones show nothing more. */
const LARGEST = 96;
/** Wider tiles than this have a gap of two pixels, others of one. */
const SMALL = 16;

/** The largest tiles with which all of an atlas fit into a place. */
export function fitted(count: number, { width, height }: { width: number; height: number }): AtlasLayout {
  let best = { columns: count, pitch: 0 };
  for (let lines = 1; lines <= count; lines++) {
    const columns = Math.ceil(count / lines);
    const pitch = Math.floor(Math.min(width / columns, height / lines, LARGEST));
    if (pitch > best.pitch) best = { columns, pitch };
    if (height / lines < best.pitch) break; // more lines only make them smaller
  }
  return withTile({ count, ...best, pitch: Math.max(2, best.pitch) });
}

/** Tiles of at least some width over the whole width of a place that may become as high as it needs. */
export function flowing(count: number, { width, least }: { width: number; least: number }): AtlasLayout {
  const columns = Math.min(count, Math.max(1, Math.floor(width / least)));
  return withTile({ count, columns, pitch: Math.min(LARGEST, Math.floor(width / columns)) });
}

function withTile({ count, columns, pitch }: Omit<AtlasLayout, "tile">): AtlasLayout {
  return { count, columns, pitch, tile: pitch - (pitch > SMALL ? 2 : pitch > 4 ? 1 : 0) };
}

/** The height of all lines, in pixels. */
export function heightOf({ count, columns, pitch }: AtlasLayout): number {
  return Math.ceil(count / columns) * pitch;
}

/** The upper left corner of a tile, in pixels. */
export function placeOf(latent: number, { columns, pitch }: AtlasLayout): { x: number; y: number } {
  return { x: latent % columns * pitch, y: Math.floor(latent / columns) * pitch };
}

/** The latent at a place; null beside the tiles. */
export function latentAt({ x, y }: { x: number; y: number }, { count, columns, pitch }: AtlasLayout): number | null {
  const column = Math.floor(x / pitch), latent = Math.floor(y / pitch) * columns + column;
  return column >= 0 && column < columns && y >= 0 && latent < count ? latent : null;
}

/** The latent that a key leads to; null if the key leads nowhere. */
export function latentBeside(
  latent: number,
  { key, layout: { count, columns } }: { key: string; layout: AtlasLayout },
): number | null {
  const to = {
    ArrowLeft: latent - 1,
    ArrowRight: latent + 1,
    ArrowUp: latent - columns,
    ArrowDown: latent + columns,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined ? null : to >= 0 && to < count ? to : latent;
}
