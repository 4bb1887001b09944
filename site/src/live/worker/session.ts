/**
 * The Worker's side of the live page: takes messages in their order, trains in short chunks between them, and answers.
 *
 * One thing happens at a time: a message is handled to its end before the next, and no chunk runs beside a handler. Only
 * `open` does not wait: what is being opened or exported when it arrives is given up. Knows neither the DOM nor the Worker's
 * own functions, so that tests run it as it is.
 *
 * @module
 */
import { VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import { isLinearDecoder, parameterCount } from "../../../../lib/sae/model.ts";
import { KnobError } from "../../../../lib/knob.ts";
import { UserError } from "../../../../lib/errors.ts";
import type { ExportName, FromWorker, Opened, Opening, ToWorker } from "../messages.ts";
import { type LiveData, shownData } from "./data.ts";
import { type Attention, type FrameKind, Frames, transferOf } from "./frames.ts";
import type { LiveTraining } from "./live_training.ts";
import { type OpenedTraining, openTraining, type Surroundings } from "./opening.ts";

/** A chunk of steps while nobody touches the page, and for a while after someone has, in ms. */
const CHUNK_MS = 30, TOUCHED_CHUNK_MS = 14, TOUCHED_FOR_MS = 1200;

/** What a session is given by whoever runs it. */
export interface SessionOptions extends Surroundings {
  post(message: FromWorker, transfer: ArrayBuffer[]): void;
}

/** What was asked for is no longer wanted, because another training was. */
class Superseded extends Error {}

/** See the module comment. */
export class Session {
  readonly #options: SessionOptions;
  readonly #inbox: ToWorker[] = [];
  #handling: Promise<void> | null = null;
  #opened: OpenedTraining | null = null;
  #opening: Opening | null = null;
  #frames: Frames | null = null;
  #shownData: LiveData | null = null;
  #attention: Attention = { image: null, operated: new Map() };
  #touchedMs = -Infinity;
  /** Where training stops; null while it stands still. */
  #until: number | null = null;
  /** Where it waits for another model. */
  #limit = Infinity;
  #isDrawn = true;
  /** A frame that someone waits for. */
  #owed: FrameKind | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Takes a message. */
  receive(message: ToWorker): void {
    this.#inbox.push(message);
    this.#handling ??= this.#work();
  }

  /** Settles when nothing is left to do: training stands still and no frame is owed that may be sent. */
  async idle(): Promise<void> {
    while (this.#handling) await this.#handling;
  }

  /** Frees the engine; nothing may be received afterwards. */
  async close(): Promise<void> {
    this.receive({ type: "pause" });
    await this.idle();
    await this.#opened?.training.engine.dispose();
  }

  async #work(): Promise<void> {
    for (let message; (message = this.#inbox.shift()) || this.#hasWork();) {
      try {
        if (message) await this.#handle(message);
        else if (this.#owed && this.#isDrawn) await this.#sendFrame(this.#owed);
        else await this.#advance();
      } catch (error) {
        this.#report(error, { wasAsked: message !== undefined });
      }
    }
    this.#handling = null; // in the same turn as the last look at the inbox
  }

  #hasWork(): boolean {
    const mayTrain = this.#until !== null && this.#use().step < this.#limit;
    return mayTrain || (this.#owed !== null && this.#isDrawn);
  }

  async #handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case "prepare":
        await this.#options.data.load(message.data, message.files).catch(() => {}); // the opening says why
        return;
      case "open":
        return await this.#open(message.opening);
      case "files":
        return await this.#readFiles(message);
      case "train":
        return await this.#train(message);
      case "pause":
        return await this.#rest();
      case "change":
        return await this.#change(message);
      case "input":
        this.#attention = { ...this.#attention, image: { ...message, pixels: Uint8Array.from(message.pixels) } };
        return this.#answerSoon();
      case "operate":
        this.#attention = { ...this.#attention, operated: new Map(message.latents) };
        return this.#answerSoon();
      case "export":
        return await this.#export(message.what);
      case "drawn":
        this.#isDrawn = true;
        return;
    }
  }

  async #open(opening: Opening): Promise<void> {
    const opened = await openTraining(opening, { ...this.#options, check: () => this.#check() });
    await this.#opened?.training.engine.dispose();
    this.#opened = opened;
    this.#opening = opening;
    this.#until = null;
    this.#attention = { ...this.#attention, operated: new Map() };
    const { training } = opened, { data } = training;
    const shown = shownData(data);
    if (this.#shownData !== data) {
      this.#post({ type: "data", data: shown }, [shown.heldOut.buffer, ...(shown.labels ? [shown.labels.buffer] : [])]);
      this.#shownData = data;
    }
    const start = performance.now();
    this.#frames = new Frames(training, shown);
    // A new training is shown after one slice; all is measured once that is drawn. A repeated one is shown as it was.
    const kind = training.step === 0 ? "first" : "whole";
    const frame = await this.#frames.make(kind, { attention: this.#attention, isTraining: false });
    this.#post({ type: "opened", opened: describe(opened, { measurements: performance.now() - start }) });
    this.#isDrawn = false;
    this.#owed = kind === "first" ? "whole" : null;
    this.#post({ type: "frame", frame }, transferOf(frame));
    if (training.divergence) this.#postPaused();
  }

  async #readFiles({ files }: Extract<ToWorker, { type: "files" }>): Promise<void> {
    const { readOwnRows } = await import("./own_rows.ts"); // with readers of all formats
    const { data, knobs } = await readOwnRows(files);
    this.#options.data.keep(data);
    this.#post({ type: "files", summary: data.summary, knobs });
  }

  async #export(what: ExportName): Promise<void> {
    this.#use();
    const exported = { opened: this.#opened!, opening: this.#opening!, frames: this.#frames! };
    const { fileOf } = await import("./exporting.ts"); // heavy with the report's schemas
    const { fileName, bytes } = await fileOf(what, exported, {
      ...this.#options,
      check: () => this.#check(),
      onProgress: (message) => this.#post({ type: "exporting", message }),
    });
    this.#post({ type: "exported", what, fileName, bytes }, [bytes.buffer]);
  }

  /** Ends what is under way if another training is wanted. */
  #check(): void {
    if (this.#inbox.some(({ type }) => type === "open")) throw new Superseded();
  }

  async #train({ until, limit }: Extract<ToWorker, { type: "train" }>): Promise<void> {
    const training = this.#use();
    this.#limit = limit ?? Infinity;
    if (training.divergence || (until !== null && until <= training.step)) return await this.#rest();
    if (this.#until === null) this.#frames!.startRate();
    this.#until = until ?? Infinity;
  }

  /** One chunk, and a frame if one is due. */
  async #advance(): Promise<void> {
    const training = this.#use(), until = this.#until!;
    const isTouched = performance.now() - this.#touchedMs < TOUCHED_FOR_MS;
    await training.advance({ ms: isTouched ? TOUCHED_CHUNK_MS : CHUNK_MS, until: Math.min(until, this.#limit) });
    if (training.divergence || training.step >= until) await this.#rest();
    else if (training.step >= this.#limit) this.#owed ??= "due"; // so that the page knows that it waits
    else if (this.#isDrawn && this.#frames!.isDue()) await this.#sendFrame(this.#owed ?? "due");
  }

  /** Training stands still, and everything is measured. */
  async #rest(): Promise<void> {
    const training = this.#use();
    this.#until = null;
    await training.settle();
    this.#postPaused();
    this.#owed = "whole";
  }

  async #change({ knob, value }: Extract<ToWorker, { type: "change" }>): Promise<void> {
    const change = await this.#use().change({ knob, value });
    this.#post({ type: "changed", change });
    if (this.#until === null) this.#owed = "whole";
  }

  /** The reader waits for an image: the next frame comes as soon as the page has drawn the last, and chunks are short. */
  #answerSoon(): void {
    this.#touchedMs = performance.now();
    if (this.#opened) this.#owed ??= "answer";
  }

  async #sendFrame(kind: FrameKind): Promise<void> {
    this.#owed = null;
    const frame = await this.#frames!.make(kind, { attention: this.#attention, isTraining: this.#until !== null });
    this.#isDrawn = false;
    this.#post({ type: "frame", frame }, transferOf(frame));
  }

  #use(): LiveTraining {
    if (!this.#opened) throw new UserError("Cannot train: nothing is open, expected open first");
    return this.#opened.training;
  }

  #postPaused(): void {
    const { step, divergence } = this.#use();
    this.#post({ type: "paused", step, message: divergence?.message ?? null });
  }

  /** What was asked for is refused if a person can mend it, and all stays as it was; after a fault nothing is certain. */
  #report(error: unknown, { wasAsked }: { wasAsked: boolean }): void {
    if (error instanceof Superseded) return;
    if (wasAsked && (error instanceof UserError || error instanceof KnobError)) {
      return this.#post({ type: "refused", message: error.message });
    }
    this.#until = null;
    this.#owed = null;
    this.#post({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  }

  #post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
    this.#options.post(message, transfer);
  }
}

function describe({ training, reason, ms }: OpenedTraining, more: Record<string, number>): Opened {
  const { config, definition: { arch, objective }, engine: { info }, step, stepsPerEpoch } = training;
  return {
    ...{ config, stepsPerEpoch, step, reason },
    parameters: parameterCount(arch),
    nLatents: arch.nLatents,
    activeAbove: VARIANTS[objective.sparsity].activeAbove,
    isLinear: isLinearDecoder(arch),
    device: info.device,
    engine: info.name === "webgpu" ? "webgpu" : "cpu",
    ms: { ...ms, ...more },
  };
}
