/**
 * A line that is longer than the terminal is wide, broken between words.
 *
 * Keeps colours and the spaces that align columns; `wrapped` of `help_page.ts` lays out plain text.
 *
 * @module
 */
import { stripAnsiCode } from "@std/fmt/colors";

/** A label such as `engine   `, or spaces, at the start of a line: what follows a break stands as far to the right. */
const START = /^ *(?:\S+ {2,}|! )?/;

/** A word with the spaces before it; a number and its unit are one word, so that no line begins with `s` or `%`. */
const WORD = /( *)([^ ]*\d (?:ms|s|min|h|%)(?![\p{L}\p{N}])[^ ]*|[^ ]+)/gu;

/**
 * Breaks a line at spaces, so that none is longer than the width, as far as its words allow.
 *
 * @param text May have colours.
 * @param options.width Columns, at least 1.
 * @returns The lines, joined by line breaks.
 */
export function folded(text: string, { width }: { width: number }): string {
  const plain: string = stripAnsiCode(text);
  if (columnsOf(plain) <= width) return text;
  const start = columnsOf(START.exec(plain)![0]);
  const indent = start <= width / 2 ? start : 0;
  let line = "", used = 0, isEmpty = true;
  const lines: string[] = [];
  for (const [, spaces, word] of text.matchAll(WORD)) {
    const size = columnsOf(stripAnsiCode(word));
    if (!isEmpty && used + spaces.length + size > width) {
      lines.push(line);
      [line, used] = [" ".repeat(indent) + word, indent + size];
    } else {
      line += spaces + word;
      used += spaces.length + size;
    }
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}

function columnsOf(plain: string): number {
  return [...plain].length;
}
