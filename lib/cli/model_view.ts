/**
 * What a person sees of a command that uses a trained model: the data, the engine, and how far it is.
 *
 * @module
 */
import type { RowFiles } from "../data/files/data_place.ts";
import { describeRows } from "../data/describe.ts";
import type { Scaling } from "../data/scaling.ts";
import { printable } from "../errors.ts";
import type { ModelEngine } from "../run/model_engine.ts";
import type { Example } from "../run/examples.ts";
import type { PartOptions } from "../run/chosen_part.ts";
import { type NewRows, openNewRows } from "../run/new_rows.ts";
import { dataLine, scalingLine } from "./data_lines.ts";
import { duration, type Terminal } from "./terminal.ts";

/** Characters of a row's words in a table. */
const MOST_WORDS = 60;

/** Opens new data and says what they are. */
export async function openedRows(
  files: RowFiles & { data: string },
  { terminal, scaling, ...options }: PartOptions & {
    terminal: Terminal;
    /** How rows become the model's inputs; left out if they are not scaled for one model. */
    scaling?: Scaling;
  },
): Promise<NewRows> {
  const found = await openNewRows(files, options);
  const { shape, count, labels, notes } = found.opened, classes = labels?.names.length ?? 0;
  terminal.line(dataLine(describeRows({ name: found.name, count, shape, classes })));
  if (scaling) terminal.line(scalingLine(scaling));
  for (const note of notes) terminal.notice(note);
  return found;
}

/** `engine   cpu on wasm (…): why`. */
export function engineLine({ engine: { info }, reason }: ModelEngine): string {
  return `engine   ${info.name} on ${info.backend} (${printable(info.device)}): ${printable(reason)}`;
}

/** How far rows are, for a bar. @param beganMs When they were begun. */
export function rowsText({ done, total, beganMs }: { done: number; total: number; beganMs?: number }): string {
  const text = `${done} of ${total} rows`;
  if (beganMs === undefined) return text;
  const perSecond = done / (performance.now() - beganMs) * 1000;
  return `${text}  ${rowRateText(perSecond)}  ${duration(Math.ceil((total - done) / perSecond))} left`;
}

/** What is known of a row, on one line. */
export function wordsText(words: Example["words"]): string {
  const parts = Object.entries(words).filter(([, value]) => value !== "");
  const text = parts.length === 1 ? parts[0][1] : parts.map(([name, value]) => `${name}: ${value}`).join(", ");
  const plain = text.replace(/\s+/g, " ");
  return plain.length > MOST_WORDS ? `${plain.slice(0, MOST_WORDS - 1)}…` : plain;
}

/** `5300 rows/s`. */
export function rowRateText(perSecond: number): string {
  return `${perSecond.toFixed(perSecond >= 10 ? 0 : 1)} rows/s`;
}

/** Characters of the longest text. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}
