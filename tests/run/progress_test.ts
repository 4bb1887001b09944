/**
 * `progress.json`: there from the first epoch to the report, right at every epoch, kept by a stopped run.
 *
 * @module
 */
import assert from "node:assert/strict";
import { exists } from "../../lib/files.ts";
import { Metrics } from "../../lib/report/metrics_schema.ts";
import { RunProgress } from "../../lib/report/progress_schema.ts";
import { runSession, type SessionHooks, type SessionOptions } from "../../lib/run/session.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { smallDataset } from "./small_dataset.ts";

const SMALL = { hidden: [], latent: 5, batch: 16, epochs: 3, sparsity: "topk", k: 2, backend: "wasm", threads: 1 };

const options = (reportsDir: string): SessionOptions => ({ turned: SMALL, dataset: smallDataset(), reportsDir });

Deno.test("a run says after each epoch how far it is, in the rows of its report", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const path = `${place.path}/a/progress.json`;
  const seen: RunProgress[] = [];
  const hooks: SessionHooks = {
    onEvent: ({ kind }) => { // the file of an epoch is there when the next one, or the evaluation, begins
      if (kind !== "epoch" && kind !== "evaluation") return;
      try {
        seen.push(RunProgress.parse(JSON.parse(Deno.readTextFileSync(path))));
      } catch (error) {
        assert.ok(error instanceof Deno.errors.NotFound, String(error));
      }
    },
  };
  const outcome = await runSession({ ...options(place.path), runId: "a", title: "A run" }, hooks);
  assert.ok(outcome.kind === "finished");
  const { start, epochs, silentLatents } = Metrics.omit({ schemaVersion: true }).parse(outcome.report.metrics);
  assert.deepEqual(seen.map((progress) => progress.epochs), [1, 2, 3].map((n) => epochs.slice(0, n)));
  for (const progress of seen) {
    assert.deepEqual(progress.start, start);
    assert.deepEqual([progress.id, progress.title, progress.config.epochs], ["a", "A run", 3]);
    const shape = { kind: "image", height: 6, width: 5, channels: 1 };
    assert.deepEqual(progress.dataset, { name: "squares", ...shape, train: 60, test: 20 });
    const { step } = progress.epochs.at(-1)!;
    assert.deepEqual(progress.silentLatents, silentLatents!.filter((count) => count.step <= step));
  }
  assert.ok(!await exists(path), "it is gone when there is a report");
});

Deno.test("a stopped run keeps its progress until it is resumed and done", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const path = `${place.path}/a/progress.json`;
  const stop = new AbortController();
  const onEvent: SessionHooks["onEvent"] = (event) => {
    if (event.kind === "progress" && event.progress.isEpochEnd && event.progress.epoch === 2) stop.abort();
  };
  const stopped = await runSession({ ...options(place.path), runId: "a" }, { onEvent, signal: stop.signal });
  assert.equal(stopped.kind, "stopped");
  assert.equal(RunProgress.parse(JSON.parse(await Deno.readTextFile(path))).epochs.length, 2);
  const { turned: _, ...rest } = options(place.path);
  const whole = await runSession({ ...rest, resume: "a" });
  assert.ok(whole.kind === "finished" && whole.report.metrics.start);
  assert.ok(!await exists(path));
});

Deno.test(
  "a run that is not stored, or stops in its first epoch, writes no progress",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    await runSession({ ...options(place.path), reportsDir: null });
    const stop = new AbortController();
    const onEvent: SessionHooks["onEvent"] = ({ kind }) => kind === "progress" && stop.abort();
    await runSession({ ...options(place.path), runId: "a" }, { onEvent, signal: stop.signal });
    assert.ok(await exists(`${place.path}/a/checkpoint.safetensors`));
    assert.ok(!await exists(`${place.path}/a/progress.json`));
  },
);
