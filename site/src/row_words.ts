/**
 * What a report knows of shown rows in words, row by row: the text with its token, the class, and all columns.
 *
 * Looks up and cuts; reads no file. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { RowTexts } from "../../lib/report/row_texts_schema.ts";
import { placeIn } from "./place_in.ts";

/** A row in words. */
export interface RowWord {
  row: number;
  /** Its class; null without labels. */
  label: number | null;
  /** Which row of the files it is; null if its number is that. */
  fileRow: number | null;
  /** What it says: the column `text`, or another one that reads as text; null if nothing is known in words. */
  text: TokenText | null;
  /** Every column with its value. */
  columns: { name: string; value: string }[];
}

/** A text around the token that the row stands for; without a `token` column everything is in `before`. */
export interface TokenText {
  before: string;
  token: string;
  after: string;
}

/** Columns that are shown as the row's text, the first of them that is there; else the first column. */
const TEXT_COLUMNS = ["text", "caption", "sentence", "title", "name", "token", "url"];
/** The column whose value is emphasised in the text. */
const TOKEN_COLUMN = "token";

/** See the module comment. */
export class RowWords {
  readonly #texts: RowTexts | null;
  readonly #main: number;
  readonly #token: number;
  /** Whether anything is known in words. */
  readonly hasText: boolean;
  /** Whether each row has a class. */
  readonly hasLabels: boolean;

  constructor(texts: RowTexts | null) {
    const names = texts?.names.map((name) => name.toLowerCase()) ?? [];
    const known = TEXT_COLUMNS.map((name) => names.indexOf(name)).find((place) => place >= 0);
    this.#texts = texts;
    this.#main = known ?? (names.length > 0 ? 0 : -1);
    this.#token = names.indexOf(TOKEN_COLUMN);
    this.hasText = this.#main >= 0;
    this.hasLabels = texts?.labels != null;
  }

  /** What is known of a row; null if the report does not have it. */
  of(row: number): RowWord | null {
    const texts = this.#texts, at = texts ? placeIn(texts.rows, row) : -1;
    if (!texts || at < 0) return null;
    const { labels, fileRows, names, values } = texts;
    const token = this.#token < 0 || this.#token === this.#main ? "" : values[this.#token][at];
    return {
      row,
      label: labels?.[at] ?? null,
      fileRow: fileRows?.[at] ?? null,
      text: this.#main < 0 ? null : tokenText(values[this.#main][at], token),
      columns: names.map((name, column) => ({ name, value: values[column][at] })),
    };
  }
}

/**
 * A text around its token, which is where the text has it last; a token that the text does not have stands before the text.
 *
 * @example
 * ```ts
 * import { tokenText } from "./row_words.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(tokenText("the bank of the river", " the"), { before: "the bank of ", token: "the", after: " river" });
 * assert.deepEqual(tokenText("a b", "c"), { before: "", token: "c", after: " a b" });
 * assert.deepEqual(tokenText("a b", ""), { before: "a b", token: "", after: "" });
 * ```
 */
export function tokenText(text: string, token: string): TokenText {
  const wanted = token.replace(/^[\s▁Ġ]+|\s+$/g, "");
  if (wanted === "") return { before: text, token: "", after: "" };
  const at = text.lastIndexOf(wanted);
  if (at < 0) return { before: "", token: wanted, after: text === "" ? "" : ` ${text}` };
  return { before: text.slice(0, at), token: wanted, after: text.slice(at + wanted.length) };
}

/**
 * A text with at most so many characters: what is far from the token is cut.
 *
 * @param most Characters, the token and the dots included; the token itself is cut only if it is longer.
 */
export function shortened({ before, token, after }: TokenText, most: number): TokenText {
  if (before.length + token.length + after.length <= most) return { before, token, after };
  if (token === "") return { before: headOf(before, most), token, after };
  const room = Math.max(0, most - token.length), behind = Math.min(after.length, Math.floor(room / 3));
  const ahead = Math.min(before.length, room - behind);
  return {
    before: tailOf(before, ahead),
    token: headOf(token, most),
    after: headOf(after, Math.max(0, room - ahead)),
  };
}

/** The start of a text, with dots if it is cut. */
function headOf(text: string, most: number): string {
  if (text.length <= most) return text;
  return most < 1 ? "" : `${text.slice(0, most - 1).trimEnd()}…`;
}

/** The end of a text, with dots if it is cut. */
function tailOf(text: string, most: number): string {
  if (text.length <= most) return text;
  return most < 1 ? "" : `…${text.slice(1 - most || text.length).trimStart()}`;
}

/** The text without emphasis. */
export function plain({ before, token, after }: TokenText): string {
  return before + token + after;
}
