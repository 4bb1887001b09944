/**
 * Small reports for the site's tests, trained by the program itself; one of them has strings that would break a careless
 * page.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Bench } from "../../lib/report/bench_schema.ts";
import { Sweep } from "../../lib/report/sweep_schema.ts";
import { digestOf, digestOfFolder } from "../../site/build/digest.ts";
import { FolderCache } from "../../site/build/folder_cache.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What the last run's data set is called. */
export const HOSTILE = `</script><script>alert("x")</script> & 'quotes'`;

const DIGITS = ["--dataset", "digits", "--limit", "200", "--backend", "wasm", "--threads", "1"];

/** Trains KL runs into a folder: `digits-a`, `digits-b` and `no-labels`, the newest. */
export async function trainSmallRuns(reports: string): Promise<void> {
  const deep = [...DIGITS, "--hidden", "12"];
  await train(reports, "digits-a", [...deep, "--epochs", "2", "--latent", "6", "--snapshots", "4"]);
  await train(reports, "digits-b", [...DIGITS, "--hidden", "", "--epochs", "3", "--latent", "5", "--lr", "0.004"]);
  await train(reports, "no-labels", [...deep, "--epochs", "1", "--latent", "4"]);
  await withoutLabels(`${reports}/no-labels`);
}

/**
 * Trains runs of other variants into a folder: `many` with more latents than are shown, `few-l1` of the sweep `few`, whose
 * `few-topk` is not finished, the runs of the sweep `levels`, and `vectors-topk` and `vectors-kl` of known features.
 */
export async function trainFamily(reports: string): Promise<void> {
  const wide = [...DIGITS, "--epochs", "1", "--latent", "70"];
  await train(reports, "many", [...wide, "--sparsity", "topk", "--k", "4", "--snapshots", "3"]);
  const moving = ["--target-l0", "4", "--sparsity-warmup-steps", "2", "--batch", "20"];
  await train(reports, "few-l1", [...wide, "--sparsity", "l1", ...moving]);
  const vectors = ["--dataset", "dictionary", "--dictionary-width", "12", "--dictionary-features", "16"];
  const smallVectors = [
    ...vectors,
    "--limit",
    "500",
    "--batch",
    "50",
    "--epochs",
    "1",
    "--backend",
    "wasm",
  ];
  for (const sparsity of ["topk", "kl"]) {
    const flags = ["--sparsity", sparsity, "--latent", "16", "--threads", "1", "--snapshots", "3"];
    await train(reports, `vectors-${sparsity}`, [...smallVectors, ...flags]);
  }
  // A training time that has the digits that a reader searches: measured numbers are not what is searched.
  await edit(`${reports}/vectors-topk/run.json`, (run) => run.timing.trainMs = 170);
  const sweep: Sweep = {
    schemaVersion: 1,
    name: "few",
    base: { dataset: "digits", limit: 200, latent: 70 },
    knobs: [{ name: "sparsity", values: ["l1", "topk"] }, { name: "targetL0", values: [4, null] }],
    seeds: [0],
    runs: [
      { id: "few-l1", knobs: { sparsity: "l1", targetL0: 4 }, seed: 0 },
      { id: "few-topk", knobs: { sparsity: "topk" }, seed: 0 },
    ],
  };
  await Deno.mkdir(`${reports}/sweeps`);
  await Deno.writeTextFile(`${reports}/sweeps/few.json`, JSON.stringify(Sweep.parse(sweep)));
  for (const latent of ["16", "20"]) {
    await train(reports, `levels-${latent}-k-1`, [
      ...smallVectors,
      "--sparsity",
      "topk",
      "--latent",
      latent,
      "--threads",
      "1",
    ]);
  }
  await writeLevels(reports);
}

/**
 * Writes the sweep `levels`, over k at 16 latents and at 20: copies of two runs with another k and another mean |cosine| of
 * decoder pairs, which is smallest at k = 2.
 */
async function writeLevels(reports: string): Promise<void> {
  const levels = [[16, 1], [16, 2], [16, 4], [16, 8], [20, 1], [20, 2]];
  for (const [latent, k] of levels) {
    const id = `levels-${latent}-k-${k}`, folder = `${reports}/${id}`;
    if (k > 1) await copyFolder(`${reports}/levels-${latent}-k-1`, folder);
    await edit(`${folder}/run.json`, (run) => {
      run.id = id;
      run.title = `${latent} latents, k ${k}, random seed 0`;
      run.config.k = run.metrics.test.activeLatents = k;
      run.metrics.geometry.decoderPairs.meanAbsoluteCosine = 0.1 * (1 + Math.abs(Math.log2(k / 2)));
    });
  }
  const sweep: Sweep = {
    schemaVersion: 1,
    name: "levels",
    base: { dataset: "dictionary", sparsity: "topk" },
    knobs: [{ name: "latent", values: [16, 20] }, { name: "k", values: [1, 2, 4, 8] }],
    seeds: [0],
    runs: levels.map(([latent, k]) => ({ id: `levels-${latent}-k-${k}`, knobs: { latent, k }, seed: 0 })),
  };
  await Deno.writeTextFile(`${reports}/sweeps/levels.json`, JSON.stringify(Sweep.parse(sweep)));
}

/** Runs that differ in the random seed alone. */
const SEEDS = ["seed-0", "seed-1", "seed-2"];

/** Trains `seed-0`, `seed-1` and `seed-2` into a folder. */
export async function trainSeeds(reports: string): Promise<void> {
  const narrow = ["--epochs", "10", "--batch", "20", "--latent", "12", "--sparsity", "topk", "--k", "3"];
  for (const [seed, id] of SEEDS.entries()) await train(reports, id, [...DIGITS, ...narrow, "--seed", String(seed)]);
}

/**
 * Compares runs that are there: `seeds` of those of {@linkcode trainSeeds}, which become a sweep, and `pair` of two of
 * {@linkcode trainFamily}.
 */
export async function compareSmallRuns(reports: string): Promise<void> {
  const sweep = Sweep.parse({
    schemaVersion: 1,
    name: "seeds",
    base: { dataset: "digits", limit: 200, latent: 12, sparsity: "topk" },
    knobs: [{ name: "k", values: [3] }],
    seeds: [...SEEDS.keys()],
    runs: SEEDS.map((id, seed) => ({ id, knobs: { k: 3 }, seed })),
  });
  await compare(reports, "seeds", SEEDS); // before the sweep, whose name no other comparison may have
  await Deno.writeTextFile(`${reports}/sweeps/seeds.json`, JSON.stringify(sweep));
  await compare(reports, "pair", ["many", "few-l1"]);
}

async function compare(reports: string, name: string, ids: string[]): Promise<void> {
  const folders = ids.map((id) => `${reports}/${id}`);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "main.ts", "compare", ...folders, "--name", name, "--out", reports, "--no-data"],
    cwd: ROOT,
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  await edit(`${reports}/comparisons/${name}.json`, (comparison) => comparison.createdAt = nextDate());
}

/**
 * Writes reports of rows that are not grey images into a folder: `colour`, `texts` (vectors of 300 values, which have no picture,
 * with a text, a token and an address for each; 70 of 80 latents have details) and `imported`, a model of SAELens on the same rows without
 * classes.
 */
export async function writeRowReports(reports: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "--no-check", "tests/run/row_reports.ts", reports],
    cwd: ROOT,
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  for (const id of ["colour", "texts", "imported"]) await withoutClock(`${reports}/${id}`);
}

/** Trained runs: the tests of several files, and the next test run, need the same. */
const trained = new FolderCache(`${ROOT}.cache/site-tests`);
let program: Promise<string> | null = null;

/** When the first run of a test file was started, and how many more were dated since. */
const FIRST_DATE = Date.parse("2026-11-20T09:00:00Z");
let dated = 0;

/** A minute after the one before. */
function nextDate(): string {
  return new Date(FIRST_DATE + 60_000 * dated++).toISOString();
}

/**
 * Takes out of a report what a clock and the machine have put in: runs are as old as the order of the calls says, and times that
 * a page shows, searches or sorts by are the same on a quick machine and on a busy one.
 */
async function withoutClock(folder: string): Promise<void> {
  await edit(`${folder}/run.json`, (run) => {
    run.createdAt = nextDate();
    const { steps } = run.timing, trainMs = 2 * steps, isTrained = steps > 0;
    run.timing = {
      ...{ startupMs: 400, trainMs, waitMs: 0, totalMs: 1600 + trainMs, steps },
      stepsPerSecond: isTrained ? 500 : 0,
      secondsPerEpoch: isTrained ? trainMs / 1000 / run.config.epochs : 0,
    };
    Object.assign(run.environment, { os: "linux", cpu: "A processor", cores: 2, memoryBytes: 2 ** 34 });
  });
}

/** Trains a run into a folder, or takes it from an earlier test if this program has trained the same before. */
export async function train(reports: string, id: string, flags: string[]): Promise<void> {
  const digest = digestOf([await (program ??= digestOfFolder(`${ROOT}lib`)), id, ...flags]);
  if (!await trained.has(digest)) {
    const made = await Deno.makeTempDir();
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-prompt", "main.ts", "train", "--reports", made, "--run-id", id, ...flags],
      cwd: ROOT,
      env: { XDG_RUNTIME_DIR: "/tmp" },
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    await trained.store(digest, `${made}/${id}`);
    await trained.prune();
    await Deno.remove(made, { recursive: true });
  }
  await trained.restore(digest, `${reports}/${id}`);
  await withoutClock(`${reports}/${id}`);
}

/** Writes a bench with one shape and three contenders. */
export async function writeBench(reports: string): Promise<void> {
  const row = {
    msPerStep: [3, 4],
    medianMsPerStep: 3.5,
    hostUsPerStep: null,
    dispatchesPerStep: null,
    peakBytes: 2 ** 28,
  };
  const bench: Bench = {
    schemaVersion: 2,
    id: "b",
    createdAt: "2026-11-21T09:00:00.000Z",
    isQuick: false,
    isWhole: false,
    environment: { deno: "2.9.6", v8: "15", os: "linux", cpu: HOSTILE, cores: 2, memoryBytes: 2 ** 34 },
    v8Flags: [],
    busyShareBefore: 0.01,
    dataset: "digits",
    pytorch: [{ version: "2.13.0", blas: "MKL", gflops: 100 }],
    shapes: [{
      id: "kl",
      title: "KL 784-128-32-128-784",
      dInput: 784,
      batch: 128,
      pass: "step",
      data: "images",
      activeLatents: null,
      flopPerStep: 135e6,
      busyShare: 0,
      rows: [
        { ...row, contender: "program", label: "CPU engine" },
        { ...row, contender: "webgpu", label: "WebGPU engine", hostUsPerStep: 24, dispatchesPerStep: 3 },
        { ...row, contender: "pytorch:2.13.0:dense", label: HOSTILE, peakBytes: 0 },
      ],
      tried: [],
    }],
  };
  await Deno.mkdir(`${reports}/bench/b`, { recursive: true });
  await Deno.writeTextFile(`${reports}/bench/b/bench.json`, JSON.stringify(Bench.parse(bench)));
}

/** Turns a report into that of an unlabelled data set with a hostile name. */
async function withoutLabels(folder: string): Promise<void> {
  await edit(`${folder}/run.json`, (run) => {
    run.dataset.classNames = [];
    run.dataset.name = HOSTILE;
    run.dataset.notes = run.notices = [HOSTILE];
    run.title = run.note = HOSTILE;
    run.engine.device = HOSTILE;
    const days = 987_654_321; // ms: a time with many digits
    Object.assign(run.timing, { startupMs: days, trainMs: days, totalMs: 2 * days, stepsPerSecond: 123_456.789 });
    Object.assign(run.environment, { cpu: `${"A processor with a long name ".repeat(3)}@ 2.70GHz`, cores: 192 });
    run.metrics.probing = null;
  });
  await edit(`${folder}/reconstructions.json`, (file) => {
    file.batch.labels = null;
    for (const pair of file.pairs) pair.label = null;
  });
  await edit(`${folder}/activations.json`, (file) => {
    file.heatmap.labels = null;
    file.classMeans = null;
  });
  await edit(`${folder}/latents.json`, (file) => {
    file.mainClass = file.classPurity = file.exampleImages.labels = null;
  });
  await edit(`${folder}/latents/000.json`, (file) => {
    for (const latent of file.latents) latent.classProfile = null;
  });
  await edit(`${folder}/inputs.json`, (file) => {
    for (const row of file.rows) row.label = null;
  });
}

// deno-lint-ignore no-explicit-any
type Json = any;

/** Changes a JSON file. */
export async function edit(path: string, change: (content: Json) => void): Promise<void> {
  const content = JSON.parse(await Deno.readTextFile(path));
  change(content);
  await Deno.writeTextFile(path, JSON.stringify(content));
}

/** Copies a folder with all that is in it. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
