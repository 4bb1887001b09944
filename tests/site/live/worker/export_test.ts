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
import { type Dataset, type ImageSet, imageSet } from "../../../../lib/data/dataset.ts";
import { generateDigits } from "../../../../lib/data/generated/digits.ts";
import type { ReportFiles } from "../../../../lib/report/expectation.ts";
import type { Metrics, Run } from "../../../../lib/report/schema.ts";
import type { Report } from "../../../../lib/report/report_files.ts";
import { checkedReports, readReport } from "../../../../site/src/checked_reports.ts";
import type { LiveSettings } from "../../../../site/src/live/settings.ts";
import { opening, TestSession, trainTo } from "../live_session.ts";

const COUNTS = { trainCount: 300, testCount: 60 };
const DATASET = generateDigits({ seed: 0, ...COUNTS });
const EPOCHS = 3;

/** A session of the page on a few hundred digits, or on other images. */
function session(dataset: Dataset = DATASET): TestSession {
  const data = { name: "digits", summary: "", dataset, median: null } as const;
  return new TestSession({ data: { load: () => Promise.resolve(data), keep: () => {} } });
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

Deno.test("a session's report is one that the site shows, with the numbers of the program's command", async () => {
  const reports: { run: Run; files: ReportFiles; model: Uint8Array }[] = [];
  for (const [what, knobs] of Object.entries(CASES)) {
    await using live = session();
    const perEpoch = Math.ceil(COUNTS.trainCount / knobs.batch!), end = EPOCHS * perEpoch;
    await live.ask(opening(knobs), trainTo(end - 2));
    await live.ask({ type: "export", what: "report" });
    const { fileName, bytes } = live.last("exported");
    await using folder = await unpacked(bytes);
    const { runs: [run], leftOut } = await checkedReports(folder.dir, { isStrict: true });
    assert.deepEqual(leftOut, [], what);
    assert.equal(fileName, `${run.id}.zip`);
    assert.match(run.title, / · trained in a page$/);
    assert.match(run.note!, new RegExp(`^Trained in a page of the site for 3 epochs, ${end} steps`));
    assert.equal(run.environment.os, "an unknown system", "Deno's user agent names none");
    const model = unzipSync(bytes)[`${run.id}/model.safetensors`];
    reports.push({ run, files: await readReport(folder.dir, run.id), model });
    assert.equal(live.last("paused").step, end - 2, "the training on the page stays where it was");
    await live.ask(trainTo(end));
    await live.ask({ type: "export", what: "weights" });
    assert.deepEqual(live.last("exported").bytes, model, "the weights at that step are those of the report");
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

Deno.test("settings changed on the way and images of the reader's own are stated as they were", async () => {
  const own = ({ pixels, count }: ImageSet): ImageSet => imageSet({ pixels, count });
  await using live = session({
    ...{ ...DATASET, name: "drawings", classNames: [], train: own(DATASET.train), test: own(DATASET.test) },
    provenance: { source: "memory", files: [], fallback: null, notes: ["360 PNG files"] },
  });
  const { opening: { settings, ...rest }, type } = opening({ latent: 6, batch: 100, lr: 0.01 }); // 3 steps an epoch
  await live.ask({ type, opening: { ...rest, settings: { ...settings, data: "own" } } }, trainTo(2));
  await live.ask(
    { type: "change", knob: "lr", value: 0.002 },
    { type: "change", knob: "beta", value: 0.1 },
    trainTo(4),
  );
  await live.ask({ type: "export", what: "report" });
  const { bytes } = live.last("exported");
  await using folder = await unpacked(bytes);
  const { runs: [run] } = await checkedReports(folder.dir, { isStrict: true });
  assert.equal(
    run.note,
    "Trained in a page of the site for 2 epochs, 6 steps. Settings were changed during the training: lr was 0.01, then 0.002 " +
      "after step 2; beta was 0.005, then 0.1 after step 2. The settings of this report are the last ones.",
  );
  assert.deepEqual([run.command, run.config.dataset, run.config.lr, run.config.beta], [[], "auto", 0.002, 0.1]);
  assert.deepEqual([run.dataset.name, run.dataset.source, run.notices[0]], ["drawings", "memory", "360 PNG files"]);
  const { metrics } = await readReport(folder.dir, run.id);
  assert.deepEqual(metrics.steps.map(({ lr }) => lr), [0.01, 0.01, 0.002, 0.002, 0.002, 0.002]);
  assert.deepEqual(metrics.steps.map(({ weight }) => Math.round(1000 * weight)), [5, 5, 100, 100, 100, 100]);
});

Deno.test("a training is not reported before its first epoch is over", async () => {
  await using live = session();
  await live.ask(opening({ latent: 4, hidden: [], batch: 64 }), trainTo(4));
  await live.ask({ type: "export", what: "report" });
  assert.equal(
    live.last("refused").message,
    "Cannot export the report: 4 of the 5 steps of the first epoch are taken, expected at least one epoch",
  );
  assert.deepEqual(live.all("exported"), []);
});

/** What must be the same wherever and whenever a run is trained. */
function whatMatters(
  { config, dataset, model, metrics, sparsity, usedSettings, definitions }: Report["run"],
) {
  return { config: { ...config, backend: "" }, dataset, model, metrics, sparsity, usedSettings, definitions };
}

/** The steps at which latents are counted depend on the length of a run, and the page's has no end. */
function withoutCounts(metrics: Omit<Metrics, "schemaVersion">) {
  return { ...metrics, schemaVersion: 0, silentLatents: null };
}
