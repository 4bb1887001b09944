/**
 * The site as it is served to its authors: a run that trains has a page that follows it, and leads to the run's own page when
 * the report is there.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../lib/config.ts";
import { decodeSafetensors } from "../../lib/formats/safetensors.ts";
import { RunProgress } from "../../lib/report/progress_schema.ts";
import { SCHEMA_VERSION } from "../../lib/report/schema.ts";
import { runsInTraining } from "../../site/src/training_runs.ts";
import { eventually } from "./eventually.ts";
import { copyFolder, trainSmallRuns } from "./small_reports.ts";

const SITE = new URL("../../site/", import.meta.url).pathname;

/** What a run says after some epochs. */
function progressAfter(epochs: number, { id = "digits-b", day = 1 } = {}): RunProgress {
  const test = {
    ...{ loss: 1, reconstruction: 1, penalty: 0, auxiliary: 0, mse: 1, klNats: null, activeLatents: 1, deadLatents: 0 },
    ...{ meanActivation: 0.5, rhoHat: { min: 0.1, q25: 0.2, median: 0.3, q75: 0.4, max: 0.5 } },
  };
  const train = { loss: 1, reconstruction: 1, penalty: 0, auxiliary: 0, weight: 1 };
  return RunProgress.parse({
    schemaVersion: SCHEMA_VERSION,
    id,
    title: "A run <b>that</b> trains",
    createdAt: "2026-11-01T00:00:00Z",
    updatedAt: `2026-11-0${day}T01:00:00Z`,
    config: { ...resolveConfig({ epochs: 5, sparsity: "topk" }), lr: 0.001 },
    dataset: { name: "digits", kind: "image", height: 28, width: 28, channels: 1, train: 200, test: 100 },
    trainMs: 1000,
    start: test,
    epochs: Array.from({ length: epochs }, (_, i) => ({ epoch: i + 1, step: 2 * (i + 1), lr: 0.001, train, test })),
    silentLatents: [{ step: 2, latents: 1 }],
  });
}

async function write(reports: string, progress: RunProgress): Promise<void> {
  const folder = `${reports}/${progress.id}`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/new`, JSON.stringify(progress));
  await Deno.rename(`${folder}/new`, `${folder}/progress.json`);
}

Deno.test("runsInTraining() finds runs without a report, the one that was measured last first", async () => {
  const reports = await Deno.makeTempDir();
  await write(reports, progressAfter(1, { id: "old", day: 1 }));
  await write(reports, progressAfter(2, { id: "young", day: 2 }));
  await write(reports, progressAfter(2, { id: "done", day: 3 }));
  await Deno.writeTextFile(`${reports}/done/run.json`, "{}");
  await write(reports, progressAfter(1, { id: "moved", day: 4 }));
  await Deno.rename(`${reports}/moved`, `${reports}/elsewhere`);
  for (const [id, text] of [["cut", '{"id":'], ["other", '{"id":"other"}']]) {
    await Deno.mkdir(`${reports}/${id}`);
    await Deno.writeTextFile(`${reports}/${id}/progress.json`, text);
  }
  assert.deepEqual((await runsInTraining(reports)).map(({ id }) => id), ["young", "old"]);
  assert.deepEqual(await runsInTraining(`${reports}/none`), []);
  await Deno.remove(reports, { recursive: true });
});

Deno.test("site dev follows a run from its first epoch to its report", async () => {
  const folder = await Deno.makeTempDir();
  const reports = `${folder}/reports`;
  await trainSmallRuns(`${folder}/finished`);
  await write(reports, progressAfter(1));
  await using served = await serveDev(reports);
  const text = async (path: string) => await (await fetch(served.origin + path)).text();

  const inBar = /A run &lt;b&gt;that&lt;\/b&gt; trains<\/a>: 1 of 5 epochs/;
  await eventually(() => text("/explore/"), inBar); // it may start once more, to install what it found
  await eventually(() => text("/training/digits-b/"), /1 of 5/);
  await write(reports, progressAfter(2));
  await eventually(() => text("/training/digits-b/"), /2 of 5/);

  await Deno.remove(`${reports}/digits-b`, { recursive: true });
  await copyFolder(`${folder}/finished/digits-b`, `${reports}/digits-b`);
  await eventually(async () => {
    const { redirected, url } = await fetch(`${served.origin}/training/digits-b/`).then(drained);
    return [redirected, new URL(url).pathname];
  }, [true, "/runs/digits-b/"]);
  await eventually(() => text("/explore/"), (html) => {
    assert.match(html, /href="[^"]*\/runs\/digits-b\/"/);
    assert.doesNotMatch(html, /of 5 epochs/);
  });
  const stored = JSON.parse(await text("/runs/digits-b/run.json"));
  assert.equal(stored.id, "digits-b", "the files of a run are served beside its pages");
  const weights = await (await fetch(`${served.origin}/runs/digits-b/live.safetensors`)).bytes();
  assert.equal(decodeSafetensors(weights).metadata.id, "digits-b", "so are its weights for the live page");
  await Deno.remove(folder, { recursive: true });
});

/** Serves the site of a reports folder while it changes. */
async function serveDev(reports: string): Promise<{ origin: string } & AsyncDisposable> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "npm:astro@7.3.4", "dev", "--port", "0", "--host", "127.0.0.1"],
    cwd: SITE,
    env: { SAE_REPORTS: reports, NO_COLOR: "1", __IS_WSL_TEST__: "1", ASTRO_TELEMETRY_DISABLED: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const reading = (async () => {
    let said = "";
    for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += piece;
      const address = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (address) resolve(address[0]);
    }
    reject(new Error(`Cannot serve the site: ${said}`));
  })();
  return {
    origin: await promise,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.status;
      await reading;
    },
  };
}

async function drained(response: Response): Promise<Response> {
  await response.body?.cancel();
  return response;
}
