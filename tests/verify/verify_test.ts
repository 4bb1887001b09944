/**
 * Reports that hold, and reports in which one byte or one number was changed: what is found, and where.
 *
 * @module
 */
import { encode } from "fast-png";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { decodePng, pngHeader } from "../../lib/formats/png.ts";
import type { Run } from "../../lib/report/schema.ts";
import { Verification } from "../../lib/report/verification_schema.ts";
import { readEnvironment } from "../../lib/run/environment.ts";
import { runSession, type SessionOptions } from "../../lib/run/session.ts";
import { Rng } from "../../lib/rng.ts";
import { DataCache, type WantedData } from "../../lib/verify/inputs.ts";
import { type VerifiedRun, verifyRun } from "../../lib/verify/verify.ts";
import { npyFloats } from "../data/npy_file.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const WIDTH = 12, ROWS = 240;
const KNOBS = { sparsity: "topk", k: 3, latent: 10, hidden: [], epochs: 2, batch: 24, threads: 1 };

/** None of the settings above: a run that starts from another has that one's. */
const NONE = Object.fromEntries(Object.keys(KNOBS).map((name) => [name, undefined]));

interface Place {
  path: string;
  reports: string;
  data: string;
  labels: string;
}

/** A folder with rows of two classes and the report of a run on them, `reports/a`. */
async function workplace(options: Partial<SessionOptions> = {}): Promise<Place & AsyncDisposable> {
  const folder = await temporaryFolder(), { path } = folder;
  const place = { path, reports: `${path}/reports`, data: `${path}/rows.npy`, labels: `${path}/labels.txt` };
  const rng = Rng.fromSeed(3, "rows");
  const values = Float32Array.from(
    { length: ROWS * WIDTH },
    (_, i) => (i % WIDTH < 6) === (i / WIDTH % 2 < 1) ? rng.uniform() : 0,
  );
  await Deno.writeFile(place.data, npyFloats(values, WIDTH));
  await Deno.writeTextFile(place.labels, Array.from({ length: ROWS }, (_, i) => i % 2 ? "odd" : "even").join("\n"));
  await trained(place, { runId: "a", ...options });
  return { ...place, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

async function trained({ reports, data, labels, path }: Place, options: Partial<SessionOptions>): Promise<void> {
  const turned = { ...KNOBS, backend: "wasm", ...options.turned };
  const outcome = await runSession({
    reportsDir: reports,
    data,
    labels,
    cacheDir: `${path}/.cache`,
    ...options,
    turned,
  });
  assert.equal(outcome.kind, "finished");
}

/** Verifies a run of a place. */
async function verified(
  place: Place,
  { id = "a", ...options }: { id?: string; wanted?: object; retrains?: boolean; data?: WantedData["place"] } = {},
): Promise<VerifiedRun> {
  const { data, labels, reports, path } = place;
  return await verifyRun({
    folder: `${reports}/${id}`,
    reportsDir: reports,
    dataOf: () => ({ place: options.data ?? { data, labels }, mirrors: [] }),
    dataCache: new DataCache(),
    retrains: options.retrains ?? false,
    wanted: { threads: 1, ...options.wanted },
    program: "0.0.0",
    code: { sourcesSha256: null, kernelsSha256: null },
    environment: readEnvironment(),
    cacheDir: `${path}/.cache`,
    signal: new AbortController().signal,
  });
}

/** What does not hold: its line, and the place. */
function faults({ lines }: VerifiedRun): string[] {
  return lines.filter(({ outcome }) => outcome === "fails").map(({ what, place }) => `${what} | ${place?.path}`);
}

async function readRun({ reports }: Place, id = "a"): Promise<Run> {
  return JSON.parse(await Deno.readTextFile(`${reports}/${id}/run.json`));
}

/** Writes a file of the report, and its checksum into run.json, as somebody would who wants to deceive. */
async function replaced(place: Place, file: string, bytes: Uint8Array, id = "a"): Promise<void> {
  await Deno.writeFile(`${place.reports}/${id}/${file}`, bytes);
  const run = await readRun(place, id), listed = run.files.find(({ name }) => name === file)!;
  Object.assign(listed, { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
  await Deno.writeTextFile(`${place.reports}/${id}/run.json`, JSON.stringify(run));
}

/** Changes one value of a JSON file by its path. */
async function edited(place: Place, file: string, change: (json: never) => void): Promise<() => Promise<void>> {
  const path = `${place.reports}/a/${file}`, runPath = `${place.reports}/a/run.json`;
  const [before, run] = [await Deno.readTextFile(path), await Deno.readTextFile(runPath)];
  const json = JSON.parse(before);
  change(json as never);
  const text = JSON.stringify(json);
  if (file === "run.json") await Deno.writeTextFile(path, text);
  else await replaced(place, file, new TextEncoder().encode(text));
  return async () => {
    await Deno.writeTextFile(path, before);
    await Deno.writeTextFile(runPath, run);
  };
}

Deno.test(
  "a run that holds: every part is said, the report stays as it was, and verification.json says so",
  needs("permissions"),
  async () => {
    await using place = await workplace();
    const before = await Deno.readTextFile(`${place.reports}/a/run.json`);
    const found = await verified(place, { retrains: true });
    assert.deepEqual(faults(found), []);
    assert.deepEqual([found.totals.notChecked, found.tolerance], [0, 0], JSON.stringify(found.lines, null, 1));
    assert.ok(found.totals.numbers > 2500, `${found.totals.numbers}`);
    const lines = found.lines.map(({ part, what, outcome }) => `${outcome} ${part} ${what}`);
    for (
      const line of [
        "holds files checksums",
        "holds files no other file",
        "holds files agreement",
        "holds inputs training inputs",
        "holds inputs test inputs",
        "holds inputs data files",
        "holds numbers header of model.safetensors",
        "holds numbers run.json",
        "holds numbers metrics.json",
        "holds numbers latents/*.json",
        "holds numbers pictures",
        "recorded numbers times",
        "holds training model.safetensors",
        "holds training training losses",
        "holds training counts of the training",
        "holds training inactive latents during training",
      ]
    ) assert.ok(lines.includes(line), `${line} is not among ${lines.join("; ")}`);
    assert.deepEqual(lines.filter((line) => line.startsWith("recorded training")), [], "all of it was checked");
    assert.equal(await Deno.readTextFile(`${place.reports}/a/run.json`), before);
    const stored = Verification.parse(JSON.parse(await Deno.readTextFile(`${place.reports}/a/verification.json`)));
    assert.deepEqual(stored.totals, found.totals);
    assert.equal(stored.runSha256, createHash("sha256").update(before).digest("hex"));
    await Deno.writeTextFile(`${place.reports}/a/verification.json.0123456789abcdef.part`, "of one that was killed");
    const again = await verified(place);
    assert.deepEqual(faults(again), [], "verification.json is no file of the report");
    const { sparsity } = await readRun(place);
    const { steps, epochs, silentLatents } = JSON.parse(await Deno.readTextFile(`${place.reports}/a/metrics.json`));
    assert.deepEqual(
      again.lines.filter(({ part }) => part === "training").map((
        { outcome, what, numbers },
      ) => [outcome, what, numbers]),
      [
        ["recorded", "losses of the training steps", 5 * steps.length],
        ["recorded", "training losses of the epochs", 5 * epochs.length],
        ["recorded", "test figures of the epochs before the last", 13], // one epoch; without a ρ there are no nats
        ["recorded", "inactive and resampled latents", 2 * silentLatents.length + 1 + 2 * sparsity.resampled.length],
        ["recorded", "steps, and the penalty's weight at the end", 2],
        ["recorded", "model.safetensors", 0],
      ],
      "without training again each kind of figure that was not checked has a line",
    );
    for (const { part, detail } of again.lines) {
      if (part === "training") {
        assert.match(detail, /not checked: --retrain trains the run again and compares them$/);
      }
    }
  },
);

/** A model's file with another header, such as an older program wrote. */
function withHeader(file: Uint8Array, change: (about: Record<string, string>) => void): Uint8Array<ArrayBuffer> {
  const size = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + size))), { __metadata__: about } = header;
  change(about);
  const text = new TextEncoder().encode(JSON.stringify(header)), length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(text.length), true);
  return Uint8Array.from([...new Uint8Array(length.buffer), ...text, ...file.subarray(8 + size)]);
}

Deno.test(
  "a run of a program without one of today's knobs is trained again to the same weights, if not to the same bytes",
  needs("permissions"),
  async () => {
    await using place = await workplace();
    const file = withHeader(await Deno.readFile(`${place.reports}/a/model.safetensors`), (about) => {
      const { baseline, ...config } = JSON.parse(about.config);
      assert.equal(baseline, "none");
      about.config = JSON.stringify(config);
    });
    await replaced(place, "model.safetensors", file);
    const found = await verified(place, { retrains: true });
    assert.deepEqual(faults(found), []);
    const trained = found.lines.find(({ part, what }) => part === "training" && what === "model.safetensors")!;
    assert.match(
      trained.detail,
      /^trained again to the same weights; the file's header is written otherwise now: config$/,
    );
  },
);

Deno.test(
  "one changed byte of any file is found, and so are a missing and a strange one",
  needs("permissions"),
  async () => {
    await using place = await workplace();
    const { files } = await readRun(place);
    const kinds = ["metrics.json", "latents.json", "latents/000.json", "batch.png", "model.safetensors"];
    for (const name of kinds) {
      assert.ok(files.some((file) => file.name === name), name);
      const path = `${place.reports}/a/${name}`, before = await Deno.readFile(path), bytes = before.slice();
      bytes[bytes.length - 3] ^= 1;
      await Deno.writeFile(path, bytes);
      assert.ok(faults(await verified(place)).includes(`${name} | run.json: files, ${name}`), name);
      await Deno.writeFile(path, before);
    }
    await Deno.writeTextFile(`${place.reports}/a/checkpoint.safetensors`, "left over");
    assert.deepEqual(faults(await verified(place)), ["no other file | undefined"]);
    await Deno.remove(`${place.reports}/a/checkpoint.safetensors`);
    await Deno.remove(`${place.reports}/a/inputs.json`);
    const missing = await verified(place);
    assert.deepEqual(faults(missing), ["inputs.json | run.json: files, inputs.json", "agreement | undefined"]);
    assert.ok(missing.lines.some(({ what, outcome }) => what === "all numbers" && outcome === "not checked"));
  },
);

/** A change of one number, and where it must be found. */
type Mutation = [file: string, place: string, change: (json: never) => void];

// deno-lint-ignore no-explicit-any
const at = (change: (json: any) => void) => change as (json: never) => void;
const MUTATIONS: Mutation[] = [
  ["run.json", "run.json: metrics.test.mse", at((run) => run.metrics.test.mse *= 1 + 1e-12)],
  ["run.json", "run.json: metrics.train.loss", at((run) => run.metrics.train.loss += 1e-9)],
  [
    "run.json",
    "run.json: metrics.probing.byClass[1].latents[0].value",
    at((run) => run.metrics.probing.byClass[1].latents[0].value /= 2),
  ],
  ["run.json", "run.json: errorQuantiles.test[17]", at((run) => run.errorQuantiles.test[17] *= 1.001)],
  ["run.json", "run.json: dataset.black", at((run) => run.dataset.black -= 0.1)],
  ["run.json", "run.json: timing.stepsPerSecond", at((run) => run.timing.stepsPerSecond *= 2)],
  ["metrics.json", "metrics.json: start.mse", at((metrics) => metrics.start.mse *= 0.9)],
  [
    "metrics.json",
    "metrics.json: epochs[1].test.reconstruction",
    at((metrics) => metrics.epochs[1].test.reconstruction *= 0.9),
  ],
  ["metrics.json", "metrics.json: steps[2].lr", at((metrics) => metrics.steps[2].lr *= 2)],
  ["reconstructions.json", "reconstructions.json: pairs[0].mse", at((file) => file.pairs[0].mse *= 0.5)],
  ["activations.json", "activations.json: heatmap.acts[1][2]", at((file) => file.heatmap.acts[1][2] += 0.25)],
  ["latents.json", "latents.json: density[3]", at((file) => file.density[3] /= 2)],
  [
    "latents/000.json",
    "latents/000.json: latents[0].top.activations[1]",
    at((file) => file.latents[0].top.activations[1] *= 0.999),
  ],
  ["inputs.json", "inputs.json: rows[2].mse", at((file) => file.rows[2].mse *= 1.01)],
];

Deno.test(
  "one changed number of any file is found by measuring again, although its checksum was changed too",
  needs("permissions"),
  async () => {
    await using place = await workplace();
    for (const [file, path, change] of MUTATIONS) {
      const undo = await edited(place, file, change);
      const what = file.includes("/") ? "latents/*.json" : file;
      assert.deepEqual(faults(await verified(place)), [`${what} | ${path}`]);
      await undo();
    }
    const undoSetting = await edited(place, "run.json", at((run) => run.config.adamBeta1 = 0.8));
    assert.deepEqual(faults(await verified(place)), ["settings | run.json: config.adamBeta1"]);
    await undoSetting();
    const png = `${place.reports}/a/latents/decoder.png`, file = await Deno.readFile(png), header = pngHeader(file);
    const { width, height, channels, levels } = await decodePng(file, header);
    levels[2] ^= 1;
    await replaced(place, "latents/decoder.png", encode({ width, height, channels, data: levels, depth: 8 }));
    assert.deepEqual(faults(await verified(place)), ["pictures | latents/decoder.png: pixel 2, 0"]);
    await replaced(place, "latents/decoder.png", file);

    const model = await Deno.readFile(`${place.reports}/a/model.safetensors`), other = model.slice();
    new DataView(other.buffer).setFloat32(other.length - 8, 0.5, true);
    await replaced(place, "model.safetensors", other);
    assert.ok(faults(await verified(place)).some((fault) => fault.startsWith("run.json | run.json: metrics.")));
    await replaced(place, "model.safetensors", model);
    const undo = await edited(place, "metrics.json", at((metrics) => metrics.steps[1].reconstruction *= 1.0001));
    assert.deepEqual(faults(await verified(place)), [], "the course of training does not follow from the weights");
    const retrained = await verified(place, { retrains: true, wanted: { threads: 2 } });
    assert.deepEqual(faults(retrained), ["training losses | metrics.json: steps[1].reconstruction"]);
    assert.ok(
      retrained.lines.some(({ what, outcome }) => what === "model.safetensors" && outcome === "holds"),
      "two threads",
    );
    await undo();
    await edited(place, "run.json", at((run) => run.sparsity.silentLatents += 1));
    await edited(place, "metrics.json", at((metrics) => metrics.silentLatents.at(-1).latents += 1));
    assert.deepEqual(faults(await verified(place, { retrains: true })), [
      "counts of the training | run.json: sparsity.silentLatents",
      "inactive latents during training | metrics.json: silentLatents[19].latents",
    ]);
  },
);

Deno.test(
  "data that are others fail, data that are not at hand are not checked, and say so",
  needs("permissions"),
  async () => {
    await using place = await workplace();
    const outcomes = ({ lines }: VerifiedRun, part: string) =>
      lines.filter((line) => line.part === part).map(({ what, outcome }) => `${outcome} ${what}`);
    const gone = await verified(place, { data: {} });
    assert.deepEqual([faults(gone), outcomes(gone, "inputs"), outcomes(gone, "numbers")], [
      [],
      ["not checked data"],
      ["not checked all numbers"],
    ]);
    assert.deepEqual([gone.engine, gone.totals.numbers], [null, 0]);
    assert.ok(outcomes(gone, "training").includes("recorded losses of the training steps"));
    const elsewhere = await verified(place, { data: { data: `${place.path}/none.npy` } });
    assert.match(
      elsewhere.lines.find(({ part }) => part === "inputs")!.detail,
      /^they cannot be read \(Cannot .*none\.npy/,
    );
    const bytes = await Deno.readFile(place.data), other = bytes.slice();
    new DataView(other.buffer).setFloat32(other.length - 4, 0.123, true);
    await Deno.writeFile(place.data, other);
    const changed = await verified(place);
    assert.match(faults(changed).join(), /data files \| run\.json: dataset\.files, rows\.npy/);
    assert.deepEqual(outcomes(changed, "numbers"), ["not checked all numbers"]);
  },
);

Deno.test(
  "older reports: another schema version is one line, a report without a list of files or a field is measured",
  needs("permissions"),
  async () => {
    await using place = await workplace();
    await edited(
      place,
      "run.json",
      at((run) => {
        delete run.files;
        delete run.dataset.fallback;
      }),
    );
    const older = await verified(place);
    assert.deepEqual(faults(older), []);
    assert.equal(older.lines.find(({ what }) => what === "checksums")!.outcome, "not checked");
    await edited(place, "run.json", at((run) => run.schemaVersion = 5));
    const five = await verified(place);
    assert.deepEqual(five.lines.map(({ outcome, detail }) => [outcome, detail]), [[
      "not checked",
      "the report has schema version 5, and this program verifies version 6",
    ]]);
    await Deno.writeTextFile(`${place.reports}/a/run.json`, "{");
    assert.deepEqual(faults(await verified(place)), ["run.json | undefined"]);
  },
);

Deno.test(
  "a run with lifelines, a baseline, and runs of other methods hold, and so they do when they are trained again",
  needs("permissions"),
  async () => {
    await using place = await workplace({ turned: { snapshots: 3 } });
    const lifelines = await verified(place, { retrains: true });
    assert.deepEqual([faults(lifelines), lifelines.totals.notChecked], [[], 0]);
    const again = lifelines.lines.filter(({ part }) => part === "training").map(({ what }) => what);
    assert.ok(again.some((what) => what === "lifelines.json"), again.join());
    const { baseline, hierarchical, batch } = {
      baseline: { baseline: "frozen-decoder" },
      hierarchical: { sparsity: "hierarchicaltopk" },
      batch: { sparsity: "batchtopk" },
    };
    for (const [runId, turned] of Object.entries({ baseline, hierarchical, batch })) {
      await trained(place, { runId, turned });
      const found = await verified(place, { id: runId, retrains: true });
      assert.deepEqual([faults(found), found.totals.notChecked, found.tolerance], [[], 0, 0], runId);
    }
  },
);

Deno.test(
  "AuxK's part of the loss is recorded, and the rest of the loss is measured",
  needs("permissions"),
  async () => {
    await using place = await workplace({ turned: { latent: 40, k: 1, auxK: 8, deadSteps: 2, epochs: 4 } });
    const { metrics } = await readRun(place);
    assert.ok(metrics.test.auxiliary > 0, "some latents were dead");
    const found = await verified(place);
    assert.deepEqual([faults(found), found.tolerance], [[], 0]);
    assert.ok(found.lines.some(({ what, outcome }) => what.startsWith("AuxK") && outcome === "recorded"));
    await edited(place, "run.json", at((run) => run.metrics.test.loss += 1e-6));
    assert.deepEqual(faults(await verified(place)), ["run.json | run.json: metrics.test.loss"]);
  },
);

Deno.test(
  "a run of another engine holds within a stated tolerance, one with a centred input or that started from a run exactly",
  needs("permissions"),
  async () => {
    await using place = await workplace({ turned: { backend: "cpu", threads: undefined } });
    await trained(place, {
      runId: "layers",
      turned: { sparsity: "kl", k: undefined, hidden: [8], latent: 5, scale: "unit" },
    });
    await trained(place, {
      runId: "more",
      initFrom: `${place.reports}/layers`,
      turned: { ...NONE, epochs: 1, batch: 24 },
    });
    const reference = await verified(place, { wanted: { backend: "wasm" } });
    assert.deepEqual(faults(reference), []);
    assert.ok(reference.tolerance! > 0 && reference.tolerance! < 1e-4);
    assert.match(
      reference.lines.find(({ what }) => what === "measured with")!.detail,
      /the run's engine was reference on cpu/,
    );
    await edited(place, "run.json", at((run) => run.metrics.test.mse *= 1.001));
    assert.deepEqual(faults(await verified(place, { wanted: { backend: "wasm" } })), [
      "run.json | run.json: metrics.test.mse",
    ]);
    const layers = await verified(place, { id: "layers", retrains: true });
    assert.deepEqual([faults(layers), layers.totals.notChecked, layers.tolerance], [[], 0, 0]);
    const more = await verified(place, { id: "more", retrains: true });
    assert.deepEqual([faults(more), more.totals.notChecked, more.tolerance], [[], 0, 0]);
    await Deno.remove(`${place.reports}/layers`, { recursive: true });
    const alone = await verified(place, { id: "more", retrains: true });
    assert.deepEqual([faults(alone), alone.totals.notChecked], [[], 1], "the run it started from is gone");
  },
);

Deno.test(
  "a first bias that was not trained so fails, and one that is not there is said",
  needs("permissions"),
  async () => {
    await using place = await workplace({
      turned: { sparsity: "kl", k: undefined, hidden: [8], latent: 5, scale: "unit" },
    });
    const file = await Deno.readFile(`${place.reports}/a/model.safetensors`);
    const withBias = async (change: (bias: number[], at: number) => number[]) => {
      const changed = withHeader(file, (about) => {
        about.trainedBias = JSON.stringify(change(JSON.parse(about.trainedBias), 2));
      });
      await replaced(place, "model.safetensors", changed);
    };
    const lineOf = ({ lines }: VerifiedRun, what: string, part = "numbers") =>
      lines.find((line) => line.what === what && line.part === part)!;
    const own = await verified(place, { retrains: true });
    assert.deepEqual([faults(own), own.totals.notChecked, own.tolerance], [[], 0, 0]);
    assert.equal(lineOf(own, "first bias").outcome, "holds");

    await withBias((bias) => bias.map((value) => value * (1 + 1e-9)));
    const digits = await verified(place, { retrains: true });
    assert.deepEqual(
      [faults(digits), digits.totals.notChecked, digits.tolerance],
      [[], 0, 0],
      "the same float32 numbers",
    );
    assert.match(lineOf(digits, "model.safetensors", "training").detail, /is written otherwise now: trainedBias$/);

    const mutations = {
      zeros: [0, (bias: number[]) => bias.map(() => 0)],
      "one number": [2, (bias: number[], at: number) => bias.with(at, bias[at] + 1e-3)],
    } as const;
    for (const [name, [unit, change]] of Object.entries(mutations)) {
      await withBias(change);
      const fault = `first bias | model.safetensors: encoder.0.bias[${unit}]`;
      const undo = await edited(place, "run.json", at((run) => run.metrics.test.mse *= 1 - 1e-6)); // within the tolerance
      const found = await verified(place, { retrains: true });
      const retrained = `model.safetensors | model.safetensors: trainedBias[${unit}]`;
      assert.deepEqual(faults(found), [fault, retrained], name);
      assert.ok(found.tolerance! > 0);
      assert.match(
        lineOf(found, "measured with").detail,
        /as it was trained is not of these weights, .*, so numbers may/,
      );
      await undo();
      const other = await verified(place, { wanted: { backend: "cpu", engine: "reference" } });
      assert.deepEqual(faults(other), [fault], `${name}: it is the same on every engine`);
      const gone = await verified(place, { data: {} });
      assert.deepEqual([faults(gone), lineOf(gone, "first bias")], [[], undefined], "the mean needs the data");
    }
    await replaced(place, "model.safetensors", withHeader(file, (about) => delete about.trainedBias));
    const older = await verified(place, { retrains: true });
    assert.deepEqual([faults(older), older.totals.notChecked], [[], 1]);
    const { outcome, detail } = lineOf(older, "first bias");
    assert.equal(outcome, "not checked");
    assert.equal(detail, "the weights file has no bias as it was trained: numbers are compared within the tolerance");
    assert.match(lineOf(older, "measured with").detail, /rounded to float32, so numbers may differ by/);
    assert.match(
      lineOf(older, "model.safetensors", "training").detail,
      /is written otherwise now: trainedBias, which it does not have$/,
    );
    await replaced(place, "model.safetensors", withHeader(file, (about) => about.trainedBias = "[0]"));
    assert.deepEqual(faults(await verified(place)), ["weights | undefined"]);
  },
);

Deno.test(
  "another scaling, other layers or a first bias of no mean in the header of the weights is found",
  needs("permissions"),
  async () => {
    await using place = await workplace();
    const file = await Deno.readFile(`${place.reports}/a/model.safetensors`);
    // deno-lint-ignore no-explicit-any
    const changed = (text: string, change: (json: any) => void) => {
      const json = JSON.parse(text);
      change(json);
      return JSON.stringify(json);
    };
    const mutations: Record<string, (about: Record<string, string>) => void> = {
      "scaling.factor": (about) => about.scaling = changed(about.scaling, (scaling) => scaling.factor *= 2),
      "layers[0].activation": (about) => about.layers = changed(about.layers, ([layer]) => layer.activation = "relu"),
      trainedBias: (about) => about.trainedBias = JSON.stringify(Array(10).fill(0)),
    };
    for (const [path, change] of Object.entries(mutations)) {
      await replaced(place, "model.safetensors", withHeader(file, change));
      const measured = path === "trainedBias"
        ? "first bias | undefined"
        : `header of model.safetensors | model.safetensors: ${path}`;
      assert.deepEqual(faults(await verified(place)), [measured]);
      const retrained = `model.safetensors | model.safetensors: ${path}`;
      assert.deepEqual(faults(await verified(place, { retrains: true })), [measured, retrained]);
    }
  },
);
