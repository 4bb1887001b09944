/**
 * What the decoders of PNG and JPEG have in common.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** What the first bytes of a picture state. */
export interface PictureHeader {
  /** Pixels. */
  width: number;
  height: number;
  /** 1 for shades of grey, 3 for colours, which may all be grey. */
  channels: 1 | 3;
}

/** A decoded picture. */
export interface Picture extends PictureHeader {
  /** `[height, width, channels]`, 0 black … 255. */
  levels: Uint8Array<ArrayBuffer>;
}

/** What is wrong with a picture, without its name: what it is now, and what is expected. */
export class PictureError extends Error {
  readonly wanted: string;

  constructor(now: string, wanted: string) {
    super(now);
    this.wanted = wanted;
  }
}
