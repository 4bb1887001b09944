/**
 * Whether a run's model was trained here: not an imported one, and not a baseline that is fitted.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { takesSteps } from "../sae/baselines.ts";
import type { Run } from "./run_schema.ts";

/** Whether steps were taken, so that the report has their course. */
export function isTrainedHere({ imported, config }: Pick<Run, "imported" | "config">): boolean {
  return imported === null && takesSteps(config);
}
