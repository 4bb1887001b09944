/**
 * The one state of the live page: actions change it and send messages, Workers' messages change it, views are told.
 *
 * Does not draw, and does not know the address (`page.ts` does both).
 *
 * @module
 */
import { idleKnobs } from "../../../lib/config.ts";
import { N_PIXELS } from "./draw/strokes.ts";
import type { Actions, Live, LiveInput, LiveState, Part, Side } from "./live.ts";
import { commonLimit, meetingStep } from "./lockstep.ts";
import { addLosses, noLosses } from "./losses.ts";
import type { Frame, FromWorker, LiveFiles, Opening, ToWorker, WantedEngine } from "./messages.ts";
import { PRESETS } from "./presets.ts";
import type { Change, LiveSettings } from "./settings.ts";

/** A Worker's door, as `worker_link.ts` has it. */
export interface Link {
  send(message: ToWorker): void;
  end(): void;
}

/** What the store needs of the page. */
export interface StoreOptions {
  /** Which engine a new training takes. */
  engine(): WantedEngine;
  /** Files that the Workers load, for a run's weights or for none. */
  filesFor(run: string | null): LiveFiles;
  /** Makes a Worker's link. */
  link(hear: (message: FromWorker) => void): Link;
  /** Asks the views to draw what has changed. */
  changed(...parts: Part[]): void;
  /** Hands a file to the reader. */
  download(fileName: string, bytes: Uint8Array<ArrayBuffer>): void;
}

/** A new training: where it begins and what is repeated first. */
interface Start {
  settings: LiveSettings;
  changes: Change[];
  until: number;
}

/** See the module comment. */
export class Store implements Live {
  readonly state: LiveState;
  readonly actions: Actions;
  readonly #options: StoreOptions;
  readonly #links: [Link, Link];
  /** What the second model has otherwise; null if there is none. */
  #difference: LiveSettings["knobs"] | null = null;
  /** Where training should stand still: null for no end; undefined while it stands. */
  #target: number | null | undefined = undefined;
  /** Where Workers were told to wait. */
  #limit: number | null = null;
  #inputs = 0;
  /** Sides whose last frame is not drawn yet. */
  readonly #undrawn = new Set<0 | 1>();

  constructor(options: StoreOptions) {
    this.#options = options;
    this.state = {
      ...{
        sides: [newSide({ settings: { data: "digits", knobs: {}, run: null }, changes: [] })],
        selected: 0,
        data: null,
        input: null,
      },
      ...{ latent: null, pinned: null, operated: new Map(), preset: null, hidden: new Set(), notice: null, busy: null },
    };
    this.#links = [
      options.link((message) => this.#hear(0, message)),
      options.link((message) => this.#hear(1, message)),
    ];
    this.actions = this.#makeActions();
  }

  /** What the second model has otherwise; null if there is none. */
  get difference(): LiveSettings["knobs"] | null {
    return this.#difference;
  }

  /** Opens what an address says, in place of everything. */
  open({ first, difference, otherChanges }: {
    first: Start;
    difference: LiveSettings["knobs"] | null;
    otherChanges: Change[];
  }): void {
    this.#difference = difference;
    const starts: Start[] = [first];
    if (difference) {
      starts.push({ ...first, settings: differing(first.settings, difference), changes: otherChanges });
    }
    this.#openAll(starts);
  }

  /** Says that what had changed is drawn, so that Workers may send the next frame. */
  drawn(): void {
    for (const side of this.#undrawn) this.#links[side].send({ type: "drawn" });
    this.#undrawn.clear();
  }

  /** Whether a training is under way or about to go on. */
  get isPlaying(): boolean {
    return this.#target !== undefined;
  }

  #makeActions(): Actions {
    const { state } = this;
    const knobsNow = ({ settings, changes }: Side) => ({
      ...settings.knobs,
      ...Object.fromEntries(changes.map(({ knob, value }) => [knob, value])),
    });
    const startAll = (settings: LiveSettings, preset: string | null) => {
      state.preset = preset;
      const first = { settings, changes: [], until: 0 };
      this.open({ first, difference: this.#difference, otherChanges: [] });
    };
    return {
      play: () => this.#train(null),
      pause: () => this.#pause(),
      step: () => this.#train(meetingStep(state.sides) + 1),
      epoch: () => {
        const per = state.sides[0].opened?.stepsPerEpoch ?? 1;
        this.#train((Math.floor(meetingStep(state.sides) / per) + 1) * per);
      },
      reset: () => {
        const [first] = state.sides, knobs = knobsNow(first);
        startAll({ ...first.settings, knobs }, first.changes.length > 0 ? null : state.preset);
      },
      start: (settings, { side = 0 } = {}) => {
        const first = state.sides[0].settings;
        if (side === 0) return startAll({ ...first, ...settings }, null);
        this.actions.compare(settings.knobs ?? {});
      },
      preset: (id) => {
        const preset = PRESETS.find((preset) => preset.id === id);
        if (!preset) {
          return this.actions.notify(`Cannot show the preset ${id}: it is not there, expected one of this page`);
        }
        this.#difference = null;
        startAll({ ...state.sides[0].settings, knobs: preset.knobs, run: null }, id);
      },
      change: (knob, value, { side } = {}) => {
        for (const i of side === undefined ? state.sides.keys() : [side]) {
          this.#links[i as 0 | 1].send({ type: "change", knob, value });
        }
      },
      compare: (difference) => {
        this.#difference = difference;
        state.selected = 0;
        const [first] = state.sides;
        startAll({ ...first.settings, knobs: knobsNow(first) }, state.preset);
      },
      select: (side) => {
        if (side >= state.sides.length) return;
        state.selected = side;
        this.actions.restore();
        this.#options.changed("sides", "focus");
      },
      files: (files) => {
        state.busy = `Reading ${files.length === 1 ? files[0].name : `${files.length} files`}…`;
        this.#options.changed("notice");
        state.sides.forEach((_, i) => this.#links[i].send({ type: "files", files }));
      },
      input: (input) => {
        this.#takeInput(input);
        if (state.operated.size > 0) this.actions.restore();
      },
      highlight: (latent) => {
        if (state.latent === (latent ?? state.pinned)) return;
        state.latent = latent ?? state.pinned;
        this.#options.changed("latent");
      },
      pin: (latent) => {
        state.pinned = state.latent = latent;
        this.#options.changed("latent");
      },
      operate: (latent, activation) => {
        const operated = new Map(state.operated);
        if (activation === null) operated.delete(latent);
        else operated.set(latent, activation);
        this.#operate(operated);
      },
      restore: () => this.#operate(new Map()),
      export: (what) => {
        state.busy = "Preparing the file…";
        this.#options.changed("notice");
        this.#links[state.selected].send({ type: "export", what });
      },
      notify: (message) => {
        state.notice = message;
        this.#options.changed("notice");
      },
    };
  }

  #openAll(starts: Start[]): void {
    const { state } = this;
    this.#target = undefined;
    this.#undrawn.clear();
    state.sides = starts.map(newSide) as LiveState["sides"];
    state.selected = Math.min(state.selected, starts.length - 1) as 0 | 1;
    state.operated = new Map();
    state.notice = null;
    state.busy = starts[0].until > 0 ? `Repeating ${starts[0].until.toLocaleString("en")} steps…` : null;
    if (starts.length === 1) this.#links[1].end();
    for (const [i, { settings, changes, until }] of starts.entries()) {
      const files = this.#options.filesFor(settings.run);
      const opening: Opening = { settings, engine: this.#options.engine(), files, changes, until };
      this.#links[i].send({ type: "open", opening });
      this.#sendInput(i as 0 | 1);
    }
    this.#options.changed("sides", "frame", "stats", "focus", "operated", "notice");
  }

  #train(target: number | null): void {
    const { sides } = this.state;
    if (sides.some(({ opened, message }) => !opened || message !== null)) return;
    this.#target = target;
    for (const side of sides) side.isTraining = target === null || side.step < target;
    this.#sendTraining();
    this.#options.changed("sides");
  }

  #pause(): void {
    this.#target = undefined;
    this.state.sides.forEach((_, i) => this.#links[i].send({ type: "pause" }));
  }

  /** Lets every model train as far as the others allow. */
  #sendTraining(): void {
    if (this.#target === undefined) return;
    this.#limit = commonLimit(this.state.sides);
    const message: ToWorker = { type: "train", until: this.#target, limit: this.#limit };
    this.state.sides.forEach((_, i) => this.#links[i].send(message));
  }

  #operate(operated: Map<number, number>): void {
    this.state.operated = operated;
    this.#links[this.state.selected].send({ type: "operate", latents: [...operated] });
    this.#options.changed("operated");
  }

  #takeInput(input: LiveInput): void {
    this.state.input = input;
    this.#inputs++;
    this.state.sides.forEach((_, i) => this.#sendInput(i as 0 | 1));
    this.#options.changed("input");
  }

  #sendInput(side: 0 | 1): void {
    if (this.state.input) this.#links[side].send({ type: "input", id: this.#inputs, pixels: this.state.input.pixels });
  }

  #hear(i: 0 | 1, message: FromWorker): void {
    const { state } = this, { changed } = this.#options, side = state.sides[i];
    if (!side) return;
    switch (message.type) {
      case "data": {
        if (i === 1) return;
        state.data = message.data;
        const row = state.input && "row" in state.input.from
          ? Math.min(state.input.from.row, message.data.heldOutCount - 1)
          : message.data.samples[0];
        if (!state.input || "row" in state.input.from) this.#takeInput(heldOutInput(message.data, row));
        return changed("data");
      }
      case "files":
        state.busy = null;
        if (i === 0) this.actions.start({ data: "own", run: null });
        return this.actions.notify(message.summary);
      case "opened":
        Object.assign(side, { opened: message.opened, step: message.opened.step });
        if (state.sides.every(({ opened }) => opened)) state.busy = null;
        return changed("sides", "notice");
      case "frame":
        return this.#takeFrame(i, message.frame);
      case "changed":
        side.changes.push(message.change);
        state.preset = null;
        return changed("sides");
      case "paused":
        return this.#hearPaused(i, message);
      case "refused":
        state.busy = null;
        if (!side.opened) side.message = message.message; // the settings themselves cannot be trained
        return this.actions.notify(message.message);
      case "exporting":
        state.busy = message.message;
        return changed("notice");
      case "exported":
        state.busy = null;
        this.#options.download(message.fileName, message.bytes);
        return changed("notice");
      case "failed":
        Object.assign(side, { isTraining: false, message: message.message, opened: null });
        this.#pause();
        state.busy = null;
        return changed("sides", "notice");
    }
  }

  #takeFrame(i: 0 | 1, frame: Frame): void {
    const side = this.state.sides[i]!;
    this.#undrawn.add(i);
    addLosses(side.losses, frame);
    Object.assign(side, { frame, step: frame.step, stepsPerSecond: frame.stepsPerSecond });
    if (frame.stats) side.stats = frame.stats;
    if (frame.atlas) side.atlas = frame.atlas;
    if (frame.focus && frame.focus.id === this.#inputs) side.focus = frame.focus;
    if (commonLimit(this.state.sides) !== this.#limit) this.#sendTraining();
    const parts: Part[] = ["frame"];
    if (frame.stats || frame.atlas) parts.push("stats");
    if (frame.focus) parts.push("focus");
    this.#options.changed(...parts);
  }

  #hearPaused(i: 0 | 1, { step, message }: { step: number; message: string | null }): void {
    const { sides } = this.state, side = sides[i]!;
    Object.assign(side, { step, message, isTraining: false });
    if (message !== null && this.#target !== undefined) this.#pause();
    this.#options.changed("sides", "notice");
    if (sides.some(({ isTraining }) => isTraining)) return;
    this.#target = undefined;
    const meeting = meetingStep(sides); // models that were paused at different steps
    if (sides.some((side) => side.step < meeting)) this.#train(meeting);
  }
}

/** A side before its Worker has answered. */
function newSide({ settings, changes }: Pick<Start, "settings" | "changes">): Side {
  return {
    ...{ settings, opened: null, step: 0, isTraining: false, stepsPerSecond: 0, losses: noLosses() },
    changes: [...changes],
    ...{ frame: null, focus: null, stats: null, atlas: null, message: null },
  };
}

/** The settings of a second model, without the knobs that have no effect there. */
function differing(settings: LiveSettings, difference: LiveSettings["knobs"]): LiveSettings {
  const knobs = { ...settings.knobs, ...difference };
  for (const name of idleKnobs(knobs)) if (!(name in difference)) delete knobs[name];
  return { ...settings, knobs };
}

/** A held-out image as the input of Draw. */
export function heldOutInput({ heldOut }: { heldOut: Uint8Array }, row: number): LiveInput {
  return { pixels: heldOut.slice(row * N_PIXELS, (row + 1) * N_PIXELS) as Uint8Array<ArrayBuffer>, from: { row } };
}
