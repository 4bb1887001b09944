/**
 * The knobs of the data set with a known dictionary; `dictionary.ts` draws it. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { knobs, NOT_NEGATIVE, POSITIVE_INTEGER } from "../knob.ts";

/** See the module comment. */
export const dictionaryKnobs = {
  dictionaryWidth: z.int().min(1).default(64).register(knobs, {
    group: "Data",
    takes: "N",
    help: "dictionary: width d of a vector.",
    expected: POSITIVE_INTEGER,
    source: "ours",
  }),
  dictionaryFeatures: z.int().min(1).default(256).register(knobs, {
    group: "Data",
    takes: "N",
    help: "dictionary: true features, unit vectors in random directions.",
    expected: POSITIVE_INTEGER,
    source: "ours: four times as many as the width",
  }),
  dictionaryActive: z.int().min(1).default(3).register(knobs, {
    group: "Data",
    takes: "N",
    help: "dictionary: features active in each vector.",
    expected: POSITIVE_INTEGER,
    source: "ours",
  }),
  dictionaryCorrelation: z.number().min(0).lt(1).default(0).register(knobs, {
    group: "Data",
    takes: "C",
    help: "dictionary: chance that an active feature is drawn from the neighbours of another instead of from all.",
    expected: "a number of at least 0 and below 1",
    source: "ours: features of the real world come in company",
  }),
  dictionaryNoise: z.number().min(0).default(0.01).register(knobs, {
    group: "Data",
    takes: "σ",
    help: "dictionary: standard deviation of the noise on each component.",
    expected: NOT_NEGATIVE,
    source: "ours",
  }),
};
