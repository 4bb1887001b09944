/**
 * `compare` as a person runs it, and the comparison at a sweep's end: what they write, what they print, and what they refuse.
 *
 * @module
 */
import assert from "node:assert/strict";
import { compareCommand } from "../../lib/cli/compare_command.ts";
import { compareSeeds } from "../../lib/cli/sweep_comparison.ts";
import { Terminal } from "../../lib/cli/terminal.ts";
import type { Config } from "../../lib/config.ts";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { UserError } from "../../lib/errors.ts";
import { npyHeader } from "../../lib/formats/npy.ts";
import { LatentColumns, PairColumns } from "../../lib/report/comparison_columns_schema.ts";
import { Comparison } from "../../lib/report/comparison_schema.ts";
import { initialDictionary, openCompared, trainedDictionary } from "../../lib/run/compared_run.ts";
import { compareRuns } from "../../lib/run/compare.ts";
import { trainSae } from "../../lib/run/sae.ts";
import { initialModel } from "../../lib/sae/init.ts";
import { planSweep } from "../../lib/sweep/plan.ts";
import { parseSweepFile } from "../../lib/sweep/sweep_file.ts";
import { cosine } from "../analysis/cosine.ts";
import { needs } from "../needs.ts";
import { smallDataset } from "../run/small_dataset.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const NEVER = new AbortController().signal;
const KNOBS: Partial<Config> = {
  ...{ sparsity: "topk", k: 2, latent: 6, hidden: [], epochs: 2, batch: 20, backend: "wasm", threads: 1 },
};

/** A reports folder with runs of images of 6 × 5 bytes, by id. */
async function reports(runs: Record<string, Partial<Config>>) {
  const folder = await temporaryFolder(), data = smallDataset({ test: 40 });
  for (const [id, knobs] of Object.entries(runs)) {
    await (await trainSae(data, { knobs: { ...KNOBS, ...knobs } })).save(`${folder.path}/${id}`);
  }
  await Deno.writeFile(
    `${folder.path}/x.npy`,
    Uint8Array.from([...npyHeader({ type: "u8", shape: [40, 6, 5] }), ...data.test.pixels]),
  );
  const read = async (path: string) => JSON.parse(await Deno.readTextFile(`${folder.path}/comparisons/${path}`));
  return { path: folder.path, data, read, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** Runs the command quietly; the path that it prints is not of interest. */
async function compare(path: string, ...args: string[]): Promise<number> {
  const { log } = console;
  console.log = () => {};
  try {
    return await compareCommand([...args, "--reports", path, "--quiet", "--backend", "wasm", "--threads", "1"], NEVER);
  } finally {
    console.log = log;
  }
}

Deno.test(
  "compare writes what was found of two random seeds, on rows of a file",
  needs("permissions", "time"),
  async () => {
    await using place = await reports({ "s0": { seed: 0 }, "s1": { seed: 1 }, "wide": { seed: 0, latent: 9 } });
    assert.equal(await compare(place.path, "s0", "s1", "wide", "--data", `${place.path}/x.npy`, "--name", "three"), 0);
    const { runs, groups, dictionaries, notCompared } = Comparison.parse(await place.read("three.json"));
    assert.deepEqual(runs.map(({ id, seed, latents }) => [id, seed, latents]), [["s0", 0, 6], ["s1", 1, 6], [
      "wide",
      0,
      9,
    ]]);
    assert.deepEqual(groups.map((group) => group.runs), [["s0", "s1"]]);
    assert.deepEqual(dictionaries.map(({ a, b }) => [a, b]), [["s0", "s1"], ["s0", "wide"], ["s1", "wide"]]);
    assert.deepEqual(notCompared, []);
    assert.ok(dictionaries.every(({ activations }) => activations?.rows === 40 && activations.correlation !== null));
    const [pair] = groups[0].pairs;
    assert.deepEqual(
      { ...pair },
      Object.fromEntries(Object.keys(pair).map((key) => [key, Reflect.get(dictionaries[0], key)])),
    );

    const columns = LatentColumns.parse(await place.read("three/latents/s1.json"));
    assert.deepEqual(columns.partners.map(({ run }) => run), ["s0"]);
    const counts = [0, 1, 2].map((m) => columns.foundIn.filter((found) => found === m).length);
    assert.deepEqual(groups[0].foundIn[1], counts);
    assert.equal(counts[0], runs[1].dead);
    const { a, b } = PairColumns.parse(await place.read("three/pairs/1.json"));
    assert.deepEqual([a.latent.length, b.latent.length, a.activeRows!.length], [6, 9, 6]);

    // the cosines are those of the weights
    const [s0, s1] = await Promise.all(
      ["s0", "s1"].map(async (id) => trainedDictionary(await openCompared(`${place.path}/${id}`))!),
    );
    const row = (values: Float32Array, latent: number) => values.subarray(latent * 30, (latent + 1) * 30);
    const { latent, decoderCosine, encoderCosine } = columns.partners[0];
    for (const [j, i] of latent.entries()) {
      if (i === null) continue;
      assert.ok(Math.abs(decoderCosine[j]! - cosine(row(s1.decoder, j), row(s0.decoder, i))) < 1e-5);
      assert.ok(Math.abs(encoderCosine[j]! - cosine(row(s1.encoder, j), row(s0.encoder, i))) < 1e-5);
    }
  },
);

Deno.test("a dictionary is all of itself, under another id", needs("permissions", "time"), async () => {
  await using place = await reports({ "one": { seed: 3 }, "same": { seed: 3 } });
  assert.equal(await compare(place.path, "one", "same", "--data", `${place.path}/x.npy`), 0);
  const { dictionaries: [pair] } = Comparison.parse(await place.read("one-same.json"));
  assert.deepEqual([pair.pwMcc, pair.shareShared, pair.shareDecoder, pair.nearest.aToB!.mean], [1, 1, 1, 1]);
  assert.deepEqual([pair.activations!.correlation, pair.activations!.overlap], [1, 1]);
  assert.equal(pair.before!.pwMcc, 1);
});

Deno.test(
  "the dictionary before training is the one that training starts from",
  needs("permissions", "time"),
  async () => {
    await using place = await reports({ "one": { seed: 5 } });
    const { run } = await openCompared(`${place.path}/one`);
    const { arch } = stepDefinition(run.config, 30);
    const { params } = initialModel(run.config, { arch, pixels: place.data.train.pixels });
    const { encoder, decoder } = initialDictionary(run)!;
    assert.deepEqual(encoder, params["encoder.0.weight"]);
    assert.deepEqual(decoder[7 + 2 * 30], params["decoder.0.weight"][2 + 7 * 6]);
    assert.equal(initialDictionary({ ...run, initFrom: { id: "x", modelSha256: "" } }), null);
  },
);

Deno.test("compare refuses in one line what cannot be compared", needs("permissions", "time"), async () => {
  await using place = await reports({
    "one": {},
    "two": { seed: 1 },
    "deep": { sparsity: "kl", k: undefined, hidden: [8] },
  });
  const refused = (message: RegExp, exitCode: number, ...args: string[]) =>
    assert.rejects(
      () => compare(place.path, ...args),
      (error: Error) => error instanceof UserError && error.exitCode === exitCode && message.test(error.message),
    );
  await refused(/1 run is named, expected deno task compare RUN RUN/, 2, "one");
  await refused(/there is no finished run of this name/, 1, "one", "three");
  await refused(/Cannot compare one: two runs have this id/, 1, "one", "one", "--no-data");
  await refused(/deep: its decoder has hidden layers.*expected models without/, 1, "one", "deep", "--no-data");
  await refused(/Cannot use the name "a\/b"/, 2, "one", "two", "--name", "a/b");
  assert.equal(await compare(place.path, "one", "two", "--no-data"), 0);
  await refused(/it is there already, expected --overwrite/, 1, "one", "two", "--no-data");
  assert.equal(await compare(place.path, "one", "two", "--no-data", "--overwrite"), 0);
  const { dictionaries: [pair] } = Comparison.parse(await place.read("one-two.json"));
  assert.equal(pair.activations, null);
  const small = smallDataset({ width: 4 });
  await (await trainSae(small, { knobs: KNOBS })).save(`${place.path}/narrow`);
  await refused(/narrow: its inputs have 24 values and those of one have 30/, 1, "one", "narrow", "--no-data");
  await Deno.writeTextFile(`${place.path}/two/latents.json`, '{"density": [0.5]');
  await refused(
    /two\/latents\.json: it is not of this run, expected a density for each of 6/,
    1,
    "one",
    "two",
    "--no-data",
    "--overwrite",
  );
});

Deno.test("a sweep's seeds are compared, but not models with hidden layers", needs("permissions", "time"), async () => {
  const file = parseSweepFile(
    JSON.stringify({
      name: "own",
      base: { latent: 6, epochs: 1 },
      list: [
        { sparsity: "topk", k: 2, hidden: [] },
        { sparsity: "topk", k: 2, hidden: [], deadSteps: 9 },
        { sparsity: "kl", hidden: [8] },
      ],
      seeds: [0, 1],
    }),
    { file: "own.json" },
  );
  const plan = planSweep(file, { file: "own.json" });
  const runs = Object.fromEntries(plan.runs.map(({ id, turned }) => [id, { ...turned, k: turned.k as number }]));
  await using place = await reports(
    Object.fromEntries(Object.entries(runs).map(([id, knobs]) => [id, { ...knobs, batch: 20 } as Partial<Config>])),
  );
  const terminal = new Terminal({ isQuiet: true });
  const options = { file: "own.json", reportsDir: place.path, signal: NEVER, terminal };
  assert.equal(await compareSeeds(plan, options), `${place.path}/comparisons/own.json`);
  const { groups, dictionaries, notCompared, sweep } = Comparison.parse(await place.read("own.json"));
  assert.deepEqual([sweep, groups.length, dictionaries.length, notCompared.length], ["own", 2, 0, 1]);
  assert.deepEqual(groups[0].runs, plan.runs.slice(0, 2).map(({ id }) => id));
  assert.deepEqual(groups.map(({ title }) => title.split(" · ").at(-1)), ["deadSteps 8", "deadSteps 9"]);
  assert.match(notCompared[0].reason, /hidden layers/);
  assert.equal(groups[0].means.before!.shareShared, 0);

  const none = await compareRuns([`${place.path}/${plan.runs[0].id}`], {
    ...{ name: "x", command: "", sweep: "x", pairs: null, signal: NEVER },
  });
  assert.equal(none, null);
});
