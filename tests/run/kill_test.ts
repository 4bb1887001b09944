/**
 * A run that is killed at random moments loses nothing: every file is whole or absent, the run goes on, and ends in the same bytes.
 *
 * `SAE_KILLS=1000 deno test -P=test tests/run/kill_test.ts` kills more often; 100 times otherwise.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decode } from "fast-png";
import { exists, isTemporary } from "../../lib/files.ts";
import { decodeSafetensors } from "../../lib/formats/safetensors.ts";
import { RunProgress } from "../../lib/report/progress_schema.ts";
import { Activations, Inputs, LatentDetails, Latents, Metrics, Reconstructions, Run } from "../../lib/report/schema.ts";
import { Rng } from "../../lib/rng.ts";
import { loadCheckpoint } from "../../lib/training/checkpoint.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const PROCESSES = 2;
const CHILD = new URL("killed_run.ts", import.meta.url).pathname;

type How = "start" | "resume";

function start(reports: string, id: string, how: How): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-check", "--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"]
      .concat(CHILD, reports, id, how),
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/** Kills a process unless it has ended by now. */
function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** All files below a folder, by their paths from it. */
function filesIn(folder: string, prefix = ""): string[] {
  return Array.from(Deno.readDirSync(`${folder}/${prefix}`)).flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(folder, `${prefix}${name}/`) : [prefix + name]
  ).sort();
}

/** Asserts that each file a killed process left is whole, but for what is known to be temporary. */
async function assertWhole(folder: string, id: string): Promise<void> {
  const schemas = {
    run: Run,
    metrics: Metrics,
    reconstructions: Reconstructions,
    activations: Activations,
    latents: Latents,
    "latents/000": LatentDetails,
    inputs: Inputs,
    progress: RunProgress,
  };
  for (const name of await exists(folder) ? filesIn(folder) : []) {
    const path = `${folder}/${name}`;
    if (name === ".lock" || isTemporary(name)) continue;
    if (name === "checkpoint.safetensors") await loadCheckpoint(path, { id });
    else if (name === "model.safetensors") decodeSafetensors(await Deno.readFile(path));
    else if (name.endsWith(".png")) decode(await Deno.readFile(path));
    else schemas[name.replace(".json", "") as keyof typeof schemas].parse(JSON.parse(await Deno.readTextFile(path)));
  }
}

Deno.test(
  "a run killed at any moment goes on with the same command and ends as if it had not been",
  needs("permissions", "signals", "time"),
  async () => {
    const mostKills = Number(Deno.env.get("SAE_KILLS") ?? 100);
    await using place = await temporaryFolder();
    const begun = performance.now();
    assert.equal((await start(place.path, "whole", "start").status).code, 0);
    const longestMs = 1.1 * (performance.now() - begun);
    const whole = filesIn(`${place.path}/whole`);
    let kills = 0, ends = 0, next = 0;
    const seen = new Set<string>();

    /** Kills one run again and again until it ends before its killer comes. */
    const oneRun = async (id: string, rng: Rng): Promise<void> => {
      const folder = `${place.path}/${id}`;
      for (;;) {
        const isStopped = await exists(`${folder}/checkpoint.safetensors`);
        const child = start(place.path, id, isStopped ? "resume" : "start");
        const isLast = kills >= mostKills; // then it may go to its end
        const killer = setTimeout(() => kill(child), isLast ? 1e6 : rng.uniform(0, longestMs));
        const { code, signal, stderr } = await child.output();
        clearTimeout(killer);
        if (signal === "SIGKILL") kills++;
        await assertWhole(folder, id);
        if (signal === "SIGKILL" && await exists(folder)) {
          filesIn(folder).forEach((name) => seen.add(name.replace(/\.[0-9a-f]+\.part$/, ".part")));
        }
        if (!await exists(`${folder}/run.json`)) {
          assert.equal(signal, "SIGKILL", `${id}: ${code} ${new TextDecoder().decode(stderr)}`);
          continue;
        }
        break;
      }
      ends++;
      await assertFinished(folder, id);
    };

    /** A finished run holds nothing but its report, the same as the undisturbed one. */
    const assertFinished = async (folder: string, id: string): Promise<void> => {
      const again = await start(place.path, id, "resume").output(); // tidies up what a kill after the report left
      assert.match(new TextDecoder().decode(again.stderr), /it is finished, expected a stopped run/);
      assert.deepEqual(filesIn(folder), whole);
      for (const name of whole.filter((name) => name !== "run.json")) {
        assert.deepEqual(
          await Deno.readFile(`${folder}/${name}`),
          await Deno.readFile(`${place.path}/whole/${name}`),
          `${id} ${name}`,
        );
      }
    };

    await Promise.all(Array.from({ length: PROCESSES }, async (_, i) => {
      const rng = Rng.fromSeed(i, "kills");
      while (kills < mostKills) await oneRun(`r${next++}`, rng);
    }));
    assert.ok(kills >= mostKills && ends > 0, `${kills} kills, ${ends} runs`);
    assert.ok(seen.has("checkpoint.safetensors") && seen.has(".lock"), [...seen].join());
    console.log(`${kills} kills, ${ends} runs ended, left behind: ${[...seen].sort().join(" ")}`);
  },
);

Deno.test(
  "two processes that resume one run: one trains, the other ends with one line",
  needs("permissions", "signals", "time"),
  async () => {
    await using place = await temporaryFolder();
    for (let tries = 1;; tries++) {
      const child = start(place.path, "a", "start");
      let isOver = false;
      const output = child.output().finally(() => isOver = true);
      while (!isOver && !await exists(`${place.path}/a/checkpoint.safetensors`)) {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      kill(child);
      await output;
      if (!await exists(`${place.path}/a/run.json`)) break;
      assert.ok(tries < 10, "it was over ten times before it was killed");
      await Deno.remove(`${place.path}/a`, { recursive: true }); // a busy machine let it end before this process had its turn
    }
    const outcomes = await Promise.all([1, 2].map(() => start(place.path, "a", "resume").output()));
    assert.deepEqual(outcomes.map(({ code }) => code).sort(), [0, 1]);
    const refusal = new TextDecoder().decode(outcomes.find(({ code }) => code === 1)!.stderr);
    assert.match(
      refusal,
      /another process works on it, expected it to end first|it is finished, expected a stopped run/,
    );
  },
);
