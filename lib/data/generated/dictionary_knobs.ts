/**
 * The knobs of the data set with a known dictionary; `dictionary.ts` draws it. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Knobs } from "../../knob.ts";

/** See the module comment. */
export const dictionaryKnobs = {
  dictionaryWidth: {
    kind: "integer",
    default: 64,
    min: 1,
    group: "Data",
    takes: "N",
    help: "dictionary: width d of a vector.",
    source: "ours",
  },
  dictionaryFeatures: {
    kind: "integer",
    default: 256,
    min: 1,
    group: "Data",
    takes: "N",
    help: "dictionary: true features, unit vectors in random directions.",
    source: "ours: four times as many as the width",
  },
  dictionaryActive: {
    kind: "integer",
    default: 3,
    min: 1,
    group: "Data",
    takes: "N",
    help: "dictionary: features active in each vector.",
    source: "ours",
  },
  dictionaryCorrelation: {
    kind: "number",
    default: 0,
    min: 0,
    below: 1,
    group: "Data",
    takes: "C",
    help: "dictionary: chance that an active feature is drawn from the neighbours of another instead of from all.",
    source: "ours: features of real data often occur together",
  },
  dictionaryNoise: {
    kind: "number",
    default: 0.01,
    min: 0,
    group: "Data",
    takes: "σ",
    help: "dictionary: standard deviation of the noise on each component.",
    source: "ours",
  },
} as const satisfies Knobs;
