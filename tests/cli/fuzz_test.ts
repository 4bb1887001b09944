/**
 * Command lines and files that nobody means: each is taken, or refused in one line, and none takes long.
 *
 * In process; what a run then does with a taken command line is not tried here.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { stopwatch } from "../fastest.ts";
import { inWordsOfFlags, MACHINE_FLAGS, parseTrainArguments } from "../../lib/cli/args.ts";
import { parseSweepArguments, SWEEP_FLAGS } from "../../lib/cli/sweep_args.ts";
import { KNOBS, resolveConfig } from "../../lib/config.ts";
import { printable, UserError } from "../../lib/errors.ts";
import { planSweep } from "../../lib/sweep/plan.ts";
import { parseKnobsFile, parseSweepFile } from "../../lib/sweep/sweep_file.ts";

/** Inputs per property. */
const RUNS = 1000;
/** What a refusal says at most, in characters. */
const LONGEST_LINE = 2000;

/** Runs what may refuse with a {@linkcode UserError} alone. */
function takesOrRefuses(call: () => unknown): void {
  const took = stopwatch();
  try {
    call();
  } catch (thrown) {
    const error = inWordsOfFlags(thrown);
    if (!(error instanceof UserError)) throw error;
    assert.equal(error.exitCode, 2, error.message);
    assert.ok(error.message.length <= LONGEST_LINE, `${error.message.length} characters`);
    assert.match(printable(error.message), /^Cannot [a-z]/);
  }
  assert.ok(took() < 2000, "it takes seconds");
}

const odd = fc.constantFrom(
  ...["", " ", "-", "--", "-1", "0", "-0", "1e309", "1e-400", "NaN", "Infinity", "0x10", "1_000", "9007199254740993"],
  ...[
    "1,2,3",
    ",",
    "1,,2",
    "null",
    "off",
    "auto",
    "none",
    "true",
    "\0",
    "\x1b[2J",
    "\u202eevil",
    "\ud800",
    "../..",
    "/",
  ],
  ...["x".repeat(20_000), "1,".repeat(5000), "kl", "topk", "http://", "http://u:p@h/", "__proto__", "constructor"],
);
const word = fc.oneof(odd, fc.string(), fc.double().map(String), fc.integer().map(String));
const flagName = fc.oneof(
  fc.constantFrom(
    ...KNOBS.map(({ name }) => name.replace(/[A-Z]/g, (capital) => "-" + capital.toLowerCase())),
    ...Object.keys(MACHINE_FLAGS),
    ...Object.keys(SWEEP_FLAGS),
  ),
  fc.constantFrom("__proto__", "constructor", "toString", "latnt", "no-latent", ""),
  fc.string(),
);
const commandLine = fc.array(
  fc.oneof(
    fc.tuple(flagName, word).map(([name, value]) => [`--${name}`, value]),
    fc.tuple(flagName, word).map(([name, value]) => [`--${name}=${value}`]),
    word.map((value) => [value]),
  ),
  { maxLength: 6 },
).map((parts) => parts.flat());

Deno.test("train and sweep take any command line, or refuse it in one line", () => {
  fc.assert(
    fc.property(commandLine, (args) => {
      takesOrRefuses(() => resolveConfig(parseTrainArguments(args).turned));
      takesOrRefuses(() => parseSweepArguments(args));
    }),
    { numRuns: RUNS },
  );
});

const knobName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...KNOBS.map(({ name }) => name)) },
  fc.constantFrom("__proto__", "constructor", "seeds", "", "rho\n"),
  fc.string(),
);
const value = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1,
    0.5,
    1e308,
    1e9,
    [],
    [1, 2],
    ["a"],
    {},
    "kl",
    "topk",
    "digits",
    "auto",
  ),
  odd,
  fc.integer({ min: 1, max: 100 }),
  fc.jsonValue({ maxDepth: 3 }),
);
const knobs = fc.oneof(fc.dictionary(knobName, value, { maxKeys: 4 }), value);
const sweep = fc.record({
  name: fc.oneof(fc.constantFrom<unknown>("a", "run", "..", "", 1, null), fc.string()),
  base: knobs,
  list: fc.oneof(fc.array(knobs, { maxLength: 3 }), value),
  grid: fc.oneof(fc.dictionary(knobName, fc.oneof(fc.array(value, { maxLength: 4 }), value), { maxKeys: 3 }), value),
  seeds: fc.oneof(fc.array(fc.oneof(fc.nat(5), value), { maxLength: 4 }), value),
  more: value,
}, { requiredKeys: [] });
/** Text of a file: JSON, JSON that was cut or changed in one place, and anything. */
const fileText = fc.oneof(
  sweep.map((json) => JSON.stringify({ name: "a", ...json })),
  fc.tuple(sweep, fc.nat()).map(([json, at]) => {
    const text = JSON.stringify(json);
    return text.slice(0, at % (text.length + 1));
  }),
  fc.tuple(sweep, fc.nat(), fc.string()).map(([json, at, other]) => {
    const text = JSON.stringify(json), place = at % (text.length + 1);
    return text.slice(0, place) + other + text.slice(place + 1);
  }),
  fc.string(),
);
const FILE = { file: "s.json" };

Deno.test("sweep takes any file, or refuses it in one line; so does train --config", () => {
  fc.assert(
    fc.property(fileText, (text) => {
      takesOrRefuses(() => planSweep(parseSweepFile(text, FILE), FILE));
      takesOrRefuses(() => resolveConfig(parseKnobsFile(text, FILE)));
    }),
    { numRuns: RUNS },
  );
});

Deno.test("sweep refuses files that are deep, long or would never end in one line", () => {
  const many = (n: number, item: string) => Array(n).fill(item).join(",");
  for (
    const text of [
      "[".repeat(200_000),
      `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
      `{"name":"a","base":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`,
      `{"name":"a","grid":{"latent":[${many(300_000, "1")}]}}`,
      `{"name":"a","grid":{"latent":[${many(1000, "1")}],"lr":[${many(1000, "1")}],"rho":[${many(1000, "0.1")}]}}`,
      `{"name":"a","seeds":[${many(100_000, "1")}]}`,
      `{"name":"a","list":[${many(100_000, "{}")}]}`,
      `{"name":"a","base":{"hidden":[${many(100_000, "1")}]},"list":[{},{}]}`,
      `{"name":"${"x".repeat(3_000_000)}"}`,
      `{"name":"a","${"x".repeat(3_000_000)}":1}`,
      `{"name":"a","base":{"${"x".repeat(3_000_000)}":1}}`,
      `{"name":"a","base":{"loss":"${"\u202e".repeat(100_000)}"}}`,
    ]
  ) {
    let refused = false;
    takesOrRefuses(() => {
      try {
        planSweep(parseSweepFile(text, FILE), FILE);
      } catch (error) {
        refused = true;
        throw error;
      }
    });
    assert.ok(refused, text.slice(0, 60));
  }
});
