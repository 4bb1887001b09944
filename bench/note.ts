/**
 * What the bench says beside its figures.
 *
 * @module
 */
import { printable } from "../lib/errors.ts";

/** Prints a line that a reader of the table should know. */
export function note(text: string): void {
  console.log(`! ${printable(text)}`);
}
