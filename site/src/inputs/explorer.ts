/**
 * The Inputs page at work: another input, an order, latents switched off, the sum up to a part. The address keeps all of it.
 *
 * Loaded at a reader's first action. Decides what is shown; `view.ts` puts it into the page.
 *
 * @module
 */
import { MOST_UNASKED } from "../most_unasked.ts";
import { type Choice, choiceOf, NO_CHOICE, queryOf } from "./address.ts";
import { AllInputs } from "./all_inputs.ts";
import type { InputsData } from "./data.ts";
import { type Figure, figureOf } from "./figure.ts";
import { fetched, networkReader } from "./network_reader.ts";
import { type Reader, type Scene, sceneOf } from "./scene.ts";
import { View } from "./view.ts";

/** Milliseconds for each latent while the sum plays, and for readers who want less motion. */
const PLAY_MS = 320, CALM_MS = 900;

/** Loads the run's data. */
export async function open(root: HTMLElement): Promise<Explorer> {
  const at = (file: string) => new URL(file, location.href.replace(/[?#].*$/, ""));
  const data = await (await fetched(at(root.dataset.inputs!))).json() as InputsData;
  const reader = networkReader({ run: at("../"), decoder: at(root.dataset.decoder!), tile: data.tile });
  return new Explorer(data, { reader, view: new View(root, { data, reader }) });
}

/** A control that a reader has changed, as it was then: its `data-` names, and its value. */
export interface Change {
  filter?: string;
  first?: string;
  switch?: string;
  value: string;
  isChecked: boolean;
  max: string;
}

/** See the module comment. */
export class Explorer {
  readonly #data: InputsData;
  readonly #reader: Reader;
  readonly #view: View;
  readonly #all: AllInputs;
  #choice: Choice = { ...NO_CHOICE };
  #scene: Scene | null = null;
  #figure: Figure | null = null;
  /** The input being loaded; an answer for another one is out of date. */
  #wanted = -1;
  #timer: ReturnType<typeof setInterval> | undefined;
  #mayLoadDecoder: boolean;

  constructor(data: InputsData, { reader, view }: { reader: Reader; view: View }) {
    this.#data = data;
    this.#reader = reader;
    this.#view = view;
    this.#mayLoadDecoder = (data.decoderBytes ?? 0) <= MOST_UNASKED;
    this.#all = new AllInputs(view.allBox, data);
  }

  /** Shows what the address asks for. */
  async restore(): Promise<void> {
    this.#choice = choiceOf(location.search);
    const { input, latent } = this.#choice;
    if (latent !== null) this.#showAll({ latent });
    const index = input === null ? 0 : this.#indexOf(input);
    if (index >= 0) return await this.#show(index);
    this.#choice.input = null;
    const listed = `the ${this.#data.rows.length} that this run's report lists`;
    await this.#show(0, `Test ${this.#view.word} ${input} is not among ${listed}.`);
  }

  /** A click on an input or on a button. */
  async click(target: HTMLElement): Promise<void> {
    const { input, do: action } = target.dataset;
    if (input !== undefined) return await this.#choose(Number(input));
    await this.#ready();
    const { value } = target as HTMLButtonElement;
    switch (action) {
      case "previous":
      case "next":
        return await this.turn(action === "next" ? 1 : -1);
      case "all":
        return this.#showAll(this.#all.isOpen ? null : {});
      case "latent":
        this.#choice.latent = Number(target.dataset.latent);
        this.#showAll({ latent: this.#choice.latent });
        this.#view.showList();
        return this.#keep();
      case "order":
      case "scale":
        return this.#change({ [action]: value });
      case "on":
        return this.#change({ off: [], first: null });
      case "off":
        return this.#change({ off: this.#latents() });
      case "play":
        return this.#play();
      case "decoder":
        this.#mayLoadDecoder = true;
        return await this.#show(this.#scene!.index);
      case "take":
        return await this.#view.take(value, this.#figure!);
    }
  }

  /** A box, the slider, or a filter of the list of all inputs. */
  async change({ filter, first, switch: latent, value, isChecked, max }: Change): Promise<void> {
    await this.#ready();
    if (filter !== undefined) {
      this.#choice.latent = this.#all.change({ filter, value });
      this.#view.mark(this.#scene!.index);
      return this.#keep();
    }
    if (first !== undefined) {
      this.#stop();
      return this.#change({ first: value === max ? null : Number(value) });
    }
    if (latent === undefined) return;
    const others = this.#choice.off.filter((other) => other !== Number(latent));
    this.#change({ off: isChecked ? others : [...others, Number(latent)] });
  }

  /** The next or previous input of the list that is open, else of the test set. */
  async turn(step: number, { keepsFocus = false } = {}): Promise<void> {
    await this.#ready();
    const places = this.#all.places, at = places.indexOf(this.#scene!.index);
    const next = places[(at + step + places.length) % places.length];
    await this.#choose(this.#data.rows[next].row);
    if (keepsFocus) this.#view.focusInput(next);
  }

  async #choose(row: number): Promise<void> {
    this.#choice = { ...this.#choice, input: row, off: [], first: null };
    this.#stop();
    history.pushState(null, "", queryOf(this.#choice));
    await this.#show(this.#indexOf(row));
  }

  /** Something is drawn: what the address asks for, before anything on it can change. */
  async #ready(): Promise<void> {
    if (!this.#scene) await this.restore();
  }

  /** Reads and draws an input. */
  async #show(index: number, message = ""): Promise<void> {
    this.#wanted = index;
    const isHeld = this.#data.mode === "removal" && !this.#mayLoadDecoder;
    const data: InputsData = isHeld ? { ...this.#data, mode: "numbers" } : this.#data;
    const scene = await sceneOf(data, { index, reader: this.#reader });
    if (this.#wanted !== index) return;
    this.#scene = scene;
    this.#view.showInput(scene);
    this.#view.say(message);
    if (isHeld) this.#view.askForDecoder(this.#data.decoderBytes!);
    this.#redraw();
  }

  #redraw(): void {
    const { numbers, material, range } = this.#scene!;
    this.#figure = figureOf(numbers, { material, choice: this.#choice, range });
    this.#view.showFigure(this.#figure, { scene: this.#scene!, choice: this.#choice });
  }

  #change(change: Partial<Choice>): void {
    this.#choice = { ...this.#choice, ...change };
    this.#keep();
    this.#redraw();
  }

  #keep(): void {
    history.replaceState(null, "", queryOf(this.#choice) || location.pathname);
  }

  #showAll(filter: { latent?: number } | null): void {
    this.#all.show(filter);
    this.#view.showAll(filter !== null);
    if (this.#scene) this.#view.mark(this.#scene.index);
  }

  #play(): void {
    if (this.#timer !== undefined) return this.#stop();
    const last = this.#figure!.columns.length - 1;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#change({ first: 0 });
    this.#view.showPlaying(true);
    this.#timer = setInterval(() => {
      const first = (this.#choice.first ?? last) + 1;
      this.#change({ first: first >= last ? null : first });
      if (first >= last) this.#stop();
    }, isCalm ? CALM_MS : PLAY_MS);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#view.showPlaying(false);
  }

  #latents(): number[] {
    return this.#figure!.columns.flatMap(({ latent }) => latent === null ? [] : [latent]);
  }

  #indexOf(row: number): number {
    return this.#data.rows.findIndex((own) => own.row === row);
  }
}
