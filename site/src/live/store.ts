/**
 * The one state of the live page and the actions on it; the Workers' side of it is in `trainings.ts`.
 *
 * Does not draw, and does not know the address (`page.ts` does both).
 *
 * @module
 */
import { UserError } from "../../../lib/errors.ts";
import { fileSize } from "../format.ts";
import { MOST_UNASKED } from "../most_unasked.ts";
import type { Actions, Live, LiveState } from "./live.ts";
import { meetingStep } from "./lockstep.ts";
import { PRESETS } from "./presets.ts";
import type { RunList } from "./run_list.ts";
import type { Change, LiveSettings } from "./settings.ts";
import { differing, knobsNow, newSide, type Start, withFittingRun } from "./sides.ts";
import { Trainings, type TrainingsOptions } from "./trainings.ts";

/** What the store needs of the page. */
export interface StoreOptions extends Omit<TrainingsOptions, "onFiles"> {
  /** The runs of the site. */
  runs: Pick<RunList, "find" | "bytesOf">;
}

/** What is to be opened. */
interface Wanted {
  first: Start;
  /** What a second model has otherwise; null for none. */
  difference: LiveSettings["knobs"] | null;
  otherChanges: Change[];
}

/** See the module comment. */
export class Store implements Live {
  readonly state: LiveState;
  readonly actions: Actions;
  readonly #changed: StoreOptions["changed"];
  readonly #runs: StoreOptions["runs"];
  /** Runs whose many bytes a reader has agreed to. */
  readonly #agreed = new Set<string>();
  readonly #trainings: Trainings;
  /** What the second model has otherwise; null if there is none. */
  #difference: LiveSettings["knobs"] | null = null;

  constructor(options: StoreOptions) {
    const none = newSide({ settings: { data: "digits", knobs: {}, run: null }, changes: [] });
    this.state = {
      ...{
        sides: [none],
        selected: 0,
        data: null,
        input: null,
        latent: null,
        pinned: null,
        operated: new Map(),
        lookBack: null,
      },
      ...{ preset: null, hidden: new Set(), notice: null, question: null, busy: null },
    };
    this.#changed = options.changed;
    this.#runs = options.runs;
    this.#trainings = new Trainings(this.state, {
      ...options,
      onFiles: (summary, knobs) => this.#takeFiles(summary, knobs),
    });
    this.actions = { ...this.#trainingActions(), ...this.#lookingActions() };
  }

  /** What the second model has otherwise; null if there is none. */
  get difference(): LiveSettings["knobs"] | null {
    return this.#difference;
  }

  /** Whether a training is under way or about to go on. */
  get isPlaying(): boolean {
    return this.#trainings.isPlaying;
  }

  /** Whether every model has answered the latest input; until then a focus is of one before. */
  get isAnswered(): boolean {
    return this.#trainings.isAnswered;
  }

  /** Opens what an address says, in place of everything; asks first if a run's weights have many bytes. */
  open(wanted: Wanted): void {
    const { first, difference, otherChanges } = wanted, { state } = this, { run } = first.settings;
    if (run !== null && this.#runs.bytesOf(run) > MOST_UNASKED && !this.#agreed.has(run)) return this.#ask(run, wanted);
    state.question = null;
    this.#difference = difference;
    const starts = [first];
    if (difference) {
      starts.push({ ...first, settings: differing(first.settings, difference), changes: otherChanges });
    }
    state.selected = Math.min(state.selected, starts.length - 1) as 0 | 1;
    state.operated = new Map();
    state.notice = null;
    this.#trainings.open(starts);
    this.#changed("operated");
  }

  /** Says that what had changed is drawn, so that Workers may send the next frame. */
  drawn(): void {
    this.#trainings.drawn();
  }

  #trainingActions() {
    const { state } = this, trainings = this.#trainings;
    return {
      play: () => trainings.train(null),
      pause: () => trainings.pause(),
      step: () => trainings.train(meetingStep(state.sides) + 1),
      epoch: () => {
        const per = state.sides[0].opened?.stepsPerEpoch ?? 1;
        trainings.train((Math.floor(meetingStep(state.sides) / per) + 1) * per);
      },
      reset: () => {
        const [first] = state.sides;
        this.#start({ knobs: knobsNow(first) }, first.changes.length > 0 ? null : state.preset);
      },
      start: (settings, { side = 0, difference = this.#difference } = {}) => {
        if (side === 1) return this.actions.compare(settings.knobs ?? {});
        this.#difference = difference;
        this.#start(settings, null);
      },
      preset: (id) => {
        const preset = PRESETS.find((preset) => preset.id === id);
        if (!preset) return this.actions.notify(`Cannot show the preset ${id}: it is not one of this page's`);
        this.#difference = null;
        this.#start({ knobs: preset.knobs, run: null }, id);
      },
      openRun: async (id) => {
        if (id === null) return this.#start({ knobs: knobsNow(state.sides[0]), run: null }, null);
        try {
          const { knobs, data } = await this.#runs.find(id);
          this.#difference = null;
          this.#start({ knobs, data, run: id }, null, { fitting: knobs });
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          this.actions.notify(error.message);
        }
      },
      change: (knob, value, { side } = {}) => {
        if (side === undefined) trainings.sendOpened({ type: "change", knob, value });
        else if (state.sides[side]?.opened) trainings.send(side, { type: "change", knob, value });
      },
      compare: (difference) => {
        this.#difference = difference;
        state.selected = 0;
        this.#start({ knobs: knobsNow(state.sides[0]) }, state.preset);
      },
      files: (files) => {
        state.busy = `Reading ${files.length === 1 ? files[0].path : `${files.length} files`}…`;
        this.#changed("notice");
        trainings.takeFiles(files);
      },
      export: (what) => {
        if (!state.sides[state.selected]!.opened) return;
        state.busy = "Preparing the file…";
        this.#changed("notice");
        trainings.send(state.selected, { type: "export", what });
      },
    } satisfies Partial<Actions>;
  }

  #lookingActions() {
    const { state } = this;
    return {
      select: (side) => {
        if (side >= state.sides.length) return;
        this.actions.restore();
        state.selected = side;
        this.#changed("sides", "focus");
      },
      input: (input) => {
        this.#trainings.takeInput(input);
        if (state.operated.size > 0) this.actions.restore();
      },
      highlight: (latent) => {
        if (state.latent === (latent ?? state.pinned)) return;
        state.latent = latent ?? state.pinned;
        this.#changed("latent");
      },
      lookBack: (step) => {
        state.lookBack = step;
        this.#changed("lookBack");
      },
      pin: (latent) => {
        state.pinned = state.latent = latent;
        this.#changed("latent");
      },
      operate: (latent, activation) => {
        const operated = new Map(state.operated);
        if (activation === null) operated.delete(latent);
        else operated.set(latent, activation);
        this.#operate(operated);
      },
      restore: () => this.#operate(new Map()),
      notify: (message) => {
        state.notice = message;
        this.#changed("notice");
      },
      decline: () => {
        state.question = null;
        this.#changed("notice");
      },
    } satisfies Partial<Actions>;
  }

  /** Starts anew with other settings, a second model with its difference. */
  #start(
    settings: Partial<LiveSettings>,
    preset: string | null,
    { fitting = this.state.sides[0].settings.knobs } = {},
  ): void {
    const { state } = this;
    state.preset = preset;
    const whole = withFittingRun({ ...state.sides[0].settings, ...settings }, { fitting });
    this.open({ first: { settings: whole, changes: [], until: 0 }, difference: this.#difference, otherChanges: [] });
  }

  #takeFiles(summary: string, knobs: LiveSettings["knobs"] | null): void {
    // What the second model has otherwise may not fit the settings of other data.
    if (knobs) this.actions.start({ data: "own", run: null, knobs }, { difference: null });
    else this.actions.start({ data: "own", run: null });
    this.actions.notify(summary);
  }

  /** Asks before many bytes are loaded; a page that shows nothing yet opens its own settings meanwhile. */
  #ask(run: string, wanted: Wanted): void {
    const { state } = this, settings = { ...wanted.first.settings, knobs: {}, run: null };
    if (!state.sides[0].opened) {
      this.open({ first: { settings, changes: [], until: 0 }, difference: null, otherChanges: [] });
    }
    state.question = {
      text: `The weights of the run ${run} have ${fileSize(this.#runs.bytesOf(run))}.`,
      answer: "Load the weights",
      act: () => {
        this.#agreed.add(run);
        this.open(wanted);
      },
    };
    this.#changed("notice");
  }

  #operate(operated: Map<number, number>): void {
    this.state.operated = operated;
    this.#trainings.send(this.state.selected, { type: "operate", latents: [...operated] });
    this.#changed("operated");
  }
}
