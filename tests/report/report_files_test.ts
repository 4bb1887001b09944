/**
 * The files of a report: what is written to disk, byte for byte, and nothing if a value is wrong.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Latents, Run } from "../../lib/report/schema.ts";
import { type Report, reportFiles } from "../../lib/report/report_files.ts";
import { writeReport } from "../../lib/report/writer.ts";
import { runSession } from "../../lib/run/session.ts";
import { needs } from "../needs.ts";
import { smallDataset } from "../run/small_dataset.ts";
import { temporaryFolder } from "../temporary_folder.ts";

Deno.test("writeReport() writes what reportFiles() returns, run.json last", needs("permissions"), async () => {
  const report = await smallReport();
  await using folder = await temporaryFolder();
  await writeReport(folder.path, report);
  const files = Array.from(reportFiles(report));
  assert.deepEqual(files.at(-1)!.path, "run.json");
  const json = (path: string) => JSON.parse(new TextDecoder().decode(files.find((file) => file.path === path)!.bytes));
  Run.parse(json("run.json"));
  Latents.parse(json("latents.json"));
  for (const { path, bytes } of files) assert.deepEqual(await Deno.readFile(`${folder.path}/${path}`), bytes, path);
  const written = Array.from(Deno.readDirSync(folder.path)).filter(({ isFile }) => isFile).map(({ name }) => name);
  assert.deepEqual(written.sort(), files.map(({ path }) => path).filter((path) => !path.includes("/")).sort());
});

Deno.test("a value that a schema refuses is found before the first file", needs("permissions"), async () => {
  const report = await smallReport();
  report.inputs.rows[0].row = NaN;
  assert.throws(() => reportFiles(report).next(), { name: "ZodError" });
});

async function smallReport(): Promise<Report> {
  const outcome = await runSession({
    dataset: smallDataset(),
    reportsDir: null,
    turned: { sparsity: "topk", k: 2, latent: 6, batch: 8, epochs: 1, engine: "reference", backend: "cpu" },
  });
  assert.ok(outcome.kind === "finished");
  return outcome.report;
}
