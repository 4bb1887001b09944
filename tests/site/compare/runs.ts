/**
 * Runs as Compare knows them, worked by hand, for its tests.
 *
 * @module
 */
import type { Measured, RunSummary, Setting } from "../../../site/src/compare/summary.ts";

/** A setting with a glossary entry of its own name. */
export function setting(label: string, text: string | null, part: Setting["part"] = "method"): Setting {
  return { term: `setting-${label}`, label, part, text };
}

/** The numbers of a run; what is not given is plain. */
export function measured(changes: Partial<Measured> = {}): Measured {
  return {
    mse: 0.01,
    explained: 0.8,
    activeLatents: 16,
    latents: 256,
    deadLatents: 0,
    lengthRatio: 0.95,
    probing1: 0.7,
    probing5: 0.8,
    recovery: null,
    f1: null,
    absorption: null,
    parameters: 402448,
    trainMs: 2500,
    steps: 938,
    ...changes,
  };
}

/** A run; what is not given is that of a TopK run on 10,000 images. */
export function summary(id: string, changes: Partial<RunSummary> = {}): RunSummary {
  return {
    id,
    name: `TopK of ${id}`,
    detail: "256 latents · random seed 0",
    data: { key: "aa", name: "MNIST", testRows: 10000, row: "image" },
    activeAbove: 0,
    isExact: true,
    loss: "mse",
    measured: measured(),
    settings: [setting("Sparsity method", "TopK")],
    curve: [[10, 0.06], [100, 0.03], [938, 0.012]],
    dead: [[0, 0], [1, 0]],
    probing: [{ k: 1, latents: 0.7, pixels: 0.72 }, { k: 5, latents: 0.8, pixels: 0.78 }],
    byK: [{ k: 1, mse: 0.04 }, { k: 2, mse: 0.03 }, { k: 16, mse: 0.01 }],
    inputs: { tiles: null, mse: [], classes: null, texts: null },
    importedFrom: null,
    ...changes,
  };
}
