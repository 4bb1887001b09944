/**
 * Whole runs through the session, as the command line and the library call it: no process, no terminal.
 *
 * @module
 */
import assert from "node:assert/strict";
import { KnobError } from "../../lib/config.ts";
import type { Dataset } from "../../lib/data/dataset.ts";
import { UserError } from "../../lib/errors.ts";
import { exists } from "../../lib/files.ts";
import { decodeSafetensors } from "../../lib/formats/safetensors.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import { runSession, type SessionOptions } from "../../lib/run/session.ts";
import { peakRate } from "../../lib/training/schedule.ts";
import { stopwatch } from "../fastest.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { smallDataset } from "./small_dataset.ts";
import { needs } from "../needs.ts";

/** Small enough to train in a blink. */
const SMALL = { hidden: [6], latent: 4, batch: 16, epochs: 3, backend: "wasm", threads: 1 };

const options = (more: Partial<SessionOptions> & { reportsDir: string | null }): SessionOptions => ({
  turned: SMALL,
  dataset: smallDataset(),
  ...more,
});

/** A session that is asked to stop after so many steps. */
async function stopped(session: SessionOptions, { afterSteps }: { afterSteps: number }) {
  const stop = new AbortController();
  const onEvent = (event: RunEvent) => {
    if (event.kind === "progress" && event.progress.step >= afterSteps) stop.abort();
  };
  return await runSession(session, { onEvent, signal: stop.signal });
}

const bytesOf = (folder: string) =>
  Promise.all(
    ["metrics.json", "model.safetensors", "latents.json", "inputs.json"].map((file) =>
      Deno.readFile(`${folder}/${file}`)
    ),
  );

Deno.test(
  "runSession() tells its listener what happens, in order, and returns the report that it wrote",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const kinds: string[] = [], begun = performance.now();
    const outcome = await runSession(
      options({ reportsDir: place.path, runId: "a", note: "A note.", command: ["train"] }),
      {
        onEvent: ({ kind }) => kinds.at(-1) === kind || kinds.push(kind),
      },
    );
    assert.ok(outcome.kind === "finished");
    assert.deepEqual(kinds.slice(0, 5), ["data", "model", "engine", "start", "progress"]);
    assert.equal(kinds.filter((kind) => kind === "epoch").length, 3);
    assert.deepEqual(kinds.slice(-2), ["evaluation", "measuring"]);
    const stored = JSON.parse(await Deno.readTextFile(`${place.path}/a/run.json`));
    assert.equal(stored.title, "squares · KL ρ 0.05 · 4 latents · random seed 0");
    assert.equal(stored.note, "A note.");
    assert.deepEqual(stored.metrics.test.mse, outcome.report.run.metrics.test.mse);
    assert.deepEqual(outcome.folder, `${place.path}/a`);
    const { startupMs, totalMs } = outcome.report.run.timing;
    assert.ok(
      startupMs > 0 && startupMs < totalMs && totalMs <= performance.now() - begun,
      `${startupMs} of ${totalMs} ms`,
    );
  },
);

for (const [height, width] of [[64, 64], [1, 4096], [400, 400]]) {
  Deno.test(
    `runSession() trains, stops, resumes and reports on inputs of ${height}×${width}`,
    needs("permissions", ...(height < 100 ? [] : ["time" as const])),
    async () => {
      await using place = await temporaryFolder();
      const data = smallDataset({ height, width, train: 12, test: 4 });
      const turned = { ...SMALL, hidden: [], latent: 2, batch: 4, epochs: 2, outputBias: "median" };
      const session = { turned, dataset: data, reportsDir: place.path };
      const whole = await runSession({ ...session, runId: "whole" });
      const first = await stopped({ ...session, runId: "parts" }, { afterSteps: 2 });
      assert.equal(first.kind, "stopped");
      const rest = await runSession({ dataset: data, reportsDir: place.path, resume: "parts" });
      assert.equal(rest.kind, "finished");
      assert.deepEqual(await bytesOf(rest.folder!), await bytesOf(whole.folder!));
    },
  );
}

Deno.test(
  "runSession() shrinks the default batch to the training set and says so, and refuses one that was asked for",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const { batch: _, ...turned } = SMALL;
    const notices: string[] = [];
    const onEvent = (event: RunEvent) => event.kind === "notice" && notices.push(event.text);
    const outcome = await runSession(options({ turned, reportsDir: place.path }), { onEvent });
    assert.ok(outcome.kind === "finished");
    assert.equal(outcome.report.run.config.batch, 60);
    assert.deepEqual(notices, ["The default batch of 128 is larger than the training set: 60 is used instead"]);
    const refused = runSession(options({ turned: { ...SMALL, batch: 61 }, reportsDir: place.path }));
    await assert.rejects(
      refused,
      (error) => error instanceof KnobError && error.knob === "batch" && error.now === "61",
    );
  },
);

Deno.test(
  "runSession() trains with the rate of the run's latents and steps, stores it as a number, and goes on with it",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    // 60 training images in batches of 6: 10 steps an epoch.
    const turned = {
      sparsity: "topk",
      k: 2,
      latent: 400,
      batch: 6,
      epochs: 50,
      warmupSteps: 0,
      decay: "constant",
    } as const;
    const ids = { reportsDir: place.path, runId: "a" };
    assert.equal((await stopped(options({ ...ids, turned }), { afterSteps: 1 })).kind, "stopped");
    const outcome = await runSession({ dataset: smallDataset(), reportsDir: place.path, resume: "a" });
    assert.ok(outcome.kind === "finished");
    const expected = peakRate({ latent: 400, totalSteps: 500 });
    assert.ok(expected < 0.01);
    assert.equal(outcome.report.run.config.lr, expected);
    assert.deepEqual(new Set(outcome.report.metrics.steps.map(({ lr }) => lr)), new Set([expected]));
  },
);

Deno.test(
  "runSession() makes ids that never collide, and refuses one that is taken before anything is loaded",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const both = await Promise.all(
      [4, 3].map((latent) => runSession(options({ turned: { ...SMALL, latent, epochs: 1 }, reportsDir: place.path }))),
    );
    assert.notEqual(both[0].id, both[1].id);
    let hasLoaded = false;
    const again = runSession(options({ reportsDir: place.path, runId: both[0].id }), {
      onEvent: () => hasLoaded = true,
    });
    await assert.rejects(again, /^RunExistsError: Cannot start run .*: it exists already, expected another --run-id$/);
    assert.equal(hasLoaded, false);
  },
);

Deno.test(
  "runSession() refuses to resume with other test inputs, labels or training inputs",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    assert.equal((await stopped(options({ reportsDir: place.path, runId: "a" }), { afterSteps: 1 })).kind, "stopped");
    const data = smallDataset();
    const changed = (change: (data: Dataset) => void) => {
      const copy = structuredClone(data);
      change(copy);
      return runSession({ dataset: copy, reportsDir: place.path, resume: "a" });
    };
    await assert.rejects(
      changed(({ train }) => train.pixels[0] ^= 1),
      /^UserError: Cannot resume a: the training inputs have/,
    );
    await assert.rejects(
      changed(({ test }) => test.pixels[0] ^= 1),
      /^UserError: Cannot resume a: the test inputs have/,
    );
    await assert.rejects(changed(({ test }) => test.labels![0] ^= 1), /^UserError: Cannot resume a: the labels have/);
    await assert.rejects(changed((all) => all.train.labels = null), /^UserError: Cannot resume a: the labels have/);
    assert.equal((await changed(() => {})).kind, "finished", "and nothing was spoilt");
  },
);

Deno.test(
  "runSession() refuses a folder whose checkpoint says another id, and leaves everything in it",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    await stopped(options({ reportsDir: place.path, runId: "a" }), { afterSteps: 1 });
    await Deno.rename(`${place.path}/a`, `${place.path}/b`);
    const resume = (id: string) => runSession({ dataset: smallDataset(), reportsDir: place.path, resume: id });
    await assert.rejects(resume("b"), /: it is of run "a", expected one of run b; the folder must be called "a"$/);
    await Deno.rename(`${place.path}/b`, `${place.path}/a`);
    assert.equal((await resume("a")).kind, "finished");
  },
);

Deno.test("a resumed run's total time is that of all its processes", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const before = 3_600_000; // the first process began an hour ago
  const first = { reportsDir: place.path, runId: "a", sinceMs: performance.now() - before };
  assert.equal((await stopped(options(first), { afterSteps: 1 })).kind, "stopped");
  const outcome = await runSession({ dataset: smallDataset(), reportsDir: place.path, resume: "a" });
  assert.ok(outcome.kind === "finished");
  const { startupMs, trainMs, totalMs } = outcome.report.run.timing;
  assert.ok(totalMs >= before + startupMs && totalMs >= trainMs, `${totalMs} ms`);
  assert.ok(startupMs < before, "of the last process");
});

Deno.test("two sessions on one stopped run: one trains, the other gets one line", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  await stopped(options({ reportsDir: place.path, runId: "a" }), { afterSteps: 1 });
  const resume = (onEvent?: (event: RunEvent) => void) =>
    runSession({ dataset: smallDataset(), reportsDir: place.path, resume: "a" }, { onEvent });
  const refusals: Promise<unknown>[] = [];
  const first = await resume(({ kind }) => {
    if (kind === "start") refusals.push(resume().catch((error) => error));
  });
  assert.equal(first.kind, "finished");
  // on a busy machine the second may look only when the first has finished
  assert.match(
    `${await refusals[0]}`,
    /^RunExistsError: Cannot use run a: another process works on it, expected it to end first$|: it is finished, expected/,
  );
  assert.equal(await exists(`${place.path}/a/run.json`), true);
  assert.equal(await exists(`${place.path}/a/.lock`), false);
});

Deno.test(
  "runSession() gives everything back when it fails: no folder, no lock, and the engine can be opened again",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const diverging = options({ reportsDir: place.path, runId: "a", turned: { ...SMALL, lr: 1e38, warmupSteps: 0 } });
    await assert.rejects(
      runSession(diverging),
      /^DivergenceError: Cannot go on training: .*; try a lower --lr than 1e\+38$/,
    );
    assert.deepEqual(Array.from(Deno.readDirSync(place.path)), []);
    assert.equal((await runSession(options({ reportsDir: place.path, runId: "a" }))).kind, "finished");
  },
);

Deno.test(
  "runSession() stores no credentials, and no title that a report cannot hold",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const command = ["train", "--mirror", "https://user:SECRET@host/mnist/"];
    await stopped(options({ reportsDir: place.path, runId: "a", command }), { afterSteps: 1 });
    const { metadata } = decodeSafetensors(await Deno.readFile(`${place.path}/a/checkpoint.safetensors`));
    assert.doesNotMatch(metadata.about, /SECRET|user:/);
    await assert.rejects(
      runSession(options({ reportsDir: place.path, title: "x".repeat(201) })),
      (error) => error instanceof UserError && error.exitCode === 2,
    );
  },
);

Deno.test(
  "runSession() without a reports folder writes nothing and returns the report",
  needs("permissions"),
  async () => {
    const outcome = await runSession(options({ reportsDir: null }));
    assert.ok(outcome.kind === "finished");
    assert.equal(outcome.folder, null);
    assert.ok(outcome.report.model.length > 0);
  },
);

Deno.test(
  "runSession() refuses in one line what no machine can hold, before anything is loaded",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const sizes = [
      { latent: 1e9 },
      { hidden: [1e9] },
      { epochs: 1e9 },
      { dictionaryWidth: 1e9, dataset: "dictionary" },
    ];
    for (const size of sizes) {
      const events: string[] = [];
      const turned = { dataset: "digits", backend: "wasm", ...size };
      const took = stopwatch();
      const session = runSession({ turned, reportsDir: place.path, runId: "a" }, {
        onEvent: ({ kind }) => events.push(kind),
      });
      await assert.rejects(session, (error: Error) => {
        assert.ok(error instanceof UserError, error.stack);
        assert.match(
          error.message,
          /^Cannot .*: it needs \S+ [TPE]B of memory, expected at most the .* that are free$/,
        );
        return true;
      }, JSON.stringify(size));
      assert.ok(took() < 5000);
      assert.deepEqual(events, []);
    }
    const turned = { sparsity: "topk", latent: 400_000, batch: 16, backend: "wasm" };
    const session = runSession({ turned, dataset: smallDataset({ height: 28, width: 28 }), reportsDir: place.path });
    await assert.rejects(session, (error) => error instanceof UserError && !error.message.includes("\n"));
    assert.deepEqual(Array.from(Deno.readDirSync(place.path)), []);
  },
);

Deno.test("runSession() refuses mirrors and a random seed that its data have no use for, before it loads them", async () => {
  const mirrors = ["https://example.org/"];
  const refused = (turned: Record<string, unknown>, source: Partial<SessionOptions>, message: RegExp) =>
    assert.rejects(runSession({ turned: { ...SMALL, ...turned }, reportsDir: null, ...source }), message);
  for (const dataset of ["digits", "dictionary"]) {
    const message = new RegExp(
      `^UserError: Cannot use --mirror: nothing is downloaded with dataset ${dataset}, expected`,
    );
    await refused({ dataset }, { mirrors }, message);
  }
  await refused(
    {},
    { mirrors, dataDir: "/nowhere" },
    /Cannot use --mirror: nothing is downloaded with --data-dir, exp/,
  );
  await refused(
    { dataSeed: 3 },
    { dataDir: "/nowhere" },
    /^KnobError: Cannot use dataSeed: it is 3, expected it left /,
  );
});

Deno.test(
  "a baseline that is fitted takes no steps, is measured and stored as any run",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const turned = { sparsity: "topk", k: 2, latent: 6, backend: "wasm", threads: 1, baseline: "pca" };
    const outcome = await runSession(options({ turned, reportsDir: place.path, runId: "a" }));
    assert.ok(outcome.kind === "finished");
    const { run, metrics } = outcome.report;
    assert.match(run.title, / · TopK k 2 · baseline PCA · 6 latents · /);
    assert.match(run.notices.at(-1)!, /^This run is a baseline \(PCA\), for trained models to be compared with\. /);
    assert.deepEqual([run.timing.steps, metrics.epochs, metrics.steps, metrics.start], [0, [], [], null]);
    assert.ok(run.metrics.test.fvu! < 1 && run.metrics.test.activeLatents <= 2);
    assert.ok(run.usedSettings.includes("baseline") && !run.usedSettings.includes("lr"));
    assert.equal(await exists(`${place.path}/a/model.safetensors`), true);
  },
);

Deno.test("a baseline with frozen weights stops and goes on to the same bits", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const turned = { sparsity: "topk", k: 2, latent: 6, batch: 16, epochs: 3, backend: "wasm", threads: 1, lr: 0.1 };
  for (const baseline of ["soft-frozen", "frozen-decoder"]) {
    const session = (id: string) =>
      options({ turned: { ...turned, baseline }, reportsDir: place.path, runId: `${baseline}-${id}` });
    await runSession(session("whole"));
    const half = await stopped(session("half"), { afterSteps: 3 });
    assert.equal(half.kind, "stopped");
    await runSession({ dataset: smallDataset(), reportsDir: place.path, resume: `${baseline}-half` });
    const [whole, resumed] = await Promise.all(
      ["whole", "half"].map((id) => bytesOf(`${place.path}/${baseline}-${id}`)),
    );
    assert.deepEqual(resumed, whole);
  }
});
