/**
 * Rows in words as HTML: a text with its token emphasised, and a row's other columns.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { escaped } from "../escaped.ts";
import { plain, type RowWord, shortened, type TokenText } from "../row_words.ts";

/**
 * A text with its token emphasised.
 *
 * @param most Characters, at most; the rest is cut, far from the token.
 */
export function wordsHtml(text: TokenText, most: number = Infinity): string {
  const { before, token, after } = shortened(text, most);
  const shown = escaped(before) + (token === "" ? "" : `<b class="token">${escaped(token)}</b>`) + escaped(after);
  return `<span class="words">${shown}</span>`;
}

/** A row's columns beside its text, as `name: value`; empty without others. */
export function columnsText({ text, columns }: RowWord): string {
  const said = text ? ["", plain(text).trim(), text.token.trim()] : [""];
  return columns.filter(({ value }) => !said.includes(value.trim()))
    .map(({ name, value }) => `${name}: ${value}`).join(", ");
}
