/**
 * One training of the live page: the program's loop on an engine, a chunk at a time, with knobs that change on the way.
 *
 * Does not know when a chunk is wanted, what is measured, or who asks. Runs under Deno and in a Worker.
 *
 * @module
 */
import { rowLength } from "../../../../lib/data/row_shape.ts";
import type { SettledConfig } from "../../../../lib/config.ts";
import type { Engine, StepDefinition } from "../../../../lib/engine/engine.ts";
import { stepDefinition } from "../../../../lib/engine/engine.ts";
import { LifelineSnapshots } from "../../../../lib/analysis/lifelines/snapshots.ts";
import type { Control } from "../../../../lib/training/controls.ts";
import type { Progress } from "../../../../lib/training/loop.ts";
import { type Course, courseFrom, type Snapshot, snapshotOf, stepsPerEpoch } from "../../../../lib/training/course.ts";
import { DivergenceError } from "../../../../lib/training/divergence.ts";
import { loopOf, withRemedy } from "../../../../lib/training/run_loop.ts";
import { initialWeight } from "../../../../lib/training/sparsity_weight.ts";
import { VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import { type Change, liveConfig, type LiveSettings, withChange } from "../settings.ts";
import type { LiveSnapshot } from "../messages.ts";
import type { LiveData } from "./data.ts";
import { LiveSnapshots } from "./live_snapshots.ts";
import { picturesOf } from "./pictures.ts";

/** What a training begins with. */
export interface TrainingStart {
  settings: LiveSettings;
  config: SettledConfig;
  definition: StepDefinition;
  data: LiveData;
  snapshot: Snapshot;
  engine: Engine;
  /** Epochs that there is room for at first; those of the configuration if left out. */
  epochs?: number;
  /** The last step, if the training is repeated for a report: its snapshots are then those of the program. */
  reportedStep?: number;
  /** Lets messages be handled between chunks. */
  pause: () => Promise<void>;
}

/** Steps of a chunk while nothing is known of their time. */
const FIRST_STEPS = 4;
/** How much the last chunk counts in the milliseconds of a step. */
const NEWEST_SHARE = 0.3;

/** See the module comment. */
export class LiveTraining {
  readonly settings: LiveSettings;
  readonly data: LiveData;
  readonly engine: Engine;
  readonly startedAt = new Date();
  changes: readonly Change[] = [];
  /** The definition after all changes. */
  definition: StepDefinition;
  /** The configuration after all changes. */
  config: SettledConfig;
  /** Steps handed to the engine. */
  step: number;
  /** Why it cannot go on, once a loss is not finite. */
  divergence: DivergenceError | null = null;
  /** Smoothed; null before the first chunk. */
  msPerStep: number | null = null;
  readonly #pause: () => Promise<void>;
  #knobs: LiveSettings["knobs"];
  #course: Course;
  /** Steps whose losses are in the course. */
  #known: number;
  /** Epochs that the course has room for. */
  #epochs: number;
  #loop: AsyncGenerator<Progress> | null = null;
  #most = 1;
  /** What looks at the latents between steps: for the page, or for a report. */
  readonly #snapshots: LiveSnapshots | null;
  readonly #observer: Control;

  private constructor(
    { settings, config, definition, data, snapshot, engine, pause, epochs = config.epochs, reportedStep }:
      TrainingStart,
  ) {
    this.settings = settings;
    this.data = data;
    this.engine = engine;
    this.definition = definition;
    this.config = config;
    this.step = this.#known = snapshot.state.step;
    this.#knobs = settings.knobs;
    this.#epochs = epochs;
    this.#course = courseFrom(snapshot, { totalSteps: epochs * this.stepsPerEpoch });
    this.#pause = pause;
    const { dataset } = data, { pixels } = dataset.test;
    this.#snapshots = reportedStep === undefined
      ? new LiveSnapshots(this, { heldOut: pixels, pictures: picturesOf(dataset) })
      : null;
    this.#observer = this.#snapshots ??
      new LifelineSnapshots({ config, definition, pixels, totalSteps: reportedStep! });
  }

  /** Loads the engine. */
  static async start(start: TrainingStart): Promise<LiveTraining> {
    const { snapshot: { state }, data: { dataset }, config: { batch } } = start;
    await start.engine.load({ state, pixels: dataset.train.pixels, batch });
    return new LiveTraining(start);
  }

  /** Steps of one epoch. */
  get stepsPerEpoch(): number {
    return stepsPerEpoch(this.data.dataset.train.count, this.config.batch);
  }

  /** Losses and weights of the steps so far that are known; read only. */
  get history(): { length: number } & Course["history"] {
    return { ...this.#course.history, length: this.#known };
  }

  /** The penalty's weight in the last known step, or the one it starts with. */
  get weight(): number {
    return this.#known > 0 ? this.#course.history.weight[this.#known - 1] : this.#course.weight;
  }

  /**
   * Takes one chunk of steps.
   *
   * @param options.ms About how long it may take.
   * @param options.until A step that must not be passed; above `step`.
   */
  async advance({ ms, until }: { ms: number; until: number }): Promise<void> {
    if (this.divergence) return;
    const wanted = this.msPerStep === null ? FIRST_STEPS : Math.max(1, Math.round(ms / this.msPerStep));
    this.#most = Math.min(wanted, until - this.step);
    try {
      const { value: progress } = await (this.#loop ??= this.#nextLoop()).next();
      if (progress) this.#follow(progress);
      else this.#loop = null; // its epochs are over: the next one has room for more
    } catch (error) {
      this.#diverge(error);
    }
  }

  /** Waits until the losses of all steps are known. */
  async settle(): Promise<void> {
    const loop = this.#loop;
    this.#loop = null;
    try {
      await loop?.return(undefined);
      if (!this.divergence) this.#known = this.step;
    } catch (error) {
      this.#diverge(error);
    }
  }

  /**
   * Changes a knob between two steps.
   *
   * @param options What, and to which value.
   * @returns The change, with the step it took effect at.
   * @throws {KnobError} The value is out of range, or has no effect. Nothing is changed.
   */
  async change({ knob, value }: Omit<Change, "step">): Promise<Change> {
    const knobs = { ...this.#knobs, [knob]: value };
    const { dataset } = this.data, { train } = dataset;
    const config = liveConfig({ knobs }, { count: train.count });
    await this.settle();
    const definition = stepDefinition(config, rowLength(dataset));
    if (knob === VARIANTS[config.sparsity].weight) this.#course.weight = initialWeight(config);
    else if (knob !== "lr") await this.engine.set({ [knob]: value });
    this.#knobs = knobs;
    this.config = config;
    this.definition = definition;
    const change = { step: this.step, knob, value };
    this.changes = withChange(this.changes, change);
    return change;
  }

  /** Measures the held-out images as the program does before the first step and after each epoch, and keeps the row. */
  async measureEpoch(): Promise<void> {
    const { measureEpoch } = await import("../../../../lib/analysis/epoch.ts"); // which only an exported report needs
    await this.settle();
    const { pixels } = this.data.dataset.test, { batch } = this.config, { weight } = this.#course;
    const row = await measureEpoch(this.engine, { ...this.definition, pixels, batch, weight }); // sync point
    if (this.step === 0) this.#course.start = row;
    else this.#course.testRows.push(row);
  }

  /** The snapshots of the latents since it was last asked; none of a training that is repeated for a report. */
  takeSnapshots(): LiveSnapshot[] {
    return this.#snapshots?.take() ?? [];
  }

  /** Takes the last snapshot of a training that is repeated for a report. */
  async observeEnd(): Promise<void> {
    await this.settle();
    await this.#observer.apply({ engine: this.engine, course: this.#course, step: this.step });
  }

  /** The training as it stands, with a copy of its model. */
  async snapshot(): Promise<Snapshot> {
    await this.settle();
    return snapshotOf(this.#course, await this.engine.state()); // sync point
  }

  /** A loop from here on, after whole legs of epochs with twice the room. */
  #nextLoop(): AsyncGenerator<Progress> {
    const { config, definition, engine, data: { dataset: { train } } } = this;
    while (this.step >= this.#epochs * this.stepsPerEpoch) {
      this.#epochs *= 2;
      this.#course = courseFrom(this.#course, { totalSteps: this.#epochs * this.stepsPerEpoch });
    }
    return loopOf({
      ...{ config, definition, engine, train, firstStep: this.step, course: this.#course, epochs: this.#epochs },
      observers: [this.#observer],
      mostSteps: () => this.#most,
      pause: this.#pause,
    });
  }

  #follow({ step, taken, stepsPerSecond }: Progress): void {
    const ms = 1000 / stepsPerSecond;
    this.msPerStep = this.msPerStep === null ? ms : (1 - NEWEST_SHARE) * this.msPerStep + NEWEST_SHARE * ms;
    this.step = taken;
    this.#known = step;
  }

  /** Keeps a divergence for whoever asks; anything else is a fault. */
  #diverge(error: unknown): void {
    if (!(error instanceof DivergenceError)) throw error;
    this.#loop = null;
    this.divergence = withRemedy(error, { config: this.config, count: this.data.dataset.train.count });
  }
}
