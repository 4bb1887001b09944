/**
 * What Compare knows of a run: small enough to be loaded when a reader picks the run. Types alone.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Sprite } from "../../../lib/report/sprite_schema.ts";

/** A run as the chooser lists it. */
export interface RunName {
  id: string;
  /** What it is: `TopK k 16`, or the title that its author gave it. */
  name: string;
  /** What distinguishes it from runs of the same name: `256 latents · random seed 0`. */
  detail: string;
  data: ComparedData;
}

/** Data that results were measured on; results on other data are not comparable. */
export interface ComparedData {
  /** SHA-256 of the test rows. */
  key: string;
  /** Its name for people. */
  name: string;
  testRows: number;
  /** What a row is called. */
  row: "image" | "vector";
}

/** One setting of a run. */
export interface Setting {
  /** Its entry in the glossary; null if it is not a setting of the command line. */
  term: string | null;
  label: string;
  /** Which of the two tables it stands in. */
  part: "method" | "model";
  /** Its value in words; null if the method does not use the setting. */
  text: string | null;
}

/** Numbers of a run that are compared; null where the run does not have one. */
export interface Measured {
  mse: number;
  explained: number | null;
  activeLatents: number;
  latents: number;
  deadLatents: number;
  lengthRatio: number | null;
  probing1: number | null;
  probing5: number | null;
  recovery: number | null;
  f1: number | null;
  absorption: number | null;
  parameters: number;
  trainMs: number | null;
  steps: number | null;
}

/** A probe from the k best latents, and from the k best columns of the input. */
export interface Probe {
  k: number;
  latents: number | null;
  pixels: number | null;
}

/** Inputs that all runs on the same data reconstruct, in test order from row 0. */
export interface ComparedInputs {
  /** Their pictures; null if rows have none. */
  tiles: ComparedTiles | null;
  /** Mean squared error of each. */
  mse: number[];
  /** Class of each by name; null without labels. */
  classes: string[] | null;
  /** What each says, cut to a line; null if nothing is known in words. */
  texts: string[] | null;
}

/** Pictures of inputs and reconstructions. */
export interface ComparedTiles {
  /** The first inputs, a row of tiles, and their reconstructions below, in one small picture. */
  first: Sprite;
  originals: Sprite;
  reconstructions: Sprite;
}

/** Everything. */
export interface RunSummary extends RunName {
  /** A latent is active above this. */
  activeAbove: number;
  /** Whether latents that do not count as active are 0, so that they do not contribute to the reconstruction. */
  isExact: boolean;
  /** What the loss curve is of: `mse` or `bce`. */
  loss: string;
  measured: Measured;
  settings: Setting[];
  /** Training step and reconstruction loss, thinned. */
  curve: [step: number, loss: number][];
  /** Epoch and dead latents on the test set, from before the first step (epoch 0) where that is known. */
  dead: [epoch: number, latents: number][];
  probing: Probe[];
  /** Test MSE from the k largest latents of each input; none for a method that does not choose these. */
  byK: { k: number; mse: number }[];
  inputs: ComparedInputs;
  /** The tool that the model was imported from; null for one that was trained here. */
  importedFrom: string | null;
}
