/**
 * Lines of comma-separated values, as RFC 4180 has them, as bytes.
 *
 * Digits are written one by one, because a table of latents has millions of numbers: made as texts, they take longer than
 * the model. Reads none. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Digits of a number that is not an integer: float32 has between 7 and 8. */
const DIGITS = 7;
const POWERS = Float64Array.from({ length: 14 }, (_, power) => 10 ** power);
/** Numbers from the least up to, but not including, the most are written digit by digit. */
const LEAST = 1e-6, MOST = 1e7;
/** How near to a half the last digit's remainder may be, so that a product that was rounded decides it. */
const UNCERTAIN = 1e-6;
/** What a number takes at most: a sign, 17 digits, a point, and e-308. */
const MOST_NUMBER_BYTES = 32;
const START_BYTES = 2 ** 16;
const [COMMA, LINE_BREAK, MINUS, POINT, ZERO] = new TextEncoder().encode(",\n-.0");

/**
 * Collects lines; `take` gives them away.
 *
 * @example
 * ```ts
 * import { CsvLines } from "./csv_lines.ts";
 * import assert from "node:assert/strict";
 *
 * const lines = new CsvLines();
 * lines.number(3).number(0.1234567891).empty().text('a "b", c').text("").endLine();
 * assert.equal(new TextDecoder().decode(lines.take()), '3,0.1234568,,"a ""b"", c",""\n');
 * ```
 */
export class CsvLines {
  #bytes = new Uint8Array(START_BYTES);
  #length = 0;
  #isFirst = true;

  /** A cell with a number: an integer whole, another one with 7 digits, as JavaScript writes it. */
  number(value: number): this {
    this.#beginCell(MOST_NUMBER_BYTES);
    if (Number.isInteger(value)) {
      if (value >= 0 && value < 2 ** 31) this.#digits(value, 0);
      else this.#append(`${value}`);
      return this;
    }
    const size = Math.abs(value);
    let power = DIGITS - 1; // of ten, so that its product with the number has so many digits before the point
    if (size >= LEAST && size < MOST) {
      if (size >= 1) { for (let limit = 10; size >= limit; limit *= 10) power--; }
      else for (let scaled = size; scaled < 1; scaled *= 10) power++;
      const scaled = size * POWERS[power], whole = Math.floor(scaled), rest = scaled - whole;
      if (Math.abs(rest - 0.5) > UNCERTAIN) {
        if (value < 0) this.#bytes[this.#length++] = MINUS;
        this.#digits(rest > 0.5 ? whole + 1 : whole, power);
        return this;
      }
    }
    this.#append(`${Number(value.toPrecision(DIGITS))}`);
    return this;
  }

  /** A cell with a text. */
  text(text: string): this {
    const cell = text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    this.#beginCell(3 * cell.length);
    this.#append(cell);
    return this;
  }

  /** An empty cell, which a text without letters is not. */
  empty(): this {
    this.#beginCell(0);
    return this;
  }

  /** Ends the line. */
  endLine(): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = LINE_BREAK;
    this.#isFirst = true;
    return this;
  }

  /** The lines since the last time, in an array of their own. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  /** @param bytes What the cell takes at most. */
  #beginCell(bytes: number): void {
    this.#reserve(bytes + 1);
    if (!this.#isFirst) this.#bytes[this.#length++] = COMMA;
    this.#isFirst = false;
  }

  /**
   * Writes an integer below 10^8 divided by a power of ten, without zeros at its end; an integer of any size below 2^31 if the
   * power is 0.
   */
  #digits(integer: number, power: number): void {
    let left = integer | 0, decimals = power;
    while (decimals > 0 && left % 10 === 0) {
      left = left / 10 | 0;
      decimals--;
    }
    let digits = 1;
    for (let limit = 10; left >= limit; limit *= 10) digits++;
    let at = this.#length + (decimals > 0 ? Math.max(digits, decimals + 1) + 1 : digits);
    const begin = this.#length;
    this.#length = at;
    for (let place = 0; at > begin; place++) {
      if (place === decimals && place > 0) this.#bytes[--at] = POINT;
      this.#bytes[--at] = ZERO + left % 10;
      left = left / 10 | 0;
    }
  }

  #append(text: string): void {
    this.#length += new TextEncoder().encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  /** Makes room for so many bytes. */
  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#length + bytes, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
