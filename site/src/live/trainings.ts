/**
 * The Workers of the live page and what they have answered: opens models, trains them together, keeps what they report.
 *
 * Changes the sides, the data and the input of the state; what a reader chooses is the store's (`store.ts`).
 *
 * @module
 */
import type { LiveInput, LiveState, Part } from "./live.ts";
import { inputIn } from "./live_input.ts";
import { commonLimit, meetingStep } from "./lockstep.ts";
import { addLosses } from "./losses.ts";
import type { Frame, FromWorker, LiveFiles, ShownData, ToWorker, WantedEngine } from "./messages.ts";
import { type OwnFile, OwnFiles } from "./own_files.ts";
import { type LiveSettings, runOfData, withChange } from "./settings.ts";
import { newSide, type Start } from "./sides.ts";
import { withSnapshots } from "./snapshots.ts";

/** A Worker's door, as `worker_link.ts` has it. */
export interface Link {
  send(message: ToWorker): void;
  end(): void;
}

/** What trainings need of the page. */
export interface TrainingsOptions {
  /** Which engine a new training takes. */
  engine(): WantedEngine;
  /** Files that the Workers load, for a run's weights and rows or for none. */
  filesFor(settings: Pick<LiveSettings, "run" | "data">): LiveFiles;
  /** Makes a Worker's link. */
  link(hear: (message: FromWorker) => void): Link;
  /** Asks the views to draw what has changed. */
  changed(...parts: Part[]): void;
  /** Hands a file to the reader. */
  download(fileName: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** The reader's own files were read. */
  onFiles(summary: string, knobs: LiveSettings["knobs"] | null): void;
}

/** See the module comment. */
export class Trainings {
  readonly #state: LiveState;
  readonly #options: TrainingsOptions;
  readonly #links: [Link, Link];
  /** Where training should stand still: null for no end; undefined while it stands. */
  #target: number | null | undefined = undefined;
  /** Where Workers were asked to wait. */
  #limit: number | null = null;
  #inputs = 0;
  readonly #own = new OwnFiles();
  /** Sides whose last frame is not drawn yet. */
  readonly #undrawn = new Set<0 | 1>();

  constructor(state: LiveState, options: TrainingsOptions) {
    this.#state = state;
    this.#options = options;
    const linkOf = (side: 0 | 1) => options.link((message) => this.#hear(side, message));
    this.#links = [linkOf(0), linkOf(1)];
  }

  /** Whether a training is under way or about to go on. */
  get isPlaying(): boolean {
    return this.#target !== undefined;
  }

  /** Whether every model has answered the latest input. */
  get isAnswered(): boolean {
    return this.#state.sides.every(({ focus }) => focus?.id === this.#inputs);
  }

  /** Opens one model or two in place of those there are. */
  open(starts: Start[]): void {
    const state = this.#state;
    this.#target = undefined;
    state.sides = starts.map(newSide) as LiveState["sides"];
    state.lookBack = null;
    state.busy = starts[0].until > 0 ? `Repeating ${starts[0].until.toLocaleString("en")} steps…` : null;
    if (starts.length === 1) {
      this.#links[1].end();
      this.#own.forget(1);
    }
    if (state.data) this.#keepInput(inputIn(state.data, state.input));
    for (const [i, start] of starts.entries()) {
      const own = start.settings.data === "own" ? this.#own.missing(i) : null;
      if (own) this.#links[i].send({ type: "files", files: own });
      const files = this.#options.filesFor(start.settings);
      this.#links[i].send({ type: "open", opening: { ...start, engine: this.#options.engine(), files } });
      this.#sendInput(i as 0 | 1);
    }
    this.#options.changed("sides", "frame", "stats", "focus", "notice");
  }

  /** Trains until a step, null for no end, as soon as all models are there; nothing if one of them cannot go on. */
  train(target: number | null): void {
    const { sides } = this.#state;
    if (sides.some(({ message }) => message !== null)) return;
    this.#target = target;
    for (const side of sides) side.isTraining = target === null || side.step < target;
    if (sides.every(({ opened }) => opened)) this.#sendTraining();
    this.#options.changed("sides");
  }

  /** Stops; models side by side still train to the step of the one that is furthest. */
  pause(): void {
    this.#stand();
    this.sendOpened({ type: "pause" });
  }

  /** No model has a step to train to; one that is not there yet will not begin. */
  #stand(): void {
    this.#target = undefined;
    for (const side of this.#state.sides) if (!side.opened) side.isTraining = false;
    this.#options.changed("sides");
  }

  /** Sends a message to one model. */
  send(side: 0 | 1, message: ToWorker): void {
    this.#links[side].send(message);
  }

  /** Sends a message to all models. */
  sendAll(message: ToWorker): void {
    this.#state.sides.forEach((_, i) => this.#links[i].send(message));
  }

  /** Sends a message to all models that are open: the others have nothing to do it with. */
  sendOpened(message: ToWorker): void {
    this.#state.sides.forEach(({ opened }, i) => opened && this.#links[i].send(message));
  }

  /** Gives all models the reader's own files. */
  takeFiles(files: OwnFile[]): void {
    this.#own.offer(files, [...this.#state.sides.keys()]);
    this.sendAll({ type: "files", files });
  }

  /** Shows all models an image. */
  takeInput(input: LiveInput): void {
    this.#keepInput(input);
    this.#state.sides.forEach((_, i) => this.#sendInput(i as 0 | 1));
  }

  /** Says that what had changed is drawn, so that Workers may send the next frame. */
  drawn(): void {
    for (const side of this.#undrawn) this.#links[side].send({ type: "drawn" });
    this.#undrawn.clear();
  }

  /** Lets every model train as far as the others allow. */
  #sendTraining(): void {
    if (this.#target === undefined) return;
    this.#limit = commonLimit(this.#state.sides);
    this.sendAll({ type: "train", until: this.#target, limit: this.#limit });
  }

  #keepInput(input: LiveInput): void {
    this.#state.input = input;
    this.#inputs++;
    this.#options.changed("input");
  }

  #sendInput(side: 0 | 1): void {
    const { input } = this.#state;
    if (!input) return;
    const row = "row" in input.from ? input.from.row : null;
    this.#links[side].send({ type: "input", id: this.#inputs, pixels: input.pixels, row });
  }

  #hear(i: 0 | 1, message: FromWorker): void {
    const state = this.#state, { changed } = this.#options, side = state.sides[i];
    if (!side) return;
    if (message.type === "frame") this.#undrawn.add(i);
    // A Worker answers in order: until it says `opened`, these are of the model before.
    if (!side.opened && ["frame", "changed", "paused"].includes(message.type)) return changed("frame");
    switch (message.type) {
      case "data":
        return i === 0 ? this.#takeData(message.data) : undefined;
      case "files":
        state.busy = null;
        return i === 0 && this.#own.accept() ? this.#options.onFiles(message.summary, message.knobs) : undefined;
      case "opened":
        Object.assign(side, { opened: message.opened, step: message.opened.step });
        if (i === state.selected) this.#dropBeyond(message.opened.nLatents);
        if (state.sides.every(({ opened }) => opened)) {
          state.busy = null;
          if (this.#target !== undefined) this.train(this.#target);
        }
        return changed("sides", "notice");
      case "frame":
        return this.#takeFrame(i, message.frame);
      case "changed":
        side.changes = withChange(side.changes, message.change);
        state.preset = null;
        return changed("sides");
      case "paused":
        return this.#takePause(i, message);
      case "refused":
        Object.assign(state, { busy: null, notice: message.message });
        if (!side.opened) { // the settings themselves cannot be trained
          side.message = message.message;
          this.#stand();
        }
        return changed("sides", "notice");
      case "exporting":
        state.busy = message.message;
        return changed("notice");
      case "exported":
        state.busy = null;
        this.#options.download(message.fileName, message.bytes);
        return changed("notice");
      case "failed":
        Object.assign(side, { isTraining: false, message: message.message, opened: null });
        this.#own.forget(i);
        this.pause();
        state.busy = null;
        return changed("sides", "notice");
    }
  }

  #takeData(data: ShownData): void {
    this.#state.data = data;
    this.takeInput(inputIn(data, this.#state.input));
    if (runOfData(data.name) !== null) this.#state.notice = data.summary; // other rows than the run was trained on
    this.#options.changed("data", "notice");
  }

  /** A narrower model does not have every latent that was marked or set. */
  #dropBeyond(nLatents: number): void {
    const state = this.#state, isThere = (latent: number | null) => latent === null || latent < nLatents;
    if (!isThere(state.pinned)) state.pinned = null;
    if (!isThere(state.latent)) state.latent = state.pinned;
    const operated = [...state.operated].filter(([latent]) => isThere(latent));
    if (operated.length < state.operated.size) {
      state.operated = new Map(operated);
      this.send(state.selected, { type: "operate", latents: operated });
    }
    this.#options.changed("latent", "operated");
  }

  #takeFrame(i: 0 | 1, frame: Frame): void {
    const side = this.#state.sides[i]!;
    addLosses(side.losses, frame);
    Object.assign(side, { frame, step: frame.step, stepsPerSecond: frame.stepsPerSecond });
    if (frame.stats) side.stats = frame.stats;
    if (frame.atlas) side.atlas = frame.atlas;
    if (frame.snapshots.length > 0) side.snapshots = withSnapshots(side.snapshots, frame.snapshots);
    if (frame.focus) side.focus = frame.focus; // while the pen moves, an answer is of a moment before
    if (commonLimit(this.#state.sides) !== this.#limit) this.#sendTraining();
    const parts: Part[] = ["frame"];
    if (frame.stats || frame.atlas) parts.push("stats");
    if (frame.snapshots.length > 0) parts.push("snapshots");
    if (frame.focus) parts.push("focus");
    this.#options.changed(...parts);
  }

  #takePause(i: 0 | 1, { step, message }: { step: number; message: string | null }): void {
    const { sides } = this.#state;
    Object.assign(sides[i]!, { step, message: message ?? sides[i]!.message, isTraining: false });
    if (message !== null && this.#target !== undefined) this.pause();
    this.#options.changed("sides", "notice");
    if (sides.some(({ isTraining }) => isTraining)) return;
    this.#target = undefined;
    const meeting = meetingStep(sides); // models that were paused at different steps
    if (sides.some((side) => side.step < meeting)) this.train(meeting);
  }
}
