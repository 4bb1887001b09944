/**
 * Whether a sweep may write the comparison of its random seeds where one of the same name is: only over its own.
 *
 * Reads the summary's first facts, and compares nothing.
 *
 * @module
 */
import { z } from "zod";
import { printablePath, UserError } from "../errors.ts";
import { exists, readText } from "../files.ts";
import { comparisonPath } from "../report/writer.ts";
import type { Plan } from "./plan.ts";

/** A longer summary was not written by this program. */
const MOST_BYTES = 2 ** 28;

/** As little of a comparison as says whose it is. */
const Origin = z.object({ sweep: z.string().nullable(), runs: z.array(z.object({ id: z.string() })) });

/**
 * Refuses a sweep whose comparison would replace another one.
 *
 * @throws {UserError} There is a comparison of the sweep's name that `compare` made, or that has runs of another sweep.
 */
export async function assertOwnComparison(reportsDir: string, { sweep, runs }: Plan): Promise<void> {
  const path = comparisonPath(reportsDir, sweep.name);
  if (!await exists(path)) return;
  const origin = await originOf(path), own = new Set(runs.map(({ id }) => id));
  const foreign = origin?.runs.find(({ id }) => !own.has(id));
  const now = origin === null
    ? "it is not a comparison of this program"
    : origin.sweep !== sweep.name
    ? "deno task compare made it"
    : foreign
    ? `it compares run ${foreign.id}, which is not of this sweep`
    : null;
  if (now === null) return;
  const expected = "another name in the sweep file, --no-compare, or that file moved away";
  throw new UserError(`Cannot replace ${printablePath(path)}: ${now}, expected ${expected}`);
}

async function originOf(path: string): Promise<z.infer<typeof Origin> | null> {
  try {
    return Origin.parse(JSON.parse(await readText(path, { maxBytes: MOST_BYTES })));
  } catch (error) {
    if (error instanceof UserError) throw error;
    return null;
  }
}
