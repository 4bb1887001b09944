/**
 * A page of help: its parts as data, and their layout at the terminal's width.
 *
 * Knows no command: `help.ts` and the commands have the texts.
 *
 * @module
 */
import { bold, dim } from "@std/fmt/colors";
import { columnsOf } from "./terminal.ts";

/** The parts of a page of help, from top to bottom. */
export interface HelpPage {
  /** What the command does, in whole sentences. */
  about: string;
  /** How it is typed, without `deno task`. */
  usage: string;
  /** Lists of flags, of parts of a file, of commands. */
  sections: HelpSection[];
  /** Command lines with what each is for. */
  examples: HelpRow[];
}

/** A titled list. */
export interface HelpSection {
  title: string;
  rows: HelpRow[];
}

/** One entry of a list. */
export interface HelpRow {
  /** What is typed. */
  term: string;
  /** What it means, a sentence. */
  text: string;
  /** Its default, in words, printed dimmed at the end. */
  defaults?: string;
}

/** A line of help is never longer, however wide the terminal is. */
const WIDEST = 100;
/** Columns if there is no terminal. */
const PIPED = 80;
/** Below this width a term and its text do not fit beside each other. */
const NARROW = 64;
/** Share of the width that the column of terms takes at most; a longer term has its text below. */
const TERMS_SHARE = 0.36;

/** Columns of the terminal that standard output goes to, at most 100; 80 if it goes elsewhere. */
export function helpWidth(): number {
  if (!Deno.stdout.isTerminal()) return PIPED;
  return Math.max(20, Math.min(WIDEST, columnsOf()));
}

/** The page as text of lines that are at most `width` characters long, as far as their words allow. */
export function helpText(page: HelpPage, width: number = helpWidth()): string {
  const examples = page.examples.map((row) => ({ ...row, term: `deno task ${row.term}` }));
  const sections = examples.length === 0 ? page.sections : [...page.sections, { title: "Examples", rows: examples }];
  return [
    ...wrapped(page.about, { width }),
    "",
    ...wrapped(`deno task ${page.usage}`, { width, first: `${bold("Usage")}  `, indent: 7 }),
    ...sections.flatMap(({ title, rows }) => ["", bold(title), ...rowLines(rows, width)]),
  ].join("\n");
}

/** Terms in one column, texts in a second, as wide as the width allows. */
function rowLines(rows: HelpRow[], width: number): string[] {
  const longest = Math.max(0, ...rows.map(({ term }) => term.length).filter((length) => length <= TERMS_SHARE * width));
  const indent = width < NARROW ? 6 : longest + 4;
  return rows.flatMap(({ term, text, defaults }) => {
    const isBeside = term.length + 4 <= indent;
    const first = isBeside ? `  ${term}`.padEnd(indent) : " ".repeat(indent);
    const dimmed = defaults === undefined ? "" : `(default: ${defaults})`;
    const lines = wrapped(text, { width, first, indent, dimmed });
    return isBeside ? lines : [`  ${term}`, ...lines];
  });
}

/**
 * Breaks text between words.
 *
 * @param options.first Stands before the first line, as wide as `indent`.
 * @param options.indent Spaces before every other line.
 * @param options.dimmed Follows the text, dimmed.
 */
export function wrapped(
  text: string,
  options: { width: number; first?: string; indent?: number; dimmed?: string },
): string[] {
  const { width, indent = 0, first = " ".repeat(indent), dimmed = "" } = options;
  const words = [
    ...text.split(" ").map((word) => ({ word, print: (shown: string) => shown })),
    ...dimmed.split(" ").map((word) => ({ word, print: dim })),
  ].filter(({ word }) => word !== "");
  const lines: string[] = [];
  let line = first, used = indent, isEmpty = true;
  for (const { word, print } of words) {
    if (!isEmpty && used + 1 + word.length > width) {
      lines.push(line.trimEnd());
      [line, used, isEmpty] = [" ".repeat(indent), indent, true];
    }
    line += (isEmpty ? "" : " ") + print(word);
    used += (isEmpty ? 0 : 1) + [...word].length;
    isEmpty = false;
  }
  return [...lines, line.trimEnd()];
}
