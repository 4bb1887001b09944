/**
 * A CSV file with an image in each row: 784 numbers from 0 to 255 or from 0 to 1, and a label if there is one.
 *
 * The label is the first column, or the one that the first row calls `label` or `class`. Kaggle's files of MNIST are such
 * files. Numbers alone need no parser for quoted texts: a quotation mark is left out. The file is read piece by piece, so
 * that its text is never in memory as a whole. PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { quoted, UserError } from "../../../../lib/errors.ts";
import { N_PIXELS } from "../draw/strokes.ts";

/** No row of 785 numbers is longer, characters. */
const MOST_ROW = 2 ** 16;
const NUMBER = /^\s*\+?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;
const MOST_LEVEL = 255;

/** The images of a file. */
export interface CsvImages {
  /** `[count, 784]` */
  pixels: Uint8Array<ArrayBuffer>;
  /** `[count]`; null without a column of labels. */
  labels: Uint8Array<ArrayBuffer> | null;
  /** Whether its values are from 0 to 1, and not from 0 to 255. */
  isFraction: boolean;
}

/**
 * Reads a file.
 *
 * @param options.name What an error calls the file.
 * @throws {UserError} A row has another number of columns, or a cell is not such a number; the line names row and column,
 * counted from 1 with the row of names.
 */
export async function readCsv(file: Blob, { name }: { name: string }): Promise<CsvImages> {
  const images = new CsvRows(name);
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  while (true) {
    const { value, done } = await reader.read().catch((cause: unknown) => {
      throw new UserError(`Cannot read ${name}: the browser cannot open it, expected a file that is still there`, {
        cause,
      });
    });
    const lines = (rest + (value ?? "")).split("\n");
    rest = done ? "" : lines.pop()!;
    for (const line of lines) images.add(line);
    if (rest.length > MOST_ROW) images.refuseLength();
    if (done) return images.finished();
  }
}

/** Rows that become images, one after the other. */
class CsvRows {
  readonly #name: string;
  /** Columns of every row; 0 before the first. */
  #columns = 0;
  /** The column of labels; −1 for none. */
  #labelAt = -1;
  #row = 0;
  #count = 0;
  #pixels = new Uint8Array(256 * N_PIXELS);
  #labels: number[] = [];
  /** Whether no value above 1 was met: values v are kept as 255 v. */
  #isFraction = true;

  constructor(name: string) {
    this.#name = name;
  }

  /** Takes a line of the file. */
  add(line: string): void {
    this.#row++;
    if (line.trim() === "") return;
    const cells = line.replaceAll('"', "").split(",");
    if (this.#columns === 0) {
      const names = cells.map((cell) => cell.trim().toLowerCase());
      const isHeader = !NUMBER.test(cells[0]) || names.some(isLabelName);
      this.#labelAt = isHeader ? names.findIndex(isLabelName) : -1;
      if (this.#labelAt < 0 && cells.length === N_PIXELS + 1) this.#labelAt = 0;
      const expected = this.#labelAt < 0 ? N_PIXELS : N_PIXELS + 1;
      if (cells.length !== expected) {
        const now = `has ${cells.length} column${cells.length === 1 ? "" : "s"}`;
        throw this.#refusal(now, `${N_PIXELS}, or ${N_PIXELS + 1} with a label`);
      }
      this.#columns = expected;
      if (isHeader) return;
    }
    if (cells.length !== this.#columns) {
      throw this.#refusal(`has ${cells.length} columns`, `${this.#columns} as the first row`);
    }
    this.#addImage(cells);
  }

  /** @throws {UserError} Always: the line that follows is too long. */
  refuseLength(): never {
    this.#row++;
    throw this.#refusal(`has more than ${MOST_ROW} characters`, `${N_PIXELS} numbers, or ${N_PIXELS + 1} with a label`);
  }

  /** The images so far. */
  finished(): CsvImages {
    return {
      pixels: this.#pixels.slice(0, this.#count * N_PIXELS),
      labels: this.#labelAt < 0 ? null : Uint8Array.from(this.#labels),
      isFraction: this.#isFraction,
    };
  }

  #addImage(cells: string[]): void {
    let at = this.#count * N_PIXELS;
    if (at === this.#pixels.length) {
      const larger = new Uint8Array(2 * at);
      larger.set(this.#pixels);
      this.#pixels = larger;
    }
    for (let column = 0; column < cells.length; column++) {
      const value = this.#number(cells, column);
      if (column === this.#labelAt) {
        if (!Number.isInteger(value)) throw this.#badCell(cells, column, `a label from 0 to ${MOST_LEVEL}`);
        this.#labels.push(value);
        continue;
      }
      if (value > 1 && this.#isFraction) this.#becomeLevels(at);
      this.#pixels[at++] = Math.round(this.#isFraction ? MOST_LEVEL * value : value);
    }
    this.#count++;
  }

  /** A value above 1 was met: values so far, `length` of them, were levels 0 and 1, or between. */
  #becomeLevels(length: number): void {
    this.#isFraction = false;
    for (let i = 0; i < length; i++) this.#pixels[i] = Math.round(this.#pixels[i] / MOST_LEVEL);
  }

  #number(cells: string[], column: number): number {
    const value = Number(cells[column]);
    if (NUMBER.test(cells[column]) && value <= MOST_LEVEL) return value;
    const expected = column === this.#labelAt ? `a label from 0 to ${MOST_LEVEL}` : `a number from 0 to ${MOST_LEVEL}`;
    throw this.#badCell(cells, column, expected);
  }

  #badCell(cells: string[], column: number, expected: string): UserError {
    return this.#refusal(`has ${quoted(cells[column].trim())} in column ${column + 1}`, expected);
  }

  #refusal(now: string, expected: string): UserError {
    return new UserError(`Cannot read ${this.#name}: row ${this.#row} ${now}, expected ${expected}`);
  }
}

function isLabelName(name: string): boolean {
  return name === "label" || name === "class";
}
