/**
 * A run's verification.json beside its run.json, read from the reports folder.
 *
 * Words are the business of `verification.ts`.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { Verification } from "../../../lib/report/verification_schema.ts";
import { digestOfFile } from "../../build/digest.ts";
import { type Standing, standingOf } from "./verification.ts";

/** How a run stands, whose folder has a run.json. */
export async function readStanding(folder: string): Promise<Standing> {
  const text = await readFile(`${folder}/verification.json`, "utf8").catch(() => null);
  const runSha256 = await digestOfFile(`${folder}/run.json`);
  if (text === null) return standingOf(null, { runSha256 });
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    // What is no JSON is refused by the schema as well.
  }
  const parsed = Verification.safeParse(json);
  return parsed.success ? standingOf(parsed.data, { runSha256 }) : { kind: "unreadable" };
}
