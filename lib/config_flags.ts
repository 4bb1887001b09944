/**
 * Knobs as the flags of a command line, and a configuration as the fewest knobs that give it.
 *
 * Makes flags; `lib/cli/args.ts` reads them. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { defaultsFor } from "./config_defaults.ts";
import { type Config, CONFIG_KNOBS, KNOB_NAMES, type KnobName } from "./config_knobs.ts";
import { hasEffect } from "./config_rules.ts";
import { unsetWord } from "./knob.ts";

/** The knobs on which the defaults of others depend, each after those that decide its own. */
const CHOICES = [
  "dataset",
  "sparsity",
  "preset",
  "scale",
  "subtract",
  "penalize",
  "hidden",
  "output",
] as const satisfies KnobName[];

/** `warmupSteps` → `warmup-steps`. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => "-" + capital.toLowerCase());
}

/** Knobs as arguments of `train`, in the order in which a configuration is stored; undefined ones are left out. */
export function flagsFor(turned: Partial<Record<KnobName, unknown>>): string[] {
  return KNOB_NAMES.filter((name) => turned[name] !== undefined).map((name) => {
    const value = turned[name] ?? unsetWord(CONFIG_KNOBS[name]);
    return `--${flagOf(name)}=${Array.isArray(value) ? value.join(",") : value}`;
  });
}

/**
 * The knobs of a configuration that have an effect and are not the default beside the others: `resolveConfig` of them
 * gives it again, apart from knobs without effect.
 *
 * @example
 * ```ts
 * import { flagsFor, turnedKnobs } from "./config_flags.ts";
 * import { resolveConfig } from "./config.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(turnedKnobs(resolveConfig()), {});
 * const config = resolveConfig({ sparsity: "topk", k: 8, hidden: [] });
 * assert.deepEqual(flagsFor(turnedKnobs(config)), ["--sparsity=topk", "--k=8"]);
 * ```
 */
export function turnedKnobs(config: Config): Partial<Config> {
  const isOther = (name: KnobName, defaults: Config) => String(config[name]) !== String(defaults[name]);
  const turned: Partial<Record<KnobName, unknown>> = {};
  for (const name of CHOICES) { // in this order: the first ones decide the defaults of the later ones
    if (hasEffect(name, config) && isOther(name, defaultsFor(turned))) turned[name] = config[name];
  }
  const defaults = defaultsFor(turned);
  for (const name of KNOB_NAMES) {
    if (hasEffect(name, config) && isOther(name, defaults)) turned[name] = config[name];
  }
  return turned as Partial<Config>;
}
