/**
 * What a person must know to turn a knob of an experiment, kept beside the knob's schema.
 *
 * The knobs themselves are in `config.ts`, those of one sparsity variant in its file. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";

/** Describes a knob. The flag is the knob's name in kebab-case: `warmupSteps` → `--warmup-steps`. */
export interface Knob {
  /** The part of the experiment it belongs to; the heading in `--help`. */
  group: "Data" | "Model" | "Loss" | "Sparsity" | "Optimiser" | "Device";
  /** Placeholder of its value in `--help`. */
  takes: string;
  /** One sentence. */
  help: string;
  /** Which values are accepted, as an error message says it: "expected …". */
  expected: string;
  /** Where the default comes from. */
  source: string;
}

/** Where schemas are looked up. */
export const knobs = z.registry<Knob>();

/** Phrases of `expected`. */
export const POSITIVE_INTEGER = "an integer of at least 1";
export const UNIT_INTERVAL = "a number between 0 and 1, both excluded";
export const NOT_NEGATIVE = "a number of at least 0";
export const POSITIVE = "a number above 0";
