/**
 * What the live page and its Worker say to each other. Types alone.
 *
 * One Worker holds one model. The page sends; the Worker trains in short chunks, answers, and sends a frame whenever the
 * last one was drawn. Arrays are transferred. Nothing here is of the page or of an engine.
 *
 * @module
 */
import type { SettledConfig } from "../../../lib/config.ts";
import type { Labels } from "../../../lib/data/row_labels.ts";
import type { RowShape } from "../../../lib/data/row_shape.ts";
import type { EventCounts } from "../../../lib/training/lifelines.ts";
import type { OwnFile } from "./own_files.ts";
import type { Change, DataName, LiveKnob, LiveSettings } from "./settings.ts";
import type { TileShape } from "./tile_shape.ts";

/** Test images whose reconstructions every frame has: the first of each of eight classes, or the first eight. */
export const N_SAMPLES = 8;

/** Most activating held-out images that are kept of each latent. */
export const N_TOP = 8;

/** Which engine the Worker takes: by the program's own rule, or the one that the address names. */
export type WantedEngine = "auto" | "cpu" | "webgpu";

/** Addresses of files that the site's build wrote, for the Worker to load when it needs them. */
export interface LiveFiles {
  /** Geometric median of the generated digits. */
  digitsMedian: string;
  /** 6,000 images of MNIST; null if the site was built without MNIST. */
  mnist: string | null;
  /** Weights of the run that the settings name; null for none. */
  runWeights: string | null;
  /** Test rows of the run that the data name; null for none. */
  runRows: string | null;
}

/** What a training starts from. */
export interface Opening {
  settings: LiveSettings;
  engine: WantedEngine;
  files: LiveFiles;
  /** Changes to repeat, by their steps, and how far to train at once, without frames in between. */
  changes: readonly Change[];
  until: number;
}

/** From the page to the Worker. */
export type ToWorker =
  /** Images that an opening is about to ask for: they are made or loaded meanwhile. Answers nothing. */
  | { type: "prepare"; data: DataName; files: LiveFiles }
  /** Starts a training, in place of the one before. Answers `data` (if the images are others), `opened`, then a frame. */
  | { type: "open"; opening: Opening }
  /** The reader's own images, for the next `open` with data `own`. Answers `files`. */
  | { type: "files"; files: OwnFile[] }
  /**
   * Trains until this many steps are taken, and stands still then; null for no end. Waits at `limit`, not measured and
   * not paused, until a later message raises it: two models step together.
   */
  | { type: "train"; until: number | null; limit: number | null }
  /** Stops after the chunk under way, and measures everything. */
  | { type: "pause" }
  /** Answers `changed`. */
  | { type: "change"; knob: LiveKnob; value: number }
  /**
   * The input in Draw: a held-out row by its number, or a drawing, `[784]` bytes, with null for it. `id` comes back in
   * every focus of it.
   */
  | { type: "input"; id: number; pixels: Uint8Array; row: number | null }
  /** The activations that Operate sets by hand, in place of the model's own. */
  | { type: "operate"; latents: [latent: number, activation: number][] }
  /** A frame was drawn: the next one may come. */
  | { type: "drawn" }
  /** Answers `exported`, or `refused`. */
  | { type: "export"; what: ExportName };

/** What can be taken away: a safetensors file, a report folder as zip, the decoder images as PNG. */
export type ExportName = "weights" | "report" | "atlas";

/** From the Worker to the page. */
export type FromWorker =
  | { type: "data"; data: ShownData }
  /** `knobs` are the settings to begin with; null to keep those there are. */
  | { type: "files"; summary: string; knobs: LiveSettings["knobs"] | null }
  | { type: "opened"; opened: Opened }
  | { type: "frame"; frame: Frame }
  /** A change took effect at a step. */
  | { type: "changed"; change: Change }
  /** Training stands still, because it was paused, has reached its `until`, or has diverged (then `message` says so). */
  | { type: "paused"; step: number; message: string | null }
  /** Something asked for cannot be done, in one line for the reader; training stays as it was. */
  | { type: "refused"; message: string }
  /** How far an export is. */
  | { type: "exporting"; message: string }
  | { type: "exported"; what: ExportName; fileName: string; bytes: Uint8Array<ArrayBuffer> }
  /** The Worker cannot go on, in one line for the reader. */
  | { type: "failed"; message: string };

/** The images, as the page shows them. */
export interface ShownData {
  name: DataName;
  /** In words: what the images are and how many. */
  summary: string;
  /** Training images. */
  count: number;
  /** Whether a row is an image or a vector. */
  kind: RowShape["kind"];
  /** The size of all pictures. */
  tile: TileShape;
  /** Whether a drawing on the pad is a row of these data: images of 28 by 28 grey pixels. */
  canDraw: boolean;
  /** Held-out rows as pictures, `[heldOutCount, tile]` bytes, white on black. */
  heldOut: Uint8Array<ArrayBuffer>;
  heldOutCount: number;
  /** Their classes; null if there are none. */
  labels: Labels | null;
  classNames: string[];
  /** What the files say of each held-out row in words; null if nothing. */
  words: string[] | null;
  /** Rows of the held-out images that are the samples of every frame, `[8]` or fewer. */
  samples: number[];
}

/** A training that can begin. */
export interface Opened {
  config: SettledConfig;
  /** Steps of one epoch. */
  stepsPerEpoch: number;
  /** Which step it stands at: 0, or `until` of a repeated run. */
  step: number;
  parameters: number;
  nLatents: number;
  /** A latent is active above this. */
  activeAbove: number;
  /** Whether the reconstruction is a sum of fixed images, one for each active latent. */
  isLinear: boolean;
  /** What computes, in words, and why. */
  device: string;
  reason: string;
  engine: "cpu" | "webgpu";
  /** Milliseconds of each part of the start, by name. */
  ms: Record<string, number>;
}

/** What has changed since the last frame. Images are bytes as they are drawn: white is 255. */
export interface Frame {
  step: number;
  stepsPerSecond: number;
  isTraining: boolean;
  /** The first step of `losses`; 0 in the first frame of a training that was repeated, which has all of its losses. */
  firstStep: number;
  /** Of the steps since the last frame: reconstruction, weight · penalty, auxiliary. */
  losses: { reconstruction: Float32Array; penalty: Float32Array; auxiliary: Float32Array };
  /** The penalty's weight in the last step; null without a penalty. */
  weight: number | null;
  /** The size of all pictures of a frame. */
  tile: TileShape;
  /** Reconstructions of the samples, `[samples, tile]`. */
  samples: Uint8Array<ArrayBuffer>;
  /** What the model makes of the image in Draw; null before there is one. */
  focus: Focus | null;
  /** A few times a second, and whenever training stands still. */
  stats: Stats | null;
  /** As often as `stats`. */
  atlas: Atlas | null;
  /** Those taken since the last frame; all of them in the first frame of a training that was repeated. */
  snapshots: LiveSnapshot[];
}

/** What the model makes of one image. */
export interface Focus {
  /** Of the `input` message. */
  id: number;
  /** Activations, `[nLatents]`. */
  acts: Float32Array;
  tile: TileShape;
  reconstruction: Uint8Array<ArrayBuffer>;
  /** Mean squared error of the row's values. */
  mse: number;
  /** The reconstruction as latents are switched on one by one, the most active first. */
  sum: {
    /** Which latent each step adds; the first image, of no latent, and the last, of all, add none (null). */
    latents: (number | null)[];
    /** `[latents.length, tile]` */
    images: Uint8Array<ArrayBuffer>;
    mse: number[];
  };
  /** With the activations that Operate has set; null if it has set none. */
  operated: { image: Uint8Array<ArrayBuffer>; mse: number } | null;
}

/** What was measured on the held-out images. */
export interface Stats {
  /** Held-out images behind these numbers. */
  rows: number;
  /** Mean activation, density and largest activation of each latent, `[nLatents]`. */
  mean: Float32Array;
  density: Float32Array;
  largest: Float32Array;
  /** Counts of activations above 0 in equally wide bins from 0 to `histogramEnd`. */
  histogram: Uint32Array;
  histogramEnd: number;
  /** Active latents per image, the mean. */
  l0: number;
  /** Latents that are active on none of the rows. */
  dead: number;
  mse: number;
  /** Rows of the images that activate each latent most, `[nLatents, 8]`; −1 where there are fewer. */
  top: Int32Array;
  /** Their activations. */
  topActs: Float32Array;
}

/** All latents after a step, for looking back. */
export interface LiveSnapshot {
  step: number;
  atlas: Atlas;
  /** 1 for each latent that is dead, `[nLatents]`; null for sigmoids, which are never 0. */
  isDead: Uint8Array<ArrayBuffer> | null;
  /** What happened since the snapshot before; null like `isDead`. */
  since: EventCounts | null;
}

/** What the decoder makes of each latent, the others at 0 (sigmoids: at their means). */
export interface Atlas {
  tile: TileShape;
  /** `[nLatents, tile]`: 128 leaves a pixel as it is, brighter adds, darker removes; each on a scale of its own. */
  images: Uint8Array<ArrayBuffer>;
}
