/**
 * What is sent to be drawn, and when it is due: measurements take a small share of the time, however large the model is.
 *
 * Does not train, and does not know whether the page has drawn the last frame.
 *
 * @module
 */
import { gatherPixels, type Pixels } from "../../../../lib/pixels.ts";
import { VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import type { Atlas, Focus, Frame, ShownData } from "../messages.ts";
import { atlasOf, focusOf, type MeasuredModel } from "./focus.ts";
import type { LiveTraining } from "./live_training.ts";
import { Measurements } from "./measurements.ts";
import { type Pictures, picturesOf } from "./pictures.ts";
import { Pace, StepRate } from "./pace.ts";

/**
 * Shortest times between two frames, two slices of measurements, two statistics and two atlases, in ms. That of a frame is
 * below a chunk's 30 ms, so that a chunk which ends a little early does not wait for the next one.
 */
const FRAME_MS = 25, SLICE_MS = 66, STATS_MS = 200, ATLAS_MS = 200;

/** The input in Draw: a held-out row by its number, or a drawing. */
export interface Seen {
  id: number;
  row: number | null;
  /** Of a drawing. */
  pixels: Uint8Array<ArrayBuffer>;
}

/** What the reader looks at. */
export interface Attention {
  image: Seen | null;
  /** Activations that were set by hand, by latent. */
  operated: ReadonlyMap<number, number>;
}

/**
 * Which measurements a frame has: all, those that are due, none because someone waits for an answer, or a first slice with
 * what follows from it.
 */
export type FrameKind = "whole" | "due" | "answer" | "first";

/** See the module comment. */
export class Frames {
  readonly #training: LiveTraining;
  readonly #measurements: Measurements;
  readonly #samples: Pixels;
  readonly #pictures: Pictures;
  readonly #rate: StepRate;
  readonly #pace = {
    frame: new Pace(FRAME_MS),
    slice: new Pace(SLICE_MS),
    stats: new Pace(STATS_MS),
    atlas: new Pace(ATLAS_MS),
  };
  /** Steps whose losses were sent. */
  #sent = 0;

  /** @param samples Rows of the held-out images that every frame has. */
  constructor(training: LiveTraining, { samples }: Pick<ShownData, "samples">) {
    const { definition, data: { dataset } } = training, { test } = dataset;
    this.#training = training;
    this.#pictures = picturesOf(dataset);
    this.#measurements = new Measurements(training, test.pixels);
    this.#samples = gatherPixels(test.pixels, samples, definition.arch.dInput);
    this.#rate = new StepRate(training.step);
  }

  /** Whether the next frame may be made while training goes on. */
  isDue(): boolean {
    return this.#pace.frame.isDue();
  }

  /** Begins to count steps per second anew, after a time without steps. */
  startRate(): void {
    this.#rate.restart(this.#training.step);
  }

  /** Makes a frame. */
  async make(
    kind: FrameKind,
    { attention, isTraining }: { attention: Attention; isTraining: boolean },
  ): Promise<Frame> {
    const { engine, definition } = this.#training, pace = this.#pace;
    pace.frame.begin();
    const drawn = this.#pictures.levels((await engine.forward(this.#samples)).recon);
    if (kind === "whole") await this.#measurements.measureAll();
    else if (kind === "first" || (kind === "due" && pace.slice.isDue())) {
      await pace.slice.time(() => this.#measurements.measureSlice());
    }
    const pictures = this.#pictures, model = { engine, definition, pictures, sums: this.#measurements.sums() };
    const focus = await this.#focus(model, attention);
    const isFull = kind === "whole" || kind === "first";
    const isStatsDue = isFull || (kind === "due" && pace.stats.isDue());
    // one of the two in a frame, so that no frame takes long
    const isAtlasDue = isFull || (kind === "due" && !isStatsDue && pace.atlas.isDue());
    const stats = isStatsDue ? await pace.stats.time(() => this.#measurements.stats()) : null;
    const atlas = isAtlasDue ? await pace.atlas.time(() => atlasOf(model)) : null;
    return {
      step: this.#training.step,
      stepsPerSecond: this.#rate.at(this.#training.step),
      isTraining,
      ...this.#newLosses(),
      weight: VARIANTS[definition.objective.sparsity].weight === null ? null : this.#training.weight,
      tile: this.#pictures.tile,
      ...{ samples: drawn, focus, stats, atlas },
      snapshots: this.#training.takeSnapshots(),
    };
  }

  /** What the model makes of the input; null if there is none, or if a drawing is of another size than the rows. */
  async #focus(model: MeasuredModel, { image, operated }: Attention): Promise<Focus | null> {
    if (!image) return null;
    const { definition: { arch: { dInput } }, data: { dataset: { test } } } = this.#training, { row } = image;
    const pixels = row === null ? image.pixels : test.pixels.subarray(row * dInput, (row + 1) * dInput) as Pixels;
    return pixels.length === dInput ? await focusOf(model, { image: { id: image.id, pixels }, operated }) : null;
  }

  /** The images of all latents, with the measurements of now. */
  async atlas(): Promise<Atlas> {
    await this.#measurements.measureAll();
    const { engine, definition } = this.#training;
    return await atlasOf({ engine, definition, pictures: this.#pictures, sums: this.#measurements.sums() });
  }

  /** The losses since the last frame. */
  #newLosses(): Pick<Frame, "firstStep" | "losses"> {
    const { length, reconstruction, penalty, auxiliary, weight } = this.#training.history, first = this.#sent;
    this.#sent = length;
    return {
      firstStep: first,
      losses: {
        reconstruction: reconstruction.slice(first, length),
        penalty: penalty.slice(first, length).map((value, i) => weight[first + i] * value),
        auxiliary: auxiliary.slice(first, length),
      },
    };
  }
}

/** What a frame's message hands over. */
export function transferOf({ losses, samples, focus, stats, atlas, snapshots }: Frame): ArrayBuffer[] {
  const { reconstruction, penalty, auxiliary } = losses;
  const ofFocus = (focus: Focus) => [focus.acts, focus.reconstruction, focus.sum.images, focus.operated?.image];
  const arrays = [
    ...[reconstruction, penalty, auxiliary, samples, atlas?.images],
    ...snapshots.flatMap(({ atlas, isDead }) => [atlas.images, isDead ?? undefined]),
    ...(focus ? ofFocus(focus) : []),
    ...(stats ? [stats.mean, stats.density, stats.largest, stats.histogram, stats.top, stats.topActs] : []),
  ];
  return arrays.filter((array) => array !== undefined).map(({ buffer }) => buffer as ArrayBuffer);
}
