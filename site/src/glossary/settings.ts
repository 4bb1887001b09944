/**
 * The settings of a run as entries, from `lib/config_knobs.ts`. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { defaultsFor } from "../../../lib/config_defaults.ts";
import { flagOf } from "../../../lib/config_flags.ts";
import { CONFIG_KNOBS, KNOB_NAMES, type KnobName } from "../../../lib/config_knobs.ts";
import { expectedOf, inWords, type Knob, unsetWord } from "../../../lib/knob.ts";
import { VARIANT_NAMES, variantsWith } from "../../../lib/sae/sparsity/variants.ts";
import type { Entry } from "./entry.ts";

/** Where a setting stands in the glossary. */
export function settingAnchor(knob: KnobName): string {
  return `setting-${knob}`;
}

/** In the order in which a configuration is stored. */
export const SETTINGS: readonly Entry[] = KNOB_NAMES.map((name) => {
  const knob: Knob = CONFIG_KNOBS[name];
  const readers = variantsWith(name);
  return {
    anchor: settingAnchor(name),
    name: `--${flagOf(name)}`,
    forms: [name],
    meaning: knob.help[0].toUpperCase() + knob.help.slice(1),
    facts: [
      { name: "in a file", value: `\`${name}\`` },
      { name: "values", value: expectedOf(knob) },
      { name: "default", value: defaultOf(name) },
      ...("unset" in knob && knob.unset ? [{ name: knob.unset.word, value: knob.unset.means }] : []),
      ...(readers.length < VARIANT_NAMES.length ? [{ name: "only with", value: inWords(readers, "and") }] : []),
      { name: "source", value: knob.source },
    ],
  };
});

/** The default with each variant that reads the setting: `32 with kl; 256 with l1 and topk`, or one value alone. */
function defaultOf(name: KnobName): string {
  const variants = new Map<string, string[]>();
  for (const sparsity of variantsWith(name)) {
    const text = shown(CONFIG_KNOBS[name], defaultsFor({ sparsity })[name]);
    variants.set(text, [...variants.get(text) ?? [], sparsity]);
  }
  if (name === "sparsity" || variants.size === 1) return shown(CONFIG_KNOBS[name], CONFIG_KNOBS[name].default);
  return Array.from(variants, ([text, names]) => `${text} with ${inWords(names, "and")}`).join("; ");
}

function shown(knob: Knob, value: unknown): string {
  if (value === null) return unsetWord(knob)!;
  return Array.isArray(value) ? value.join(", ") || "none" : String(value);
}
