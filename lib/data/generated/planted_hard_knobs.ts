/**
 * The knobs of the planted data with trees, rare features and correlations; `planted_hard/` draws them. PORTABLE: no Deno,
 * no Node, no tfjs.
 *
 * @module
 */
import type { Knobs } from "../../knob.ts";

/** See the module comment. */
export const plantedHardKnobs = {
  plantedWidth: {
    kind: "integer",
    default: 128,
    min: 1,
    group: "Data",
    takes: "N",
    help: "planted-hard: width d of a vector.",
    source: "ours; arXiv 2602.14687, version 2, has 768",
  },
  plantedFeatures: {
    kind: "integer",
    default: 2048,
    min: 1,
    max: 10_000_000, // in one dimension even so many take longer to draw than is allowed
    group: "Data",
    takes: "N",
    help: "planted-hard: true features, unit vectors that are nearly orthogonal.",
    source: "ours, 16 times as many as the width; arXiv 2602.14687, version 2, has 16384, 21 times",
  },
  plantedRows: {
    kind: "integer",
    default: 100_000,
    min: 1,
    group: "Data",
    takes: "N",
    help: "planted-hard: training vectors.",
    source: "ours: many enough that a model of 512 latents does not overfit",
  },
  plantedMost: {
    kind: "number",
    default: 0.4,
    above: 0,
    max: 0.5,
    group: "Data",
    takes: "P",
    help: "planted-hard: chance that the most frequent feature is active in a vector.",
    source: "arXiv 2602.14687, version 2",
  },
  plantedLeast: {
    kind: "number",
    default: 5e-4,
    above: 0,
    max: 0.5,
    group: "Data",
    takes: "P",
    help: "planted-hard: the same of the rarest feature; in between, chances fall by Zipf's law.",
    source: "arXiv 2602.14687, version 2",
  },
  plantedZipf: {
    kind: "number",
    default: 0.5,
    above: 0,
    group: "Data",
    takes: "S",
    help: "planted-hard: exponent of Zipf's law.",
    source: "arXiv 2602.14687, version 2",
  },
  plantedTrees: {
    kind: "integer",
    default: 16,
    min: 0,
    group: "Data",
    takes: "N",
    help:
      "planted-hard: trees of features. Only one child of a feature is active at a time, only with its parent, and scaled by it.",
    source:
      "as many for each feature as arXiv 2602.14687, version 2, with 128 for 16384: two thirds of all features are in trees",
  },
  plantedBranching: {
    kind: "integer",
    default: 4,
    min: 1,
    group: "Data",
    takes: "N",
    help: "planted-hard: children of a feature in a tree.",
    source: "arXiv 2602.14687, version 2",
  },
  plantedDepth: {
    kind: "integer",
    default: 3,
    min: 0,
    max: 16,
    group: "Data",
    takes: "N",
    help: "planted-hard: generations of children below the root of a tree.",
    source: "arXiv 2602.14687, version 2",
  },
  plantedRank: {
    kind: "integer",
    default: 25,
    min: 0,
    group: "Data",
    takes: "N",
    help: "planted-hard: hidden causes that correlate the features; 0 for independent ones.",
    source:
      "arXiv 2602.14687, version 2; two features' correlation has the standard deviation scale² · √rank, whatever their number",
  },
  plantedCorrelation: {
    kind: "number",
    default: 0.1,
    min: 0,
    group: "Data",
    takes: "C",
    help: "planted-hard: standard deviation of a hidden cause's effect on a feature.",
    source: "arXiv 2602.14687, version 2",
  },
  plantedBias: {
    kind: "number",
    default: 0.5,
    min: 0,
    group: "Data",
    takes: "L",
    help: "planted-hard: length of the vector that is added to all.",
    source: "arXiv 2602.14687, version 2",
  },
} as const satisfies Knobs;
