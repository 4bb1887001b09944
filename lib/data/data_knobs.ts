/**
 * The knobs of the data: which data set, how many rows of it, how they are scaled, and what generated data are drawn from.
 *
 * Holds data only. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Knobs } from "../knob.ts";
import { dictionaryKnobs } from "./generated/dictionary_knobs.ts";
import { plantedHardKnobs } from "./generated/planted_hard_knobs.ts";
import { SCALES, SUBTRACTS } from "./scaling.ts";

/** In the order in which a configuration is stored. */
export const dataKnobs = {
  dataset: {
    kind: "choice",
    choices: ["auto", "mnist", "digits", "dictionary", "planted-hard", "images", "vectors"],
    default: "auto",
    group: "Data",
    help:
      "`auto` takes MNIST when it is on disk or can be downloaded, else the built-in digits; `dictionary` has vectors made of known features, and defaults of its own: k 3, batch 1024, 30 epochs, learning rate 0.01, no hidden layers, 256 latents; so has `planted-hard`, whose features are rare, correlated and in trees, after SynthSAEBench: k 8, batch 1024, 30 epochs, learning rate auto, 512 latents. `images` and `vectors` are set by --data; `vectors` has defaults of its own: sparsity topk, k 32, no hidden layers, four latents for each value of a row up to 4096, linear output, batch 1024, learning rate auto. With both, few rows have a batch of an eighth of them (at least 32) and as many epochs as 1000 steps take, at most 200.",
    source: "the tutorial trains on MNIST",
  },
  limit: {
    kind: "integer",
    default: null,
    min: 1,
    unset: { word: "off", means: "no limit" },
    group: "Data",
    takes: "N",
    help: "Train on the first N images or vectors only.",
    source: "all of them",
  },
  scale: {
    kind: "choice",
    choices: ["auto", ...SCALES],
    default: "auto",
    group: "Data",
    help:
      "How the values of --data are scaled: `unit` to [0, 1]; `mean-norm` by one factor, so that the mean length of a row of d values is √d; `standard` each value by its standard deviation; `row-norm` and `layer-norm` each row on its own; `auto` is `unit` for bytes and images, `mean-norm` for other vectors.",
    source: "vectors: the usual for activations, so that learning rates and penalties fit data of any size",
  },
  subtract: {
    kind: "choice",
    choices: SUBTRACTS,
    default: "none",
    group: "Data",
    help: "What is subtracted from the rows of --data before they are scaled: the mean or the geometric median.",
    source: "nothing; --pre-bias learns it",
  },
  bufferMb: {
    kind: "integer",
    default: 512,
    min: 1,
    max: 65_536,
    group: "Data",
    takes: "MB",
    help:
      "Rows of --data that take more memory are read from disk while the model trains, mixed in a buffer of this size.",
    source: "ours",
  },
  leaveOut: {
    kind: "integers",
    default: [],
    min: 0,
    most: 256,
    group: "Data",
    takes: "CLASS,…",
    help:
      "Classes that are left out of training, by number, from 0 in the order of the report's class names; the test set keeps them.",
    source: "none; docs/new_data.md has an experiment",
  },
  dataSeed: {
    kind: "integer",
    default: 0,
    min: 0,
    group: "Data",
    takes: "N",
    help: "Random seed of generated data; separate from --seed, so that runs can differ on the same data.",
    source: "arbitrary",
  },
  ...dictionaryKnobs,
  ...plantedHardKnobs,
} as const satisfies Knobs;
