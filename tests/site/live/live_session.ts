/**
 * A session without a Worker, and what it has sent.
 *
 * @module
 */
import { CpuEngine } from "../../../lib/engine/cpu/cpu_engine.ts";
import type { FromWorker, LiveFiles, Opening, ToWorker } from "../../../site/src/live/messages.ts";
import type { LiveSettings } from "../../../site/src/live/settings.ts";
import { DataStore } from "../../../site/src/live/worker/data_store.ts";
import { Session, type SessionOptions } from "../../../site/src/live/worker/session.ts";

/** No file is read in these tests. */
export const FILES: LiveFiles = { digitsMedian: "", mnist: null, runWeights: null, runRows: null };

/** Images that all tests share. */
export const DATA = new DataStore();

/** The CPU engine on one thread, as a page without special headers has it. */
export const startEngine: SessionOptions["startEngine"] = async (definition) => ({
  engine: await CpuEngine.start(definition, { threads: 1 }),
  reason: "a test",
});

/** A message of one type. */
export type Sent<Type extends FromWorker["type"]> = Extract<FromWorker, { type: Type }>;

/** See the module comment. Draws every frame at once unless `draws` is false. */
export class TestSession {
  readonly sent: FromWorker[] = [];
  readonly session: Session;
  draws = true;
  /** Called with every message. */
  onMessage: (message: FromWorker) => void = () => {};

  constructor(options: Partial<SessionOptions> = {}) {
    this.session = new Session({
      data: DATA,
      startEngine,
      pause: () => new Promise((resolve) => setTimeout(resolve)),
      post: (message) => {
        this.sent.push(message);
        if (message.type === "frame" && this.draws) queueMicrotask(() => this.send({ type: "drawn" }));
        this.onMessage(message);
      },
      ...options,
    });
  }

  send(...messages: ToWorker[]): void {
    for (const message of messages) this.session.receive(message);
  }

  /** Sends, and waits until nothing is left to do. */
  async ask(...messages: ToWorker[]): Promise<void> {
    this.send(...messages);
    await this.session.idle();
    await new Promise((resolve) => setTimeout(resolve)); // the last frame is drawn
    await this.session.idle();
  }

  all<Type extends FromWorker["type"]>(type: Type): Sent<Type>[] {
    return this.sent.filter((message): message is Sent<Type> => message.type === type);
  }

  last<Type extends FromWorker["type"]>(type: Type): Sent<Type> {
    const found = this.all(type).at(-1);
    if (!found) throw new Error(`no ${type} among ${this.sent.map((message) => message.type)}`);
    return found;
  }

  /** The losses of all steps that frames had, checked to follow each other. */
  losses(): { reconstruction: number[]; penalty: number[]; auxiliary: number[] } {
    const all = { reconstruction: [] as number[], penalty: [] as number[], auxiliary: [] as number[] };
    for (const { frame: { firstStep, losses } } of this.all("frame")) {
      if (firstStep !== all.reconstruction.length) throw new Error(`losses from step ${firstStep} do not follow`);
      for (const part of ["reconstruction", "penalty", "auxiliary"] as const) all[part].push(...losses[part]);
    }
    return all;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.close();
  }
}

/** The message that opens a training. */
export function opening(
  knobs: LiveSettings["knobs"],
  more: Partial<Pick<Opening, "changes" | "until">> = {},
): Extract<ToWorker, { type: "open" }> {
  const settings: LiveSettings = { data: "digits", knobs, run: null };
  return { type: "open", opening: { settings, engine: "cpu", files: FILES, changes: [], until: 0, ...more } };
}

/** The message that trains up to a step, or without end. */
export function trainTo(until: number | null, limit: number | null = null): ToWorker {
  return { type: "train", until, limit };
}
