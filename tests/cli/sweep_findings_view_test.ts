/**
 * What the end of a sweep reads: finished runs of today's schema alone.
 *
 * @module
 */
import assert from "node:assert/strict";
import { findingLines, readFindings } from "../../lib/cli/sweep_findings_view.ts";
import { planSweep } from "../../lib/sweep/plan.ts";
import { parseSweepFile } from "../../lib/sweep/sweep_file.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

Deno.test(
  "runs that are not finished, and runs of an older schema, have no part in the findings",
  needs("permissions"),
  async () => {
    const file = { file: "a.json" };
    const text = { name: "a", base: { sparsity: "topk" }, grid: { latent: [64, 128, 256], k: [2, 4, 8, 16] } };
    const { sweep } = planSweep(parseSweepFile(JSON.stringify(text), file), file);
    await using folder = await temporaryFolder();
    const run = `${folder.path}/${sweep.runs[0].id}`;
    await Deno.mkdir(run);
    await Deno.writeTextFile(`${run}/run.json`, JSON.stringify({ schemaVersion: 1 }));
    const findings = await readFindings(folder.path, sweep);
    assert.deepEqual([findings, findingLines(findings)], [{ l0: [], width: [], baselines: [] }, []]);
  },
);
