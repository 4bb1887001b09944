/**
 * What a reader takes away from the live page, against what the program makes of the same settings and images.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { unzipSync } from "fflate";
import { generateDigits } from "../../../../lib/data/digits.ts";
import { CpuEngine } from "../../../../lib/engine/cpu/cpu_engine.ts";
import { stepDefinition } from "../../../../lib/engine/engine.ts";
import type { ReportFiles } from "../../../../lib/report/consistency.ts";
import type { Metrics, Run } from "../../../../lib/report/schema.ts";
import type { Report } from "../../../../lib/report/report_files.ts";
import { trainModel } from "../../../../lib/run/train.ts";
import { initialModel } from "../../../../lib/sae/init.ts";
import { freshSnapshot } from "../../../../lib/training/course.ts";
import { checkedReports, readReport } from "../../../../site/src/checked_reports.ts";
import { liveConfig, type LiveSettings } from "../../../../site/src/live/settings.ts";
import { exportedReport, type ExportedTraining, exportedWeights } from "../../../../site/src/live/worker/export.ts";

const COUNTS = { trainCount: 300, testCount: 60 };
const DATASET = generateDigits({ seed: 0, ...COUNTS });
const EPOCHS = 3;
const STARTED = new Date("2026-11-26T10:20:30Z");

/** A training of three epochs on a few hundred digits, as the page trains. */
async function trained(knobs: LiveSettings["knobs"]): Promise<ExportedTraining & AsyncDisposable> {
  const settings: LiveSettings = { data: "digits", knobs, run: null };
  const config = liveConfig(settings, { count: DATASET.train.count });
  const definition = stepDefinition(config, 784);
  const engine = await CpuEngine.start(definition, { threads: 1 });
  const stop = new AbortController();
  const { train, test } = DATASET;
  const takeStart = () => freshSnapshot(initialModel(config, { arch: definition.arch, pixels: train.pixels }), config);
  const snapshot = await trainModel({ config, definition, engine, train, test, takeStart }, {
    signal: stop.signal,
    onEvent(event) {
      if (event.kind === "epoch" && event.snapshot.testRows.length === EPOCHS) stop.abort();
    },
  });
  return {
    ...{ settings, changes: [], dataset: DATASET, startedAt: STARTED, engine, engineReason: "a test", snapshot },
    startupMs: 1,
    totalMs: () => 2,
    [Symbol.asyncDispose]: () => engine.dispose(),
  };
}

/** An archive, unpacked into a folder of its own. */
async function unpacked(archive: Uint8Array): Promise<{ dir: string } & AsyncDisposable> {
  const dir = await mkdtemp(`${tmpdir()}/sae-export-`);
  for (const [path, bytes] of Object.entries(unzipSync(archive))) {
    await mkdir(dirname(`${dir}/${path}`), { recursive: true });
    await writeFile(`${dir}/${path}`, bytes);
  }
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
}

/** The reports that the program makes on the same images; `model` is hexadecimal. */
async function reportsOfProgram(commands: string[][]): Promise<(Omit<Report, "model"> & { model: string })[]> {
  const root = new URL("../../../../", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--no-prompt",
      "tests/run/digits_runs.ts",
      JSON.stringify({ ...COUNTS, commands }),
    ],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Asserts that all numbers in two values are the same to 1e-6 of their size. */
function assertSame(now: unknown, expected: unknown, path = ""): void {
  if (typeof expected === "number" && typeof now === "number") {
    assert.ok(Math.abs(now - expected) <= 1e-6 * Math.max(1, Math.abs(expected)), `${path}: ${now}, not ${expected}`);
  } else if (typeof expected === "object" && expected !== null) {
    assert.deepEqual(Object.keys(now as object).sort(), Object.keys(expected).sort(), path);
    for (const [key, value] of Object.entries(expected)) {
      assertSame((now as Record<string, unknown>)[key], value, `${path}.${key}`);
    }
  } else assert.equal(now, expected, path);
}

const CASES: Record<string, LiveSettings["knobs"]> = {
  "hidden layers": { hidden: [24], latent: 12, batch: 64, seed: 3 },
  "a dictionary": { sparsity: "topk", k: 4, latent: 40, batch: 64 },
  "a penalty that is warmed up": { sparsity: "l1", latent: 24, batch: 32, sparsityWarmupSteps: 50 },
};

Deno.test("an exported training is a report that the site shows, with the numbers of the program's command", async () => {
  const reports: { run: Run; files: ReportFiles; model: Uint8Array }[] = [];
  for (const [what, knobs] of Object.entries(CASES)) {
    await using training = await trained(knobs);
    const { fileName, bytes } = await exportedReport(training);
    await using folder = await unpacked(bytes);
    const { runs: [run], leftOut } = await checkedReports(folder.dir, { isStrict: true });
    assert.deepEqual(leftOut, [], what);
    assert.equal(fileName, `${run.id}.zip`);
    const weights = exportedWeights(training, training.snapshot);
    assert.equal(weights.fileName, `${run.id}.safetensors`);
    assert.deepEqual(unzipSync(bytes)[`${run.id}/model.safetensors`], weights.bytes);
    reports.push({ run, files: await readReport(folder.dir, run.id), model: weights.bytes });
  }
  const expected = await reportsOfProgram(reports.map(({ run: { command } }) => command.slice(1)));
  for (const [i, { run, files, model }] of reports.entries()) {
    const { run: expectedRun, metrics, latents, activations, model: expectedModel } = expected[i];
    assert.equal(run.command[0], "train");
    assertSame(whatMatters(run), whatMatters(expectedRun), "run.json");
    assertSame(withoutCounts(files.metrics), withoutCounts(metrics), "metrics.json");
    assertSame({ ...files.latents, schemaVersion: 0 }, { schemaVersion: 0, ...latents }, "latents.json");
    assertSame(files.activations.heatmap, activations.heatmap, "activations.json");
    assert.equal(model.toHex(), expectedModel, "model.safetensors");
  }
});

Deno.test("a training is not reported unless each of its epochs was measured", async () => {
  await using training = await trained({ latent: 4, hidden: [] });
  training.snapshot.testRows.pop();
  await assert.rejects(exportedReport(training), {
    name: "TypeError",
    message: "Cannot report a training of 9 steps: 2 of 3 epochs are measured, expected all",
  });
});

/** What must be the same wherever and whenever a run is trained. */
function whatMatters(
  { config, dataset, model, metrics, sparsity, usedSettings, definitions }: Omit<Run, "schemaVersion">,
) {
  return { config: { ...config, backend: "" }, dataset, model, metrics, sparsity, usedSettings, definitions };
}

/** The steps at which latents are counted depend on the length of a run, and the page's has no end. */
function withoutCounts(metrics: Omit<Metrics, "schemaVersion">) {
  return { ...metrics, schemaVersion: 0, silentLatents: null };
}
