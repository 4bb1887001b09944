/**
 * How the rows of a run are drawn: as images, as bars, or not at all.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Run } from "../../lib/report/run_schema.ts";

/** Images as they are; the values of a vector as bars; nothing for vectors that are too long for that. */
export type RowPicture = "image" | "bars" | "none";

/** See the module comment. */
export function rowPicture({ kind, drawn }: Pick<Run["dataset"], "kind" | "drawn">): RowPicture {
  if (!drawn) return "none";
  return kind === "image" ? "image" : "bars";
}
