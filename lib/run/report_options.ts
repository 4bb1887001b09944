/**
 * What a person may say of a run's report: its title, a note, and how many latents have details.
 *
 * Reads and writes nothing.
 *
 * @module
 */
import { quoted, UserError } from "../errors.ts";
import { MOST_NOTE, MOST_TITLE } from "../report/schema.ts";

/** See the module comment. */
export interface ReportOptions {
  /** The run's title for people; left out, it is made from the settings. */
  title?: string;
  /** What its author says about the run. */
  note?: string;
  /** Latents with details in the report; 4,096 at most if left out. */
  details?: number;
}

/**
 * Refuses what no report can have, before anything is trained.
 *
 * @throws {UserError} The title or the note cannot be stored, or it is no number of latents. Exit code 2.
 */
export function assertReportOptions({ title, note, details = 1 }: ReportOptions): void {
  const fail = (name: string, text: string, most: number) =>
    new UserError(`Cannot use the ${name} ${quoted(text)}: it has ${text.length} characters, expected 1 to ${most}`, {
      exitCode: 2,
    });
  if (title !== undefined && (title === "" || title.length > MOST_TITLE)) throw fail("title", title, MOST_TITLE);
  if (note !== undefined && note.length > MOST_NOTE) throw fail("note", note, MOST_NOTE);
  if (!Number.isInteger(details) || details < 1) {
    const now = `their number is ${details}`;
    throw new UserError(`Cannot give details of latents: ${now}, expected a whole number of at least 1`, {
      exitCode: 2,
    });
  }
}
