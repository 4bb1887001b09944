/**
 * Where a run was trained, as `run.json` states it: by the program, or in a page.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { count } from "./schema_parts.ts";

/** The machine and the runtime of a run that the program trained. */
export const ProgramEnvironment = z.strictObject({
  deno: z.string(),
  v8: z.string(),
  os: z.string(),
  cpu: z.string(),
  cores: count,
  memoryBytes: count,
});

/** The machine and the runtime of a run that was trained in a page; browsers do not name the processor. */
export const BrowserEnvironment = z.strictObject({
  browser: z.string().describe("Name and version of the browser, such as `Chromium 156`."),
  os: z.string(),
  cores: count,
});

/** See the schema of the same name. */
export type ProgramEnvironment = z.infer<typeof ProgramEnvironment>;
/** See the schema of the same name. */
export type BrowserEnvironment = z.infer<typeof BrowserEnvironment>;
