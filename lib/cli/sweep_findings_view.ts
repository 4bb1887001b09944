/**
 * What a sweep's end says about the right L0, the right width and baselines: reads the finished runs and gives lines for a person.
 *
 * A sweep without the axes gives none. Measures nothing: `lib/analysis/across/` does.
 *
 * @module
 */
import { bold } from "@std/fmt/colors";
import type { ComparedRun } from "../analysis/across/family.ts";
import { baselineGroups } from "../analysis/across/against_baselines.ts";
import { baselineFindings } from "../analysis/across/baseline_text.ts";
import { rightL0Text } from "../analysis/across/right_l0.ts";
import { scalingText } from "../analysis/across/scaling_text.ts";
import { type FindingOf, type SweepFindings, sweepFindings } from "../analysis/across/sweep_findings.ts";
import { exists, readText } from "../files.ts";
import { Run } from "../report/schema.ts";
import type { Sweep } from "../report/sweep_schema.ts";
import { MOST_RUN_BYTES, runFolder } from "../report/writer.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import { knobsText } from "../sweep/plan.ts";

/** What a sweep's end states. */
export interface Findings extends SweepFindings {
  /** Where trained settings do not beat the strongest baseline, a sentence for each figure; none without baselines. */
  baselines: string[];
}

/** The findings over the sweep's runs that are finished by now; those of an older schema are left out. */
export async function readFindings(reportsDir: string, sweep: Sweep): Promise<Findings> {
  const finished: ComparedRun[] = [];
  for (const { id } of sweep.runs) {
    const path = `${runFolder(reportsDir, id)}/run.json`;
    if (!await exists(path)) continue;
    const run = Run.safeParse(JSON.parse(await readText(path, { maxBytes: MOST_RUN_BYTES })));
    if (run.success) {
      const { createdAt, config, dataset, metrics } = run.data;
      finished.push({ id, createdAt, config, dataset, metrics });
    }
  }
  const baselines = baselineGroups(finished).flatMap(({ comparisons }) => baselineFindings(comparisons));
  return { ...sweepFindings(sweep, finished), baselines };
}

/** A line for each finding; curves of too few levels are one line if there is no other, else none. */
export function findingLines({ l0, width, baselines }: Findings): string[] {
  const clear = l0.filter(({ result }) => result.verdict.kind !== "few");
  const curves = clear.length > 0 ? clear : l0.slice(0, 1);
  return [
    ...(curves.length > 0 ? [bold("  The right L0: mean |cosine| of decoder pairs")] : []),
    ...curves.map((own) => `  ${nameOf(own)}, ${own.width} latents: ${rightL0Text(own.result)}`),
    ...(width.length > 0 ? [bold("  The right width: test error by width and sparsity")] : []),
    ...width.map((own) => `  ${nameOf(own)}, ${MEASURES[own.measure]}: ${scalingText(own.result)}`),
    ...(baselines.length > 0 ? [bold("  Trained settings beside the strongest baseline")] : []),
    ...baselines.map((line) => `  ${line}`),
  ];
}

const MEASURES = { fvu: "unexplained variance", mse: "test MSE" };

function nameOf({ variant, others }: FindingOf): string {
  const rest = knobsText(others);
  return VARIANTS[variant].title + (rest ? `, ${rest}` : "");
}
