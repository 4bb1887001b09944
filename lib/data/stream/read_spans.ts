/**
 * Reads spans of training rows from the files of a plan into memory, as a model reads them: decoded and scaled.
 *
 * Does not choose the spans. The memory that it needs besides is that of one read.
 *
 * @module
 */
import { UserError } from "../../errors.ts";
import { fileError } from "../../files.ts";
import { decodeBytes, decodeExactly, decodeNumbers } from "../../formats/decode_numbers.ts";
import { bytesOf } from "../../formats/number_types.ts";
import { type Pixels, pixelValues } from "../../pixels.ts";
import { assertFinite } from "../readers/finite.ts";
import { isHeldOut } from "../held_out.ts";
import type { FlatRows } from "../readers/opened_rows.ts";
import { applyScaling } from "../scaling.ts";
import type { StreamPlan } from "./stream_plan.ts";
import type { Span } from "./blocks.ts";

/** Bytes of one read, unless a row has more. */
const READ_BYTES = 2 ** 20;

/** Where rows go. */
export interface ReadOptions {
  /** `[rows of all spans, dInput]`: bytes or floats, as the plan holds rows. */
  target: Pixels;
  /** Most bytes of one read, unless a row has more. The same rows come out. */
  readBytes?: number;
}

/**
 * Reads the rows of spans, one after the other.
 *
 * @throws {UserError} A file is gone or shorter than the plan says, or a number is NaN or infinite; the line names file,
 * row and column.
 */
export async function readSpans(
  plan: StreamPlan,
  spans: readonly Span[],
  { target, readBytes = READ_BYTES }: ReadOptions,
): Promise<void> {
  const placed = placedParts(plan), { dInput, testShare } = plan;
  const reader = new RowReads(plan, readBytes);
  let to = 0;
  for (const { start, skip, take } of spans) {
    const from = rowAfter(start, skip, testShare), end = rowAfter(from, take - 1, testShare) + 1;
    for (const part of placed.filter(({ first, count }) => first < end && first + count > from)) {
      const range = { from: Math.max(from, part.first), to: Math.min(end, part.first + part.count) };
      for await (const { row, values } of reader.rows(part, range)) {
        for (let i = 0; i < values.length; i += dInput) {
          if (isHeldOut(row + i / dInput, testShare)) continue;
          target.set(values.subarray(i, i + dInput), to);
          to += dInput;
        }
      }
    }
  }
}

/** A part of the rows, and the place of its first among those of all files. */
interface PlacedPart extends FlatRows {
  first: number;
  /** The number of its first row in its file. */
  firstInFile: number;
}

function placedParts({ parts, files }: StreamPlan): PlacedPart[] {
  const inFile = files.map(() => 0);
  let first = 0;
  return parts.map((part) => {
    const placed = { ...part, first, firstInFile: inFile[part.file] };
    first += part.count;
    inFile[part.file] += part.count;
    return placed;
  });
}

/** The training row after `n` others, from the training row or file row `row` on. */
function rowAfter(row: number, n: number, testShare: number): number {
  for (;; row++) {
    if (isHeldOut(row, testShare)) continue;
    if (n-- === 0) return row;
  }
}

/** Reads of rows into one piece of memory. */
class RowReads {
  readonly #plan: StreamPlan;
  readonly #readBytes: number;
  #memory = new Uint8Array();

  constructor(plan: StreamPlan, readBytes: number) {
    this.#plan = plan;
    this.#readBytes = readBytes;
  }

  /**
   * Rows of a part, some at a time, those held out too.
   *
   * @param range Which, by their numbers over all files.
   */
  async *rows(
    part: PlacedPart,
    range: { from: number; to: number },
  ): AsyncGenerator<{ row: number; values: Pixels }, void, void> {
    const { dInput } = this.#plan, { path } = this.#plan.files[part.file];
    const bytes = dInput * bytesOf(part.type), most = Math.max(1, Math.floor(this.#readBytes / bytes));
    try {
      using file = await Deno.open(path);
      await file.seek(part.offset + (range.from - part.first) * bytes, Deno.SeekMode.Start);
      for (let row = range.from; row < range.to; row += most) {
        const read = await this.#read(file, { path, bytes: Math.min(most, range.to - row) * bytes });
        yield { row, values: this.#values(read, { part, row, path }) };
      }
    } catch (error) {
      throw error instanceof UserError ? error : fileError("read", path, error);
    }
  }

  /** The next bytes of a file; they are there until the next read. */
  async #read(
    file: Deno.FsFile,
    { path, bytes }: { path: string; bytes: number },
  ): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#memory.length < bytes) this.#memory = new Uint8Array(bytes);
    const wanted = this.#memory.subarray(0, bytes);
    for (let length = 0; length < bytes;) {
      const read = await file.read(wanted.subarray(length));
      if (read === null) throw new UserError(`Cannot read ${path}: it ends before its last row, expected a whole file`);
      length += read;
    }
    return wanted;
  }

  #values(
    bytes: Uint8Array<ArrayBuffer>,
    { part, row, path }: { part: PlacedPart; row: number; path: string },
  ): Pixels {
    const { dInput, storesBytes, areBytes, scaling } = this.#plan, layout = { ...part, name: path };
    if (areBytes) return decodeBytes(bytes, layout);
    const floats = storesBytes ? pixelValues(decodeBytes(bytes, layout)) : decodeNumbers(bytes, layout);
    const stored = (at: number) => decodeExactly(bytes, layout)[at];
    assertFinite(floats, { name: path, firstRow: part.firstInFile + row - part.first, dInput, stored });
    applyScaling(floats, { scaling, dInput });
    return floats;
  }
}
