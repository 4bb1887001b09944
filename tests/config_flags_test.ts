/**
 * A configuration as flags, against what the program makes of them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parseTrainArguments } from "../lib/cli/args.ts";
import { type Config, KnobError, resolveConfig } from "../lib/config.ts";
import { flagsFor, turnedKnobs } from "../lib/config_flags.ts";
import { KNOB_NAMES } from "../lib/config_knobs.ts";
import { hasEffect } from "../lib/config_rules.ts";
import { VARIANT_NAMES } from "../lib/sae/sparsity/variants.ts";
import fc from "./fast_check.ts";

/** Any configuration of the page or the program, or null if its knobs exclude each other. */
const anyConfig = fc.record({
  sparsity: fc.constantFrom(...VARIANT_NAMES),
  dataset: fc.constantFrom("auto", "digits", "dictionary"),
  preset: fc.constantFrom("tuned", "notebook"),
  hidden: fc.constantFrom([], [64], [128, 32]),
  output: fc.constantFrom("sigmoid", "linear"),
  penalize: fc.constantFrom("latent", "all"),
  latent: fc.constantFrom(16, 256),
  lr: fc.constantFrom(0.01, null, 1 / 3),
  seed: fc.nat(),
  warmupSteps: fc.constantFrom(0, 11),
}, { requiredKeys: [] }).map((turned): Config | null => {
  try {
    return resolveConfig(turned);
  } catch (error) {
    if (error instanceof KnobError) return null;
    throw error;
  }
});

Deno.test("train reads the fewest flags of a configuration as the same configuration", () => {
  let compared = 0;
  fc.assert(fc.property(anyConfig, (config) => {
    if (!config) return;
    const read = resolveConfig(parseTrainArguments(flagsFor(turnedKnobs(config))).turned);
    for (const name of KNOB_NAMES) if (hasEffect(name, config)) assert.deepEqual(read[name], config[name], name);
    compared++;
  }));
  assert.ok(compared > 20, `${compared} were compared`);
});

Deno.test("no knob is named that has its default value", () => {
  for (const sparsity of VARIANT_NAMES) {
    const named = Object.keys(turnedKnobs(resolveConfig({ sparsity })));
    assert.deepEqual(named, sparsity === resolveConfig().sparsity ? [] : ["sparsity"]);
  }
});
