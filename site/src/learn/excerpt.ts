/**
 * A piece of this project's source, found by the name that it declares, so that a page shows the code as it is today.
 *
 * Knows TypeScript as `deno fmt` leaves it: a declaration ends with a closing bracket at its own indentation. Reads no file.
 *
 * @module
 */

/** Where something of this project is. */
export interface Place {
  /** Path from the repository's root. */
  file: string;
  /** The function, class, method or constant that is meant. */
  symbol: string;
  /** Text of the line with which the shown piece begins, if it is not the declaration's first. */
  from?: string;
  /** Text of the line with which the shown piece ends, if it is not the declaration's last. */
  to?: string;
}

/** Lines of a file, counted from 1. */
export interface Excerpt {
  first: number;
  last: number;
  /** The lines, without the indentation that all of them have. */
  text: string;
}

/**
 * The lines of a declaration, or of the part of it that `from` and `to` bound.
 *
 * @throws {Error} The file declares no such symbol, or the declaration has no such line.
 */
export function excerptOf(source: string, place: Place): Excerpt {
  const lines = source.split("\n");
  const start = lines.findIndex((line) => declares(line, place.symbol));
  if (start < 0) throw notThere(place, `there is no ${place.symbol} in it`);
  const end = endOf(lines, start);
  const lineWith = (text: string | undefined, otherwise: number, after = start) => {
    const i = text === undefined
      ? otherwise
      : lines.findIndex((line, i) => i >= after && i <= end && line.includes(text));
    if (i < 0) throw notThere(place, `${place.symbol} has no line with ${JSON.stringify(text)}`);
    return i;
  };
  const first = lineWith(place.from, start), last = lineWith(place.to, end, first);
  return { first: first + 1, last: last + 1, text: withoutIndentation(lines.slice(first, last + 1)) };
}

function declares(line: string, symbol: string): boolean {
  const name = symbol.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(
    `^(?:export )?(?:async )?(?:(?:function\\*?|class|const|let|interface|type) ${name}\\b|  (?:async )?${name}[(<])`,
  ).test(line);
}

/** The line that closes what the line `start` opens. */
function endOf(lines: string[], start: number): number {
  if (/;$/.test(lines[start])) return start;
  const indent = /^ */.exec(lines[start])![0];
  const closes = new RegExp(`^${indent}[})\\]].*(?<!\\{)$`);
  const end = lines.findIndex((line, i) => i > start && closes.test(line));
  return end < 0 ? start : end;
}

function withoutIndentation(lines: string[]): string {
  const least = Math.min(...lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)![0].length));
  return lines.map((line) => line.slice(least)).join("\n");
}

function notThere({ file }: Place, now: string): Error {
  return new Error(`Cannot show code of ${file}: ${now}, expected the code that the chapter on code names`);
}
