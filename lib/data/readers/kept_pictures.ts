/**
 * Pictures of one size that are decoded once, as far as they fit into memory: grey ones as one level a pixel.
 *
 * Whether a set is in colour is known when all its pictures were seen: many grey pictures are stored as RGB. PORTABLE: no
 * Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath } from "../../errors.ts";
import { colourPicture, decodePicture, greyPicture, isColoured } from "../../formats/picture.ts";
import type { Picture } from "../../formats/picture_parts.ts";
import type { Pixels } from "../../pixels.ts";
import { assertRowLength, refusal, rowsPerPiece } from "./file_rows.ts";
import { type KeptBytes, KeptParts } from "./kept_parts.ts";
import { rowLength, type RowShape } from "../row_shape.ts";

/** A picture as it is stored, with what errors call it. */
export interface StoredPicture {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** See the module comment. */
export class KeptPictures {
  readonly #first: { name: string; width: number; height: number };
  #isColoured = false;
  /** Grey levels, or those of three colours, one picture after the other. */
  readonly #kept: KeptParts<Uint8Array<ArrayBuffer>>;
  #count = 0;

  private constructor(first: { name: string; width: number; height: number }, budget: KeptBytes) {
    this.#first = first;
    this.#kept = new KeptParts(budget);
  }

  /**
   * Decodes all pictures.
   *
   * @throws {UserError} One is damaged or of another size than the first.
   */
  static async of(pictures: AsyncIterable<StoredPicture>, budget: KeptBytes): Promise<KeptPictures | null> {
    let kept: KeptPictures | null = null;
    for await (const { name, bytes } of pictures) {
      const picture = await decodePicture(bytes, name);
      kept ??= new KeptPictures({ name, width: picture.width, height: picture.height }, budget);
      kept.#add(kept.#sized(picture, name));
    }
    return kept;
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** What all of them are. */
  get shape(): RowShape {
    const { width, height } = this.#first;
    return { kind: "image", height, width, channels: this.#isColoured ? 3 : 1 };
  }

  /**
   * All pictures as bytes, some at a time. What was kept is given away, so that it is in memory once.
   *
   * @param reread Gives all pictures again.
   */
  async *pieces(reread: () => AsyncIterable<StoredPicture>): AsyncGenerator<Pixels> {
    const length = rowLength(this.shape), most = rowsPerPiece(length);
    let piece = new Uint8Array(most * length), filled = 0;
    for await (const levels of this.#levels(reread)) {
      piece.set(levels, filled * length);
      if (++filled < most) continue;
      yield piece;
      [piece, filled] = [new Uint8Array(most * length), 0];
    }
    if (filled > 0) yield piece.slice(0, filled * length);
  }

  async *#levels(reread: () => AsyncIterable<StoredPicture>): AsyncGenerator<Uint8Array> {
    const { width, height } = this.#first, kept = this.#kept.take();
    if (kept !== null) {
      for (const levels of kept) {
        const channels = levels.length === width * height ? 1 : 3;
        yield this.#ofSet({ width, height, channels, levels }).levels;
      }
      return;
    }
    for await (const { name, bytes } of reread()) {
      yield this.#ofSet(this.#sized(await decodePicture(bytes, name), name)).levels;
    }
  }

  #ofSet(picture: Picture): Picture {
    return this.#isColoured ? colourPicture(picture) : greyPicture(picture);
  }

  #sized(picture: Picture, name: string): Picture {
    const { name: first, width, height } = this.#first;
    if (picture.width === width && picture.height === height) return picture;
    const now = `it has ${picture.width} × ${picture.height} pixels`;
    throw refusal(name, now, `${width} × ${height} as ${printablePath(first)}`);
  }

  #add(picture: Picture): void {
    if (this.#count++ === 0) assertRowLength(picture.levels.length, this.#first.name);
    const coloured = isColoured(picture);
    this.#isColoured ||= coloured;
    this.#kept.add((coloured ? picture : greyPicture(picture)).levels);
  }
}
