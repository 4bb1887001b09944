/**
 * The check of a configuration without zod accepts and refuses exactly what the zod schema of stored files does.
 *
 * @module
 */
import assert from "node:assert/strict";
import { KnobError, resolveConfig } from "../lib/config.ts";
import { CONFIG_KNOBS, KNOB_NAMES, type KnobName } from "../lib/config_knobs.ts";
import { Config, SettledConfig } from "../lib/config_schema.ts";
import { accepts, expectedOf, type Knob } from "../lib/knob.ts";
import { VARIANT_NAMES } from "../lib/sae/sparsity/variants.ts";

/** Values that are wrong for most knobs, whatever their range. */
const ODD_VALUES: unknown[] = [
  ...[NaN, Infinity, -Infinity, -0, 0, 1, -1, 0.5, 2.5, 1e-320, 1e308],
  ...[Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER + 1, -Number.MAX_SAFE_INTEGER, 1n],
  ...["", "1", "auto", "off", "kl", "KL", "latent ", "constructor", "toString"],
  ...[null, true, false, {}, { 0: 1, length: 1 }, new Number(1), new Date(0), () => 1],
  ...[[], [1], [0.5], [0], [-0], [-1], [NaN], [Infinity], [null], ["1"], [[1]], [true], new Float64Array(2)],
  ...[Array(1), [1, , 1], Array(32).fill(1), Array(33).fill(1), Array(32).fill(0.5), Array(33).fill(0.5)], // holes too
];

/** Values at, just below and just above each bound of a knob; its choices. */
function valuesOf(knob: Knob): unknown[] {
  if (knob.kind === "choice") return [...knob.choices, ...knob.choices.map((choice) => `${choice}.`)];
  const bounds = [knob.min, knob.above, knob.max, knob.below].filter((bound) => bound !== undefined);
  const near = bounds.flatMap((bound) => [bound, bound - 1, bound + 1, bound - 1e-9, bound + 1e-9]);
  return [knob.default, ...near, ...near.map((value) => [value]), ...near.map((value) => [1, value])];
}

Deno.test("each knob accepts by its plain data what the zod schema accepts, and nothing else", () => {
  let [accepted, refused] = [0, 0];
  for (const name of KNOB_NAMES) {
    for (const value of [...ODD_VALUES, ...valuesOf(CONFIG_KNOBS[name])]) {
      const expected = Config.shape[name].safeParse(value).success;
      assert.equal(accepts(CONFIG_KNOBS[name], value), expected, `${name}: ${String(value)}`);
      expected ? accepted++ : refused++;
    }
  }
  assert.ok(accepted > 300 && refused > 1500, `${accepted} and ${refused}`);
});

Deno.test("resolveConfig() refuses a stored configuration exactly if the zod schema does, and names the same knob", () => {
  const start = resolveConfig();
  for (const name of KNOB_NAMES) {
    for (const value of [undefined, ...ODD_VALUES, ...valuesOf(CONFIG_KNOBS[name])]) {
      assertSame({ ...start, [name]: value });
    }
  }
});

Deno.test("resolveConfig() names the knob that zod's first issue names, an unknown name only if all values are right", () => {
  const start = resolveConfig();
  for (let i = 0; i + 1 < KNOB_NAMES.length; i++) {
    assertSame({ [KNOB_NAMES[i + 1]]: NaN, [KNOB_NAMES[i]]: NaN });
    assertSame({ extra: 1, ...start, [KNOB_NAMES[i]]: {} });
    assertSame({ [KNOB_NAMES[i]]: start[KNOB_NAMES[i]] }); // all others are their defaults
  }
  for (const name of ["extra", "toString", "constructor", "__proto__", "Rho", "rho ", "7", ""]) {
    assertSame(JSON.parse(JSON.stringify(start).replace("{", `{${JSON.stringify(name)}:1,`)));
  }
});

Deno.test("resolveConfig() gives configurations that the zod schema leaves as they are, with lists of their own", () => {
  for (const sparsity of VARIANT_NAMES) {
    for (const dataset of ["auto", "digits", "dictionary"]) {
      const config = resolveConfig({ sparsity, dataset });
      assert.deepEqual(Config.parse(config), config);
      assert.equal(SettledConfig.safeParse(config).success, config.lr !== null);
      assert.notEqual(resolveConfig({}, { from: config }).hidden, config.hidden);
    }
  }
  assert.notEqual(resolveConfig().hidden, CONFIG_KNOBS.hidden.default);
});

/** Checks one stored configuration against the schema. */
function assertSame(stored: Record<string, unknown>): void {
  const parsed = Config.safeParse(stored);
  const [config, error] = attempt(() => resolveConfig({}, { from: stored }));
  if (parsed.success) {
    if (error === null) return assert.deepEqual(config, parsed.data);
    assert.ok(error instanceof KnobError, String(error)); // a rule between knobs
    const knob = CONFIG_KNOBS[error.knob as KnobName];
    assert.notEqual(error.expected, expectedOf(knob, parsed.data[error.knob as KnobName]));
    return;
  }
  const [issue] = parsed.error.issues;
  if (issue.code === "unrecognized_keys") {
    assert.ok(error instanceof TypeError, String(error));
    assert.ok(error.message.includes(`${JSON.stringify(issue.keys[0])} is unknown, expected one of preset, dataset,`));
    return;
  }
  const name = issue.path[0] as KnobName;
  assert.ok(error instanceof KnobError, `${name} is ${String(stored[name])}: ${error}`);
  assert.equal(error.knob, name);
  assert.equal(error.expected, expectedOf(CONFIG_KNOBS[name], stored[name]));
}

function attempt<T>(action: () => T): [T, null] | [null, unknown] {
  try {
    return [action(), null];
  } catch (error) {
    return [null, error];
  }
}
