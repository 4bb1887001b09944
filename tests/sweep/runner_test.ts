/**
 * A sweep as a person runs it: processes, folders, shards, stops and failures, on a data set of tiny images.
 *
 * @module
 */
import assert from "node:assert/strict";
import { sweepCommand } from "../../lib/cli/sweep_command.ts";
import { UserError } from "../../lib/errors.ts";
import { exists } from "../../lib/files.ts";
import { Run } from "../../lib/report/schema.ts";
import { Sweep } from "../../lib/report/sweep_schema.ts";
import { Rng } from "../../lib/rng.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import { planSweep } from "../../lib/sweep/plan.ts";
import { type Outcome, runSweep } from "../../lib/sweep/runner.ts";
import { parseSweepFile } from "../../lib/sweep/sweep_file.ts";
import { readIdentity } from "../../lib/training/checkpoint.ts";
import { peakRate } from "../../lib/training/schedule.ts";
import { idxFile } from "../data/mnist/idx_files.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { needs } from "../needs.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const BASE = { hidden: [], batch: 32, epochs: 1, backend: "wasm", engine: "fused" };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** `main.ts sweep`, without the network. */
function program(args: string[]): Deno.Command {
  const allow = ["--allow-read", "--allow-write", "--allow-env", "--allow-run"];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", ...allow, `--config=${ROOT}deno.json`, `${ROOT}main.ts`, "sweep", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  });
}

/** A folder with 96 training and 32 test images of 6×5, and a way to sweep over them. */
async function workplace({ testImages = 32 } = {}) {
  const folder = await temporaryFolder();
  const rng = Rng.fromSeed(0, "sweep");
  for (const [split, count] of [["train", 96], ["t10k", testImages]] as const) {
    const images = idxFile([count, 6, 5]);
    images.subarray(16).forEach((_, i, pixels) => pixels[i] = rng.below(i % 3 === 0 ? 250 : 60));
    await Deno.writeFile(`${folder.path}/${split}-images-idx3-ubyte`, images);
  }
  const reports = `${folder.path}/reports`;
  const start = async (sweep: unknown, ...flags: string[]) => {
    await Deno.writeTextFile(`${folder.path}/sweep.json`, JSON.stringify(sweep));
    return program([`${folder.path}/sweep.json`, "--data-dir", folder.path, "--reports", reports, ...flags]).spawn();
  };
  return {
    folder: folder.path,
    reports,
    start,
    sweep: async (sweep: unknown, ...flags: string[]) => textOf(await (await start(sweep, ...flags)).output()),
    file: (path: string) => Deno.readTextFile(`${reports}/${path}`),
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}

function textOf({ code, stdout, stderr }: Deno.CommandOutput) {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test(
  "sweep trains two shards' runs, each once, and skips all of them afterwards",
  needs("permissions", "time"),
  async () => {
    await using place = await workplace();
    const sweep = { name: "size", base: BASE, grid: { latent: [3, 4] }, seeds: [0, 1] };
    const ids = ["size-latent-3-s0", "size-latent-3-s1", "size-latent-4-s0", "size-latent-4-s1"];
    const lists: string[] = [];
    for (const [i, own] of [[1, [ids[0], ids[2]]], [2, [ids[1], ids[3]]]] as const) {
      const { code, stdout, stderr } = await place.sweep(sweep, "--shard", `${i}/2`);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.match(stdout, new RegExp(`^size, shard ${i}/2, 2 runs: 2 new\n`));
      assert.deepEqual(Array.from(stdout.matchAll(/^start +(.*)$/gm), ([, id]) => id).sort(), own);
      assert.match(stdout, /^done .* test MSE 0\.\d{5} .* 1 of 2 done, about \d+ s left$/m);
      lists.push(await place.file("sweeps/size.json"));
    }
    assert.equal(lists[0], lists[1]);
    assert.deepEqual(Sweep.parse(JSON.parse(lists[0])).runs.map(({ id }) => id), ids);
    for (const id of ids) {
      const run = Run.parse(JSON.parse(await place.file(`${id}/run.json`)));
      assert.deepEqual([run.id, `size-latent-${run.config.latent}-s${run.config.seed}`], [id, id]);
      assert.equal(run.config.threads, 1);
    }
    const before = await place.file(`${ids[0]}/run.json`);
    const again = await place.sweep(sweep);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /^size, 4 runs: 4 finished\n/);
    assert.doesNotMatch(again.stdout, /^start/m);
    assert.equal(again.stdout.match(/^ {2}size-latent-.* before$/gm)?.length, 4);
    assert.equal(await place.file(`${ids[0]}/run.json`), before);
    const changed = await place.sweep({ ...sweep, base: { ...BASE, rho: 0.2 } });
    assert.equal(changed.code, 1);
    assert.match(
      changed.stderr,
      /^error: Cannot continue run size-.*: it was trained with rho 0\.05, expected 0\.2 as /,
    );
    assert.equal((await place.sweep(sweep, "--quiet")).stdout, `${place.reports}/sweeps/size.json\n`);
  },
);

Deno.test(
  "sweep stopped by Ctrl-C saves its runs, and the same command goes on with them",
  needs("permissions", "signals", "time"),
  async () => {
    await using place = await workplace();
    const sweep = { name: "long", base: { ...BASE, epochs: 120 }, grid: { latent: [3, 4, 5] } };
    const child = await place.start(sweep, "--jobs", "2");
    const output = child.output();
    while (!await exists(`${place.reports}/long-latent-3-s0/checkpoint.safetensors`)) await pause(10);
    child.kill("SIGINT");
    const stopped = textOf(await output);
    assert.equal(stopped.code, 130, stopped.stderr);
    assert.match(stopped.stdout, /^stopped long-latent-3-s0$/m);
    assert.match(stopped.stdout, /^Stopped with 3 of 3 runs left\. To continue: the same command again$/m);
    const { code, stdout, stderr } = await place.sweep(sweep, "--jobs", "2");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^resume +long-latent-3-s0$/m);
    assert.match(stdout, /^start +long-latent-5-s0$/m);
    for (const latent of [3, 4, 5]) Run.parse(JSON.parse(await place.file(`long-latent-${latent}-s0/run.json`)));
  },
);

Deno.test(
  "sweep goes on after a run that fails, says why, and takes what a killed process left for nothing",
  needs("permissions", "time"),
  async () => {
    await using place = await workplace();
    await Deno.mkdir(`${place.reports}/mixed-s0`, { recursive: true });
    await Deno.mkdir(`${place.reports}/mixed-latent-5-s0`);
    for (const name of ["notes.txt", "checkpoint.safetensors.0123456789abcdef.part", ".lock"]) {
      await Deno.writeTextFile(`${place.reports}/mixed-latent-5-s0/${name}`, "mine");
    }
    const sweep = { name: "mixed", base: BASE, list: [{ lr: 1e38 }, {}, { latent: 5 }] };
    const { code, stdout, stderr } = await place.sweep(sweep);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error: Cannot train 1 of 3 runs: Cannot go on training: .* expected finite numbers.*\n$/,
    );
    const table = stdout.slice(stdout.indexOf("\n\n"));
    assert.match(table, /^ {2}mixed-lr-1e_38-s0 +failed {2}Cannot go on training: /m);
    assert.match(table, /^ {2}mixed-s0 +0\.\d{5} /m);
    assert.match(table, /^ {2}mixed-latent-5-s0 +0\.\d{5} /m);
    assert.equal(await place.file("mixed-latent-5-s0/notes.txt"), "mine");
    const names = Array.from(Deno.readDirSync(`${place.reports}/mixed-latent-5-s0`), ({ name }) => name);
    assert.deepEqual(names.filter((name) => /part|lock/.test(name)), []);
  },
);

Deno.test(
  "a sweep that is killed takes its runs with it, and they have saved",
  needs("permissions", "signals", "time"),
  async () => {
    await using place = await workplace();
    const child = await place.start({ name: "orphan", base: { ...BASE, epochs: 5000 }, grid: { latent: [3] } });
    const run = `${place.reports}/orphan-latent-3-s0`;
    while (!await exists(`${run}/checkpoint.safetensors`)) await pause(10);
    child.kill("SIGKILL");
    await child.output();
    const killedMs = performance.now();
    while (await RunFolder.isTaken(run)) { // until the system releases the dead process's lock
      assert.ok(performance.now() - killedMs < 20_000, "the run goes on without its sweep");
      await pause(20);
    }
    assert.notEqual(await readIdentity(`${run}/checkpoint.safetensors`), null);
    assert.ok(!await exists(`${run}/run.json`));
  },
);

Deno.test(
  "two sweeps of one file at a time train each run once, and none calls the other's a failure",
  needs("permissions", "time"),
  async () => {
    await using place = await workplace();
    const sweep = { name: "twice", base: { ...BASE, epochs: 40 }, grid: { latent: [3, 4] } };
    const both = await Promise.all([place.start(sweep), place.start(sweep)]);
    const ends = (await Promise.all(both.map((child) => child.output()))).map(textOf);
    for (const { code, stderr } of ends) assert.deepEqual([code, stderr], [0, ""]);
    const said = ends.map(({ stdout }) => stdout).join("");
    for (const latent of [3, 4]) {
      Run.parse(JSON.parse(await place.file(`twice-latent-${latent}-s0/run.json`)));
      assert.equal(said.match(new RegExp(`^done +twice-latent-${latent}-s0`, "gm"))?.length, 1, said);
    }
    assert.match(said, /another process (works on|has finished) it/);
  },
);

Deno.test(
  "a sweep compares a stopped run's configuration before it goes on with it",
  needs("permissions", "time"),
  async () => {
    await using place = await workplace();
    const long = { name: "moved", base: { ...BASE, epochs: 5000 }, grid: { latent: [3] } };
    const child = await place.start(long);
    const output = child.output();
    while (!await exists(`${place.reports}/moved-latent-3-s0/checkpoint.safetensors`)) await pause(10);
    child.kill("SIGTERM");
    await output;
    const before = await Deno.readFile(`${place.reports}/moved-latent-3-s0/checkpoint.safetensors`);
    const { code, stderr } = await place.sweep({ ...long, base: { ...long.base, rho: 0.2 } });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error: Cannot continue run moved-latent-3-s0: it was trained with rho 0\.05, expected 0\.2 as in the sweep file;/,
    );
    assert.deepEqual(await Deno.readFile(`${place.reports}/moved-latent-3-s0/checkpoint.safetensors`), before);
    assert.match((await place.sweep(long, "--dry-run")).stdout, /^moved, 1 run: 1 stopped\n/);
  },
);

Deno.test(
  "a sweep over one test image, with the default batch and rate, is done, then skipped; --json says so",
  needs("permissions", "time"),
  async () => {
    await using place = await workplace({ testImages: 1 });
    const { batch: _, ...others } = BASE; // the default of 128 is larger than the 96 training images
    const base = { ...others, sparsity: "l1", latent: 4 };
    const sweep = { name: "one", base };
    const first = await place.sweep(sweep, "--json");
    assert.equal(first.code, 0, first.stderr);
    const { list, runs: [run] } = JSON.parse(first.stdout);
    assert.equal(list, `${place.reports}/sweeps/one.json`);
    assert.deepEqual([run.id, run.status, run.figures.explainedVariance], ["one-s0", "done", null]);
    assert.match(first.stderr, /^done +one-s0 .* explained variance does not vary/m);
    const again = await place.sweep(sweep);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /^one, 1 run: 1 finished\n/);
    const path = `${place.reports}/one-s0/run.json`, stored = JSON.parse(await Deno.readTextFile(path));
    assert.equal(stored.config.lr, peakRate({ latent: 4, totalSteps: 1 }));
    await Deno.writeTextFile(path, JSON.stringify({ ...stored, config: { ...stored.config, lr: 2e-3 } }));
    const other = await place.sweep(sweep);
    assert.match(
      other.stderr,
      /^error: Cannot continue run one-s0: it was trained with lr 0\.002, expected 0\.01 as in/,
    );
  },
);

Deno.test(
  "a sweep can say off for a knob that its data set turns on, and is finished then",
  needs("permissions", "time"),
  async () => {
    await using place = await workplace();
    const made = { dataset: "dictionary", dictionaryWidth: 8, dictionaryFeatures: 12, dictionaryActive: 2, limit: 200 };
    const sweep = {
      name: "null",
      base: { ...made, sparsity: "jumprelu", latent: 6, batch: 50, epochs: 1, backend: "wasm", resampleSteps: null },
    };
    await Deno.writeTextFile(`${place.folder}/sweep.json`, JSON.stringify(sweep));
    const again = async () =>
      textOf(await program([`${place.folder}/sweep.json`, "--reports", place.reports]).output());
    const first = await again();
    assert.equal(first.code, 0, first.stderr);
    assert.equal(JSON.parse(await place.file("null-s0/run.json")).config.resampleSteps, null);
    assert.match((await again()).stdout, /^null, 1 run: 1 finished\n/);
  },
);

Deno.test(
  "what every run of a sweep would be refused for is refused once, before anything is trained or written",
  needs("permissions", "time"),
  async () => {
    await using place = await workplace();
    const csv = `${place.folder}/x.csv`, sweep = `${place.folder}/sweep.json`;
    const lines = Array.from({ length: 40 }, (_, row) => `${row},${row % 7 + 0.5},${row * row}`);
    await Deno.writeTextFile(csv, `a,b,c\n${lines.join("\n")}\n`);
    await Deno.writeTextFile(`${place.folder}/nan.csv`, `a,b,c\n${lines.join("\n")}\n1,nan,3\n`);
    await Deno.mkdir(`${place.reports}/comparisons`, { recursive: true });
    const comparison = (own: string | null, ids: string[]) => ({ sweep: own, runs: ids.map((id) => ({ id })) });
    const stored = { mine: comparison(null, ["a", "b"]), other: comparison("other", ["other-s7", "other-s8"]), bad: 3 };
    for (const [name, content] of Object.entries(stored)) {
      await Deno.writeTextFile(`${place.reports}/comparisons/${name}.json`, JSON.stringify(content));
    }
    const folder = ["--data-dir", place.folder], data = ["--data", csv];
    const cases: [content: Record<string, unknown>, flags: string[], message: RegExp][] = [
      [
        { base: { dataset: "dictionary" } },
        folder,
        /Cannot take --dataset dictionary from .*: its vectors are generated/,
      ],
      [
        { base: { dataset: "planted-hard" } },
        data,
        /has dataset "planted-hard", expected it left out with --data \(vectors\)/,
      ],
      [{ base: { dataset: "digits", limit: 100_000 } }, [], /Cannot keep 100000 training images of digits/],
      [
        { base: { batch: 97 }, seeds: [0, 1] },
        folder,
        /Cannot use .*: the run with batch 97, seed 0 has batch 97, expected at most the 96/,
      ],
      [{ base: { dataSeed: 3 } }, folder, /has dataSeed 3, expected it left out with --data-dir/],
      [{ base: { threads: 100_000 } }, folder, /Cannot start 100000 threads/],
      [{ base: { leaveOut: [3] } }, folder, /Cannot use --leave-out: the training rows have no labels/],
      [{ base: { backend: "cpu", engine: "fused" } }, folder, /Cannot use --engine fused: the backend is cpu/],
      [{ base: { hidden: [], output: "sigmoid", scale: "mean-norm" } }, data, /has output sigmoid, expected linear/],
      [{}, ["--data", `${place.folder}/nan.csv`], /Cannot read .*nan\.csv: .*expected/],
      [{}, [...data, "--test-share", "0.001"], /Cannot hold out rows of .*x: a test share of 0\.001 takes none/],
      [
        {},
        ["--init-from", "r"],
        /Cannot use --init-from: the runs of a sweep start anew, expected it left out: deno task/,
      ],
      [
        { base: { initFrom: "r" } },
        [],
        /base\.initFrom is "r", expected it left out: the runs of a sweep start anew; /,
      ],
      [
        { name: "mine", seeds: [0, 1] },
        folder,
        /Cannot replace .*\/mine\.json: deno task compare made it, expected another/,
      ],
      [{ name: "other", seeds: [0, 1] }, folder, /\/other\.json: it compares run other-s7, which is not of this sweep/],
      [{ name: "bad", seeds: [0, 1] }, folder, /\/bad\.json: it is not a comparison of this program, expected another/],
    ];
    const before = (await Array.fromAsync(Deno.readDir(place.reports))).length;
    for (const [content, flags, message] of cases) {
      await Deno.writeTextFile(sweep, JSON.stringify({ name: "all", ...content }));
      const args = [sweep, ...flags, "--reports", place.reports, "--quiet"];
      await assert.rejects(sweepCommand(args, new AbortController().signal), (error: Error) => {
        assert.ok(error instanceof UserError && !error.message.includes("\n"), error.stack);
        assert.match(error.message, message);
        return true;
      });
    }
    assert.equal((await Array.fromAsync(Deno.readDir(place.reports))).length, before);
    assert.equal(await place.file("comparisons/mine.json"), JSON.stringify(stored.mine));
  },
);

Deno.test("a sweep whose runs were trained on different data is refused", needs("permissions", "time"), async () => {
  await using place = await workplace();
  const sweep = { name: "mix", base: BASE, seeds: [0, 1] };
  assert.equal((await place.sweep({ ...sweep, seeds: [0] })).code, 0);
  const path = `${place.reports}/mix-s0/run.json`;
  const run = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify({ ...run, dataset: { ...run.dataset, name: "digits" } }));
  const { code, stderr } = await place.sweep(sweep);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^error: Cannot continue the sweep: run mix-s0 was trained on digits, and the others would be on .*, expected one /,
  );
  assert.ok(!await exists(`${place.reports}/mix-s1`));
});

Deno.test("sweep reads no file that never ends", needs("permissions", "signals"), async () => {
  const output = await program(["/dev/zero"]).output();
  assert.equal(output.code, 1);
  assert.match(
    textOf(output).stderr,
    /^error: Cannot read \/dev\/zero: it has more than 4194304 bytes, expected no more/,
  );
});

Deno.test(
  "sweep --dry-run lists the runs and writes nothing; bad flags are one line each",
  needs("permissions"),
  async () => {
    await using place = await workplace();
    const sweep = { name: "size", grid: { latent: [3, 4] } };
    const { code, stdout } = await place.sweep(sweep, "--dry-run");
    assert.deepEqual([code, stdout.split("\n")], [0, [
      "size, 2 runs: 2 new",
      "new       size-latent-3-s0  latent 3, seed 0",
      "new       size-latent-4-s0  latent 4, seed 0",
      "",
    ]]);
    assert.equal(await exists(place.reports), false);
    const cases: [flags: string[], message: RegExp][] = [
      [
        ["--shard", "3/2"],
        /^error: Cannot use --shard: it is "3\/2", expected I\/N with I from 1 to N, such as 2\/8\n$/,
      ],
      [["--jobs", "0"], /^error: Cannot use --jobs: it is "0", expected an integer from 1 to 9999\n$/],
      [["--job", "1"], /^error: Cannot use --job: .* did you mean --jobs\?\n$/],
      [["--shard"], /^error: Cannot use --shard: it has no value, expected --shard I\/N\n$/],
      [["other.json"], /^error: Cannot sweep: there are 2 files, expected deno task sweep FILE \[flags\]\n$/],
    ];
    for (const [flags, message] of cases) {
      const outcome = await place.sweep(sweep, ...flags);
      assert.equal(outcome.code, 2);
      assert.match(outcome.stderr, message);
    }
  },
);

Deno.test(
  "runSweep() tells how a process ended that no train would end like, and keeps to its number of jobs",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { runs } = planSweep(parseSweepFile('{ "name": "a", "seeds": [0, 1, 2, 3] }', { file: "s" }), { file: "s" });
    const programs = [
      'Deno.kill(Deno.pid, "SIGKILL"); await new Promise(() => setTimeout(() => {}, 1e4))',
      'throw new Error("a bug")',
      "Deno.exit(3)",
      "",
    ];
    let [now, most] = [0, 0];
    const outcomes = await runSweep(runs, {
      reportsDir: folder.path,
      jobs: 3,
      commandOf: ({ seed }) => ["eval", programs[seed]],
      signal: new AbortController().signal,
      onStart: () => most = Math.max(most, ++now),
      onEnd: () => now--,
    });
    const errorOf = (outcome: Outcome) => outcome.kind === "failed" ? outcome.error : outcome.kind;
    assert.match(errorOf(outcomes[0]), /^Cannot go on training: the process was ended by SIGKILL, expected time/);
    assert.match(errorOf(outcomes[1]), /a bug/);
    assert.match(errorOf(outcomes[2]), /^Cannot train: the process ended with code 3, expected 0$/);
    assert.match(
      errorOf(outcomes[3]),
      /^Cannot find the run's report: the process ended well and left a run that is new,/,
    );
    assert.equal(most, 3);
  },
);

Deno.test(
  "sweep and report without permission for their folder print the command of their own that has it, before they start",
  needs("permissions", "time"),
  async () => {
    await using place = await workplace();
    const sweep = `${place.folder}/sweep.json`;
    await Deno.writeTextFile(sweep, '{"name": "a"}');
    for (const command of [["sweep", sweep], ["report"]]) {
      const args = [...command, "--data-dir", place.folder, "--reports", place.reports];
      const { code, stdout, stderr } = textOf(
        await new Deno.Command(Deno.execPath(), {
          args: ["run", "-q", "-P", "--no-prompt", "main.ts", ...args],
          cwd: ROOT,
          env: { NO_COLOR: "1" },
          stdout: "piped",
          stderr: "piped",
        }).output(),
      );
      assert.deepEqual([code, stdout], [1, ""]);
      const works = `deno run -P --allow-write=.cache,${place.reports} main.ts ${args.join(" ")}`;
      const now = "this Deno process may not write there";
      assert.equal(stderr, `error: Cannot write ${place.reports}: ${now}, expected ${works}\n`);
    }
  },
);
