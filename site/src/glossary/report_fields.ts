/**
 * Files and fields of a report on the page that lists them: where a file stands, and which measure a field is.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { DEFINITIONS } from "../../../lib/analysis/definitions.ts";
import type { Measure } from "./formulas.ts";

/**
 * `run-json` for `run.json`, `latents-000-json` for `latents/000.json`.
 *
 * @example
 * ```ts
 * import { fileAnchor } from "./report_fields.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(fileAnchor("latents/000.json"), "latents-000-json");
 * ```
 */
export function fileAnchor(name: string): string {
  return name.replace(/[^a-z0-9]+/g, "-");
}

/** The measure that a field of `run.json` holds, such as `metrics.test.mse`; null for any other field. */
export function measureOf(path: string): Measure | null {
  const name = /^metrics(?:\.(?:train|test))?\.(\w+)$/.exec(path)?.[1];
  return name !== undefined && name in DEFINITIONS ? name as Measure : null;
}
