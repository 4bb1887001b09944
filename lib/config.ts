/**
 * The configuration of a run: knobs, defaults and rules made into one function.
 *
 * Checks values by the knobs' plain data, so that a page loads it without zod; `config_schema.ts` has the schema for
 * stored files. Does not know files, devices or flags. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type DataSize, defaultsFor, PRESETS } from "./config_defaults.ts";
import { type Config as KnobValues, CONFIG_KNOBS, KNOB_NAMES, type KnobName } from "./config_knobs.ts";
import { assertCompatible, whyWithoutEffect } from "./config_rules.ts";
import { quoted } from "./errors.ts";
import { accepts, expectedOf, type Knob, KnobError, takesOf, withoutWords } from "./knob.ts";
import { VARIANT_KNOBS, variantsWith } from "./sae/sparsity/variants.ts";

export { type DataSize, KnobError, type KnobName, PRESETS };

/** The full configuration of one run. Stored whole in `run.json` and in every checkpoint. */
export type Config = KnobValues;

/**
 * A configuration that is trained: if the learning rate was `auto`, it is the number that follows from the run's steps.
 */
export type SettledConfig = Config & { lr: number };

/** A knob as `--help` and error messages have it. */
export type DescribedKnob = Knob & {
  /** Placeholder of its value. */
  takes: string;
  /** Which values are accepted, as an error message says it after "expected". */
  expected: string;
};

/** Every knob in the order in which a configuration is stored, with its description. */
export const KNOBS: { name: KnobName; knob: DescribedKnob }[] = KNOB_NAMES.map((name) => {
  const knob: Knob = CONFIG_KNOBS[name];
  const help = name in VARIANT_KNOBS ? `${variantsWith(name).join(", ")}: ${knob.help}` : knob.help;
  return { name, knob: { ...knob, help, takes: takesOf(knob), expected: expectedOf(knob) } };
});

/**
 * The full configuration: defaults, then what the variant, the data set and the preset change, then what the caller
 * sets.
 *
 * @param turned The knobs that are set, by name. Unknown names are refused; one that is undefined counts as not set,
 * and the word that the command line has for no value ("auto", "off") is null.
 * @param options.from The configuration of an earlier run, taken instead of all defaults; unknown names are refused.
 * @param options.size The size of the user's own data, which some defaults follow.
 * @throws {KnobError} A value is out of range, two knobs exclude each other, or a knob that was set would have no
 * effect.
 *
 * @example
 * ```ts
 * import { resolveConfig } from "./config.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(resolveConfig({ preset: "notebook" }).lr, 1e-3);
 * assert.equal(resolveConfig({ penalize: "all" }).hiddenActivation, "sigmoid");
 * assert.equal(resolveConfig({ sparsity: "topk" }).output, "linear");
 * assert.throws(() => resolveConfig({ sparsity: "topk", rho: 0.1 }), /rho: it is 0.1, .* \(it belongs to kl\)/);
 * ```
 */
export function resolveConfig(
  turned: Partial<Record<KnobName, unknown>> = {},
  { from, size }: { from?: Readonly<Record<string, unknown>>; size?: DataSize } = {},
): Config {
  turned = valuesOfWords(turned);
  const config = settled(turned, { from, size });
  const [idle] = withoutEffect(turned, config);
  if (idle !== undefined) {
    const why = whyWithoutEffect(idle, config);
    throw new KnobError(idle, valueText(turned[idle]), `it left out ${why}`);
  }
  assertCompatible(config);
  return config;
}

/**
 * The knobs that were set and would have no effect, by name: those of other variants or data sets, and what needs
 * another knob.
 *
 * @throws {KnobError} A value is out of range.
 */
export function idleKnobs(turned: Partial<Record<KnobName, unknown>>): KnobName[] {
  return withoutEffect(turned, settled(turned, {}));
}

/** Knobs that are null have no effect, so they are always allowed. */
function withoutEffect(turned: Partial<Record<KnobName, unknown>>, config: Config): KnobName[] {
  const names = KNOB_NAMES.filter((name) => turned[name] !== undefined && turned[name] !== null);
  return names.filter((name) => whyWithoutEffect(name, config) !== null);
}

/** Null for each word that stands for it, and an empty list for `none`. */
function valuesOfWords(turned: Partial<Record<KnobName, unknown>>): Partial<Record<KnobName, unknown>> {
  const entries = Object.entries(turned).map(([name, value]) => {
    const knob: Knob | undefined = CONFIG_KNOBS[name as KnobName];
    return [name, knob ? withoutWords(knob, value) : value];
  });
  return Object.fromEntries(entries);
}

function settled(
  turned: Partial<Record<KnobName, unknown>>,
  { from, size }: { from?: Readonly<Record<string, unknown>>; size?: DataSize },
): Config {
  const given = Object.fromEntries(Object.entries(turned).filter(([, value]) => value !== undefined));
  const values: Record<string, unknown> = { ...from ?? defaultsFor(given, { size }), ...given };
  const config = Object.fromEntries(KNOB_NAMES.map((name) => {
    const knob = CONFIG_KNOBS[name], value = values[name] === undefined ? knob.default : values[name];
    if (!accepts(knob, value)) throw new KnobError(name, valueText(value), expectedOf(knob, value));
    return [name, Array.isArray(value) ? [...value] : value];
  }));
  const unknown = Object.keys(values).find((name) => !Object.hasOwn(CONFIG_KNOBS, name));
  if (unknown !== undefined) {
    const expected = `one of ${KNOB_NAMES.join(", ")}`;
    throw new TypeError(`Cannot read configuration: ${quoted(unknown)} is unknown, expected ${expected}`);
  }
  return config as Config;
}

/** A value for an error message. */
function valueText(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
