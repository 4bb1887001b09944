/**
 * The state of the live page and what can be done to it: data flows from here to the views, and actions flow back.
 *
 * Types and the list of views' parts alone; `page.ts` makes the one `Live` there is.
 *
 * @module
 */
import type { Atlas, ExportName, Focus, Frame, LiveSnapshot, Opened, ShownData, Stats } from "./messages.ts";
import type { OwnFile } from "./own_files.ts";
import type { Change, LiveKnob, LiveSettings } from "./settings.ts";

/** The losses of all steps so far, in arrays with room; the first `length` entries are there. */
export interface Losses {
  length: number;
  reconstruction: Float32Array;
  /** weight · penalty */
  penalty: Float32Array;
  auxiliary: Float32Array;
}

/** One model with its training; two of them stand side by side. */
export interface Side {
  settings: LiveSettings;
  /** Null until the Worker has opened it. */
  opened: Opened | null;
  step: number;
  isTraining: boolean;
  stepsPerSecond: number;
  losses: Losses;
  /** Changes made during training, by step. */
  changes: Change[];
  frame: Frame | null;
  focus: Focus | null;
  stats: Stats | null;
  atlas: Atlas | null;
  /** Its latents at some steps so far, ascending. */
  snapshots: LiveSnapshot[];
  /** Why training stands still, if it has diverged or failed. */
  message: string | null;
}

/** The input in Draw. */
export interface LiveInput {
  /** Its picture, of the data's tile size; `[784]` of a drawing. */
  pixels: Uint8Array<ArrayBuffer>;
  /** A held-out image by its row, or a drawing as the address keeps it. */
  from: { row: number } | { drawing: string };
}

/** Everything the page shows. Views read it and never write it. */
export interface LiveState {
  /** One model, or two side by side, which are drawn over each other or beside each other by every view. */
  sides: [Side] | [Side, Side];
  /** The side that Draw's sum and Operate show. */
  selected: 0 | 1;
  data: ShownData | null;
  input: LiveInput | null;
  /** The latent under the pointer or the focus: the same one is marked in every view. */
  latent: number | null;
  /** The latent that was clicked: it stays until another is. */
  pinned: number | null;
  /** Activations that Operate has set, by latent. */
  operated: ReadonlyMap<number, number>;
  /** The step whose snapshot the atlas shows; null for now. */
  lookBack: number | null;
  preset: string | null;
  /** Names of controls that the address hides from a class. */
  hidden: ReadonlySet<string>;
  /** What a reader must know now, in one line, such as a refused file; null if nothing. */
  notice: string | null;
  /** What a reader must decide before something goes on; null if nothing. */
  question: Question | null;
  /** What an export or an opening is doing now. */
  busy: string | null;
}

/** A question with one answer; who does not give it goes on without. */
export interface Question {
  text: string;
  /** What its button says. */
  answer: string;
  act(): void;
}

/** What changed since a view was last drawn. */
export type Part =
  | "sides"
  | "frame"
  | "stats"
  | "focus"
  | "data"
  | "input"
  | "latent"
  | "snapshots"
  | "lookBack"
  | "operated"
  | "notice"
  | "hidden";

/** What a reader can do. */
export interface Actions {
  play(): void;
  pause(): void;
  /** One step; one epoch. */
  step(): void;
  epoch(): void;
  /** Starts the same settings anew; changes made during training become settings. */
  reset(): void;
  /**
   * Starts anew with other knobs (of one side alone: `side`); knobs left undefined return to their defaults.
   * `difference` is what a second model has otherwise, null for none; the second model stays as it is without it.
   */
  start(settings: Partial<LiveSettings>, options?: { side?: 0 | 1; difference?: LiveSettings["knobs"] | null }): void;
  preset(id: string): void;
  /** Starts from a run of the site, with its settings; null for newly drawn weights with the settings there are. */
  openRun(id: string | null): Promise<void>;
  /** Changes a knob of the training under way. */
  change(knob: LiveKnob, value: number, options?: { side?: 0 | 1 }): void;
  /** Adds a second model that differs in these knobs; null takes it away. */
  compare(difference: LiveSettings["knobs"] | null): void;
  select(side: 0 | 1): void;
  files(files: OwnFile[]): void;
  input(input: LiveInput): void;
  /** Marks a latent everywhere while it is under the pointer or the focus; `pin` keeps it. */
  highlight(latent: number | null): void;
  pin(latent: number | null): void;
  /** Shows the atlas as it was at a step; null for as it is now. */
  lookBack(step: number | null): void;
  /** Sets a latent's activation by hand; null gives it back to the model. */
  operate(latent: number, activation: number | null): void;
  /** Gives all of them back. */
  restore(): void;
  export(what: ExportName): void;
  /** Says something to the reader in one line. */
  notify(message: string | null): void;
  /** Takes the question away. */
  decline(): void;
}

/** The page's state with its actions. */
export interface Live {
  readonly state: LiveState;
  readonly actions: Actions;
}

/** A part of the page that shows the state. Drawn at most 30 times a second, with what changed since the last time. */
export interface View {
  draw(state: LiveState, changed: ReadonlySet<Part>): void;
}

/** Makes a view in its place on the page; handles its own events by calling actions. */
export type MountView = (root: HTMLElement, live: Live) => View;
