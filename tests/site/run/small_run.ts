/**
 * A run, its curves and its activations made by hand, with numbers that can be worked out on paper.
 *
 * @module
 */
import { resolveConfig } from "../../../lib/config.ts";
import { usedSettings } from "../../../lib/run/used_settings.ts";
import type { Activations } from "../../../lib/report/activations_schema.ts";
import type { Metrics, TestMeasures } from "../../../lib/report/metrics_schema.ts";
import type { Run } from "../../../lib/report/schema.ts";

/** Measures of the test set with some of them set. */
export function testMeasures(some: Partial<TestMeasures> = {}): TestMeasures {
  return {
    loss: 0.5,
    reconstruction: 0.5,
    penalty: 0,
    auxiliary: 0,
    mse: 0.5,
    klNats: null,
    meanActivation: 0.06,
    activeLatents: 4,
    deadLatents: 0,
    rhoHat: { min: 0.01, q25: 0.03, median: 0.05, q75: 0.07, max: 0.2 },
    ...some,
  };
}

type Step = Metrics["steps"][number];

/** Training steps, one for each total; the reconstruction is the rest of the weighted penalty and the auxiliary loss. */
export function steps(totals: number[], { penalty = 0, weight = 1, auxiliary = 0 } = {}): Step[] {
  return totals.map((loss, i) => ({
    step: i + 1,
    lr: 0.01,
    loss,
    reconstruction: loss - weight * penalty - auxiliary,
    penalty,
    auxiliary,
    weight,
  }));
}

/** Curves with an epoch for each test error; the training loss of an epoch is `train`. */
export function metrics(
  errors: number[],
  { start = 1, train = 0.5, dead = [], inactive = null, totals = [1, 0.5] }: {
    start?: number;
    train?: number;
    dead?: number[];
    inactive?: number[] | null;
    totals?: number[];
  } = {},
): Metrics {
  const parts = { loss: train, reconstruction: train, penalty: 0, auxiliary: 0, weight: 0 };
  return {
    schemaVersion: 6,
    start: testMeasures({ mse: start, reconstruction: start }),
    epochs: errors.map((mse, i) => ({
      epoch: i + 1,
      step: 10 * (i + 1),
      lr: 0.01,
      train: parts,
      test: testMeasures({ mse, reconstruction: mse, deadLatents: dead[i] ?? 0 }),
    })),
    stepStride: 1,
    steps: steps(totals),
    silentLatents: inactive && inactive.map((latents, i) => ({ step: 10 * (i + 1), latents })),
  };
}

/** A run as far as pages of it read: settings from the command line's defaults, two errors, two classes. */
export function run(
  { knobs = {}, test = {}, train = {}, dataset = {}, more = {} }: {
    knobs?: Record<string, unknown>;
    test?: Partial<Run["metrics"]["test"]>;
    train?: Partial<Run["metrics"]["train"]>;
    dataset?: Partial<Run["dataset"]>;
    more?: Partial<Run>;
  } = {},
): Run {
  const config = resolveConfig(knobs) as Run["config"];
  const split = {
    images: 100,
    mse: 0.008,
    fvu: 0.125,
    klNats: config.sparsity === "kl" ? 0.0174 : null,
    meanActivation: 0.0574,
    activeLatents: 3.5,
    l0: [{ threshold: 0.01, value: 31.5 }, { threshold: 0.1, value: 3.5 }],
    l2Ratio: 0.948,
    deadLatents: 1,
  };
  return {
    id: "a-run",
    title: "MNIST · a run",
    note: null,
    createdAt: "2026-11-25T22:31:11.000Z",
    command: ["train"],
    notices: [],
    config,
    usedSettings: usedSettings(config, { source: "directory", isTrained: true }),
    dataset: {
      name: "mnist",
      kind: "image",
      height: 28,
      width: 28,
      channels: 1,
      drawn: true,
      black: 0,
      white: 1,
      classNames: ["0", "1"],
      factors: [],
      scaling: { scale: "none", subtract: "none", factor: 1, sampledRows: 0 },
      split: { by: "set", share: null },
      streamed: false,
      source: "directory",
      files: [{ name: "train-images", bytes: 2 ** 20, sha256: "ab12", isSampled: false, isOfficial: true }],
      fallback: null,
      notes: [],
      train: { images: 60000, measured: 60000, pixelsSha256: "cd34" },
      test: { images: 100, pixelsSha256: "ef56" },
      ...dataset,
    },
    model: {
      layers: [
        { name: "encoder.0", dIn: 784, dOut: config.latent, activation: "sigmoid", isPenalized: true, isFrozen: false },
        {
          name: "decoder.0",
          dIn: config.latent,
          dOut: 784,
          activation: "sigmoid",
          isPenalized: false,
          isFrozen: false,
        },
      ],
      hasPreBias: false,
      hasCenteredInput: false,
      hasUnitDecoder: false,
      parameters: 1000,
      file: "model.safetensors",
    },
    sparsity: { weight: 0.005, target: null, silentLatents: null, resampled: [] },
    engine: { name: "fused", backend: "wasm", device: "2 CPU threads", reason: "no GPU", versions: {} },
    environment: { deno: "2.9.6", v8: "15", os: "linux", cpu: "a processor", cores: 2, memoryBytes: 2 ** 34 },
    timing: { startupMs: 100, trainMs: 7000, totalMs: 14000, steps: 4690, stepsPerSecond: 670, secondsPerEpoch: 0.7 },
    metrics: {
      train: { ...split, ...train },
      test: { ...split, ...test },
      density: { edges: [0.01, 0.1, 1], counts: [0, 32], neverFired: 0, shares: {} },
      probing: null,
      perturbation: null,
      description: null,
      dictionary: null,
      geometry: null,
      samples: { perturbation: null, description: null },
    },
    imported: null,
    errorQuantiles: {
      train: Array.from({ length: 201 }, (_, i) => i / 10_000),
      test: Array.from({ length: 201 }, (_, i) => i / 10_000),
    },
    definitions: {},
    ...more,
  } as unknown as Run;
}

/** Three latents on four rows of two classes. */
export const ACTIVATIONS: Activations = {
  schemaVersion: 6,
  histogram: { max: 1, counts: new Array(50).fill(0) },
  shown: [2, 5, 9],
  heatmap: { labels: [1, 0, 1, 0], acts: [[0, 0.5, 0.1], [1, 0, 0.1], [0, 0.25, 0.1], [0.5, 0, 0.1]] },
  classMeans: [[0.8, 0, 0.1], [0, 0.4, 0.2]],
};
