/**
 * Sweep file → runs: hand-worked products, ids, shards, and one line for each mistake.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { parseTrainArguments } from "../../lib/cli/args.ts";
import { resolveConfig } from "../../lib/config.ts";
import { flagsFor } from "../../lib/config_flags.ts";
import { UserError } from "../../lib/errors.ts";
import { RunId } from "../../lib/report/schema.ts";
import { Sweep } from "../../lib/report/sweep_schema.ts";
import { planSweep, shardOf } from "../../lib/sweep/plan.ts";
import { parseKnobsFile, parseSweepFile } from "../../lib/sweep/sweep_file.ts";

const plan = (json: unknown) => {
  const text = typeof json === "string" ? json : JSON.stringify(json);
  return planSweep(parseSweepFile(text, { file: "s.json" }), { file: "s.json" });
};
const idsOf = (json: unknown) => plan(json).runs.map(({ id }) => id);

Deno.test("planSweep() gives list × grid × seeds over base, the last fastest", () => {
  const { runs, sweep } = plan({
    name: "family",
    base: { epochs: 2, rho: 0.1 },
    list: [{}, { loss: "bce", rho: 0.2 }],
    grid: { latent: [8, 16], hidden: [[], [64, 32]] },
    seeds: [3, 1],
  });
  assert.deepEqual(runs.map(({ id }) => id), [
    "family-hidden-none-latent-8-s3",
    "family-hidden-none-latent-8-s1",
    "family-hidden-64x32-latent-8-s3",
    "family-hidden-64x32-latent-8-s1",
    "family-hidden-none-latent-16-s3",
    "family-hidden-none-latent-16-s1",
    "family-hidden-64x32-latent-16-s3",
    "family-hidden-64x32-latent-16-s1",
    "family-hidden-none-latent-8-loss-bce-rho-0.2-s3",
    "family-hidden-none-latent-8-loss-bce-rho-0.2-s1",
    "family-hidden-64x32-latent-8-loss-bce-rho-0.2-s3",
    "family-hidden-64x32-latent-8-loss-bce-rho-0.2-s1",
    "family-hidden-none-latent-16-loss-bce-rho-0.2-s3",
    "family-hidden-none-latent-16-loss-bce-rho-0.2-s1",
    "family-hidden-64x32-latent-16-loss-bce-rho-0.2-s3",
    "family-hidden-64x32-latent-16-loss-bce-rho-0.2-s1",
  ]);
  assert.deepEqual(runs[15].config, {
    ...resolveConfig(),
    epochs: 2,
    rho: 0.2,
    loss: "bce",
    latent: 16,
    hidden: [64, 32],
    seed: 1,
  });
  assert.deepEqual(Sweep.parse(sweep), sweep);
  assert.deepEqual([sweep.base, sweep.seeds], [{ epochs: 2, rho: 0.1 }, [3, 1]]);
  assert.deepEqual(sweep.knobs, [
    { name: "hidden", values: [[], [64, 32]] },
    { name: "latent", values: [8, 16] },
    { name: "loss", values: ["bce"] },
    { name: "rho", values: [0.2] },
  ]);
  assert.deepEqual(sweep.runs[0], { id: runs[0].id, knobs: { hidden: [], latent: 8 }, seed: 3 });
});

Deno.test("planSweep() needs no part but the name", () => {
  assert.deepEqual(idsOf({ name: "one" }), ["one-s0"]);
  assert.deepEqual(idsOf({ name: "one", list: [{ limit: null }, { limit: 5 }] }), [
    "one-limit-off-s0",
    "one-limit-5-s0",
  ]);
  assert.deepEqual(idsOf({ name: "one", base: { sparsity: "topk" }, grid: { lr: ["auto", 0.002], auxK: [null] } }), [
    "one-auxK-auto-lr-auto-s0",
    "one-auxK-auto-lr-0.002-s0",
  ]);
});

Deno.test("planSweep() gives a knob of base to the runs that it has an effect in, and refuses it if there are none", () => {
  const list = [{ sparsity: "l1" }, { sparsity: "topk" }];
  const { runs } = plan({ name: "one", base: { k: 8, lambda: 2, resampleSteps: null }, list });
  assert.deepEqual(runs.map(({ turned }) => turned), [
    { lambda: 2, resampleSteps: null, sparsity: "l1", seed: 0 },
    { k: 8, resampleSteps: null, sparsity: "topk", seed: 0 },
  ]);
  assert.throws(
    () => plan({ name: "one", base: { rho: 0.1 }, list }),
    /^UserError: Cannot use s\.json: base\.rho is 0\.1, expected it left out with sparsity l1 \(it belongs to kl\)$/,
  );
  assert.throws(
    () => plan({ name: "one", grid: { sparsity: ["l1", "topk"], k: [8, 16] } }),
    /the run with sparsity l1, k 8, seed 0 has k 8, expected it left out with sparsity l1 \(it belongs to topk, /,
  );
});

Deno.test("planSweep() turns off what has a default, by null", () => {
  const [run] = plan({ name: "one", base: { dataset: "dictionary", sparsity: "jumprelu", resampleSteps: null } }).runs;
  assert.equal(run.config.resampleSteps, null);
  assert.equal(resolveConfig({ dataset: "dictionary", sparsity: "jumprelu" }).resampleSteps, 100);
  assert.ok(flagsFor(run.turned).includes("--resample-steps=off"));
});

Deno.test("a file may say off or auto for null, as the command line does", () => {
  const words = plan({ name: "a", base: { limit: "off" }, grid: { threads: [1, "auto"] } });
  assert.deepEqual(words, plan({ name: "a", base: { limit: null }, grid: { threads: [1, null] } }));
  const lists = plan({ name: "a", grid: { hidden: ["none", [8]] } });
  assert.deepEqual(lists.runs.map(({ turned }) => turned.hidden), [[], [8]]);
  assert.deepEqual(parseKnobsFile('{"targetL0": "off", "threads": null}', { file: "s.json" }), {
    targetL0: null,
    threads: null,
  });
});

Deno.test("planSweep() keeps every id when the sweep grows or its file is put in another order", () => {
  const small = idsOf({ name: "a", grid: { latent: [8], rho: [0.1] } });
  const large = idsOf({ seeds: [1, 0], grid: { rho: [0.2, 0.1], latent: [16, 8] }, base: { epochs: 1 }, name: "a" });
  assert.deepEqual(small.filter((id) => !large.includes(id)), []);
});

Deno.test("planSweep() cuts an id that is too long and ends it with a hash of its knobs", () => {
  const [first, second] = idsOf({
    name: "a-name-of-forty-characters-which-is-all-",
    grid: { warmupSteps: [100], adamBeta1: [0.9], hiddenActivation: ["relu", "sigmoid"] },
    seeds: [Number.MAX_SAFE_INTEGER],
  });
  assert.match(first, /^a-name-of-forty-characters-which-is-all--hidden.*-[0-9a-f]{12}-s9007199254740991$/);
  assert.deepEqual([first.length, second.length], [80, 80]);
  assert.notEqual(first, second);
});

/** Any sweep of a few knobs of every type. */
const knob = {
  latent: fc.integer({ min: 1, max: 99 }),
  lr: fc.double({ min: 1e-12, max: 1e30, noNaN: true }),
  hidden: fc.array(fc.integer({ min: 1, max: 999 }), { maxLength: 9 }),
  decay: fc.constantFrom("linear", "cosine", "constant"),
  limit: fc.option(fc.integer({ min: 1, max: 60_000 })),
};
const several = <T>(value: fc.Arbitrary<T>) =>
  fc.uniqueArray(value, { minLength: 1, maxLength: 3, selector: (value) => JSON.stringify(value) });
const anySweep = fc.record({
  name: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/).filter((name) => name !== "run"),
  grid: fc.record({
    latent: several(knob.latent),
    lr: several(knob.lr),
    hidden: several(knob.hidden),
    decay: several(knob.decay),
    limit: several(knob.limit),
  }, { requiredKeys: [] }),
  seeds: several(fc.maxSafeNat()),
}, { requiredKeys: ["name"] });

Deno.test("planSweep() gives every run an id of its own that is a legal folder name", () => {
  fc.assert(fc.property(anySweep, (json) => {
    const ids = idsOf(json);
    const sizes = Object.values(json.grid ?? {}).map((values) => values.length);
    assert.equal(ids.length, sizes.reduce((a, b) => a * b, json.seeds?.length ?? 1));
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.ok(RunId.safeParse(id).success && id.startsWith(`${json.name}-`), id);
  }));
});

Deno.test("flagsFor() gives every run's knobs so that train reads the same configuration", () => {
  fc.assert(fc.property(anySweep, (json) => {
    for (const { turned, config } of plan(json).runs) {
      assert.deepEqual(resolveConfig(parseTrainArguments(flagsFor(turned)).turned), config);
    }
  }));
});

Deno.test("shardOf() parts any list: each run in one shard, sizes differing by at most 1", () => {
  fc.assert(fc.property(fc.nat(40), fc.integer({ min: 1, max: 50 }), (length, count) => {
    const runs = Array.from({ length }, (_, i) => i);
    const shards = Array.from({ length: count }, (_, i) => shardOf(runs, { index: i + 1, count }));
    assert.deepEqual(shards.flat().sort((a, b) => a - b), runs);
    const sizes = shards.map((shard) => shard.length);
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
  }));
});

Deno.test("a bad sweep file gives one line with the file and the place in it", () => {
  const cases: [json: unknown, message: RegExp][] = [
    ["{", /^it is not JSON \(.*\), expected an object such as/],
    [[], /^it is \[\], expected an object with a name$/],
    [{}, /^name is not there, expected 1 to 40 letters/],
    [{ name: "../up" }, /^name is "\.\.\/up", expected 1 to 40 letters/],
    [{ name: "run" }, /^name is "run", expected .* not run$/],
    [
      { name: "a", gird: { latent: [1] } },
      /^gird is \{"latent":\[1\]\}, expected name, base, grid, list and seeds alone$/,
    ],
    [{ name: "a", base: { learningRate: 0.1 } }, /^base\.learningRate is 0\.1, expected .*; did you mean lr\?$/],
    [{ name: "a", base: { batchSize: 9 } }, /; did you mean batch\?$/],
    [{ name: "a", base: { roh: 0.1 } }, /^base\.roh is 0\.1, expected a setting of .*; did you mean rho\?$/],
    [
      { name: "a", base: { colour: 1 } },
      /^base\.colour is 1, expected a setting of deno task train --help in camelCase$/,
    ],
    [{ name: "a", base: { hidden: Array(33).fill(1) } }, /^base\.hidden is \[1,.*, expected at most 32 integers/],
    [{ name: "a", base: { limit: "auto" } }, /^base\.limit is "auto", expected an integer of at least 1, or off$/],
    [{ name: "a", seeds: Array.from({ length: 10_001 }, (_, i) => i) }, /^seeds is \[0,.*, expected a list of at most/],
    ['{"name": "a", "base": {"latent": 4, "latent": 5}}', /^an object has "latent" twice, expected every name once$/],
    [
      { name: "a", base: { batch: 2 ** 60 } },
      /^base\.batch is 1152921504606847000, expected an integer from 1 to 9007/,
    ],
    [
      { name: "a", base: Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`k${i}`, 1])) },
      /^base\.k0 is 1, expected a setting of/,
    ],
    [{ name: "a", base: { rho: 1.5 } }, /^base\.rho is 1\.5, expected a number between 0 and 1, both excluded$/],
    [{ name: "a", base: { latent: { from: 1 } } }, /^base\.latent is \{"from":1\}, expected text, a number, true, /],
    [{ name: "a", base: { seed: 1 } }, /^base\.seed is 1, expected random seeds in a list of their own, seeds$/],
    [{ name: "a", base: [] }, /^base is \[\], expected an object of settings$/],
    [{ name: "a", grid: { latent: 8 } }, /^grid\.latent is 8, expected a list of values$/],
    [{ name: "a", grid: { latent: [] } }, /^grid\.latent is \[\], expected at least one value$/],
    [
      { name: "a", grid: { hidden: [[64], 32] } },
      /^grid\.hidden\[1\] is 32, expected at most 32 integers of at least 1/,
    ],
    [{ name: "a", list: { latent: 8 } }, /^list is \{"latent":8\}, expected a list of objects of settings$/],
    [{ name: "a", list: [] }, /^list is \[\], expected at least one object of settings, or no list$/],
    [{ name: "a", list: [{}, { rho: "0.1" }] }, /^list\[1\]\.rho is "0\.1", expected a number between 0 and 1/],
    [
      { name: "a", seeds: [0, 0] },
      /^seeds is \[0,0\], expected a list of at most 10000 different integers from 0 to 9007199254740991$/,
    ],
    [{ name: "a", seeds: [-1] }, /^seeds\[0\] is -1, expected a list of at most 10000 different integers/],
    [
      { name: "a", list: [{}, { rho: 0.1 }], grid: { rho: [0.2] } },
      /^rho is in list\[1\] and in grid, expected it in one/,
    ],
    [
      { name: "a", base: { penalize: "all" }, grid: { hiddenActivation: ["sigmoid", "relu"] } },
      /^the run with penalize all, hiddenActivation relu, seed 0 has hiddenActivation relu, expected sigmoid with/,
    ],
    [
      { name: "a", list: [{}, { preset: "tuned" }] },
      /^runs \(seed 0\) and \(preset tuned, seed 0\) are the same, expected/,
    ],
    [{ name: "a", grid: { latent: [8, 8] } }, /^runs \(latent 8, seed 0\) and \(latent 8, seed 0\) are the same/],
    [
      { name: "a", grid: { latent: Array.from({ length: 101 }, (_, i) => i + 1), lr: Array(100).fill(1) } },
      /^it has 10100 runs, expected at most 10000$/,
    ],
  ];
  for (const [json, message] of cases) {
    assert.throws(() => plan(json), (error) => {
      assert.ok(error instanceof UserError && error.exitCode === 2, String(error));
      assert.match(error.message, /^Cannot use s\.json: .*$/);
      assert.match(error.message.slice("Cannot use s.json: ".length), message);
      return true;
    });
  }
});

Deno.test("planSweep() settles the runs of the user's own data by their kind and size", () => {
  const data = { dataset: "vectors", size: { dInput: 8, count: 150 } } as const;
  const file = parseSweepFile(JSON.stringify({ name: "own", grid: { k: [2, 3] } }), { file: "s.json" });
  const { runs, sweep } = planSweep(file, { file: "s.json", data });
  const of = ({ config: { dataset, sparsity, latent, batch, epochs } }: typeof runs[number]) => [
    ...[dataset, sparsity, latent, batch, epochs],
  ];
  assert.deepEqual(runs.map(of), Array(2).fill(["vectors", "topk", 32, 32, 200]));
  assert.deepEqual([sweep.base, runs[0].turned], [{}, { dataset: "vectors", k: 2, seed: 0 }]);
});
