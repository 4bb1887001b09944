/**
 * The configuration of a run as a zod schema, made from the knobs: what `run.json` and progress files hold.
 *
 * Checks each value by itself; `config.ts` checks values together, and without zod, so that a page loads that alone.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import type { Config as KnobValues, SettledConfig as SettledKnobValues } from "./config.ts";
import { CONFIG_KNOBS, KNOB_NAMES, type KnobName } from "./config_knobs.ts";
import type { Knob } from "./knob.ts";

/** The full configuration of one run. Stored whole in `run.json` and in every checkpoint. */
export type Config = KnobValues;

/** See the type of the same name. A knob that is left out has its default. */
export const Config = z.strictObject(
  Object.fromEntries(KNOB_NAMES.map((name) => [name, schemaOf(CONFIG_KNOBS[name])])) as {
    [Name in KnobName]: z.ZodDefault<z.ZodType<Config[Name]>>;
  },
);

/** A configuration that is trained: its learning rate is a number. */
export type SettledConfig = SettledKnobValues;

/** See the type of the same name. */
export const SettledConfig = Config.extend({ lr: z.number().gt(0) });

/** The schema that accepts a knob's values. */
function schemaOf(knob: Knob): z.ZodDefault<z.ZodType> {
  if (knob.kind === "choice") return z.enum(knob.choices).default(knob.default);
  const { min, above, max, below } = knob;
  let number = knob.kind === "integer" || knob.kind === "integers" ? z.int() : z.number();
  if (min !== undefined) number = number.min(min);
  if (above !== undefined) number = number.gt(above);
  if (max !== undefined) number = number.max(max);
  if (below !== undefined) number = number.lt(below);
  if (knob.kind === "integers" || knob.kind === "numbers") {
    return z.array(number).max(knob.most).default([...knob.default]);
  }
  return ("unset" in knob ? number.nullable() : number).default(knob.default as number);
}
