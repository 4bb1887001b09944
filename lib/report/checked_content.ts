/**
 * What is about to be written, held to its schema.
 *
 * Writes nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { z } from "zod";
import { UserError } from "../errors.ts";
import { fieldText } from "./stored_report.ts";

/** How zod calls numbers that JSON has none for. */
const NOT_FINITE = ["NaN", "Infinity", "-Infinity"];

/**
 * The content as its schema has it.
 *
 * @throws {UserError} A figure is NaN or infinite: numbers of 32 bits were too small for what was measured.
 * @throws {z.ZodError} The content is not what the schema says in another way.
 */
export function checkedContent<S extends z.ZodType>(schema: S, content: unknown): z.output<S> {
  const { success, data, error } = schema.safeParse(content);
  if (success) return data;
  for (const issue of error.issues) {
    const received = "received" in issue ? String(issue.received) : "";
    if (!NOT_FINITE.includes(received)) continue;
    throw new UserError(
      `Cannot report ${fieldText(issue.path)}: it is ${received}, expected a finite number; ` +
        "values of the data are too large for this model (--scale of train changes how they are scaled)",
      { cause: error },
    );
  }
  throw error;
}
