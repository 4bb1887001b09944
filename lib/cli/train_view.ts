/**
 * What a person sees of a run while it goes on: a line for each thing that is settled, a bar, a line for each epoch.
 *
 * @module
 */
import { format as formatBytes } from "@std/fmt/bytes";
import type { Config } from "../config.ts";
import { describeDataset } from "../data/describe.ts";
import type { DownloadProgress } from "../data/mnist/download.ts";
import { printable } from "../errors.ts";
import { numberText } from "../number_text.ts";
import type { RunEvent } from "../run/events.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import { meanLoss, type Snapshot } from "../training/course.ts";
import type { Progress } from "../training/loop.ts";
import { dataLine, scalingLine } from "./data_lines.ts";
import { duration, rateText, type Terminal } from "./terminal.ts";

/** A run that takes longer than this is announced if there is no bar to say so, in seconds. */
const LONG_S = 60;
/** How long a run goes on before its speed is used for an estimate, in milliseconds. */
const SETTLED_MS = 3000;

/** Prints the events of one run. */
export class TrainView {
  readonly #terminal: Terminal;
  #firstStepMs = Infinity;
  #isAnnounced = false;
  readonly #isTrained: boolean;

  /** @param options.isTrained Whether the model begins with a preset and a random seed; an imported one has neither. */
  constructor(terminal: Terminal, { isTrained = true } = {}) {
    this.#terminal = terminal;
    this.#isTrained = isTrained;
  }

  /** Receives the events. */
  readonly onEvent = (event: RunEvent): void => {
    const terminal = this.#terminal;
    switch (event.kind) {
      case "download":
        return terminal.bar(...downloadText(event.progress));
      case "reading":
        return terminal.bar(event.share, event.what);
      case "notice":
        return terminal.notice(event.text);
      case "data": {
        const { fallback, notes } = event.dataset.provenance;
        const text = dataLine(describeDataset(event.dataset));
        if (fallback === null) terminal.line(text);
        else terminal.essential(text);
        if (event.dataset.provenance.source === "path") {
          terminal.line(scalingLine(event.dataset.scaling));
        }
        return notes.forEach((note) => terminal.notice(note));
      }
      case "model": {
        const { definition: { arch }, config: { sparsity, preset, seed } } = event;
        const widths = [arch.dInput, ...arch.layers.map(({ dOut }) => dOut)].join(" → ");
        const start = this.#isTrained ? `, preset ${preset}, random seed ${seed}` : "";
        return terminal.line(`model    ${widths}, sparsity ${sparsity}${start}`);
      }
      case "engine": {
        const { name, backend, device } = event.info;
        return terminal.line(`engine   ${name} on ${backend} (${printable(device)}): ${printable(event.reason)}`);
      }
      case "start":
        terminal.line(`run      ${event.folder}${event.step > 0 ? `, from step ${event.step}` : ""}`);
        terminal.line(`title    ${printable(event.title)}`);
        terminal.line();
        this.#firstStepMs = performance.now();
        return;
      case "progress":
        this.#announce(event.progress);
        return this.#progress(event.progress, event.config);
      case "epoch":
        return terminal.line(epochLine(event.snapshot, event.config));
      case "evaluation":
        return terminal.line("measuring on the training and the test data and writing the report …");
      case "measuring":
        return terminal.bar(event.done / event.total, event.what);
    }
  };

  /** Says once how long a long run will take; on a terminal the bar says it all the time. */
  #announce({ step, totalSteps, stepsPerSecond }: Progress): void {
    if (this.#isAnnounced || performance.now() - this.#firstStepMs < SETTLED_MS) return;
    this.#isAnnounced = true;
    const seconds = (totalSteps - step) / stepsPerSecond;
    if (seconds < LONG_S || this.#terminal.isLive) return;
    this.#terminal.line(`about ${duration(seconds)} of training left, at ${rateText(stepsPerSecond)}`);
  }

  #progress({ epoch, step, totalSteps, loss, penalty, stepsPerSecond }: Progress, config: Config): void {
    if (loss === null || penalty === null) return;
    const left = Math.ceil((totalSteps - step) / stepsPerSecond);
    const kl = VARIANTS[config.sparsity].penalizes === "means" ? `KL ${numberText(penalty, { decimals: 4 })}  ` : "";
    const numbers = `loss ${numberText(loss, { decimals: 5 })}  ${kl}${rateText(stepsPerSecond)}  ${
      duration(left)
    } left`;
    this.#terminal.bar(step / totalSteps, `epoch ${epoch}/${config.epochs}  ${numbers}`);
  }
}

/** How far a download is, for a bar. */
export function downloadText({ file, receivedBytes, totalBytes }: DownloadProgress): [share: number, text: string] {
  return [totalBytes ? receivedBytes / totalBytes : 0, `${file} ${formatBytes(receivedBytes)}`];
}

/** One line for a finished epoch, of at most 80 columns up to 99 epochs. */
export function epochLine(
  { history, testRows, state }: Pick<Snapshot, "history" | "testRows" | "state">,
  { epochs }: Pick<Config, "epochs">,
): string {
  const epoch = testRows.length;
  const test = testRows[epoch - 1];
  const nSteps = state.step / epoch;
  const loss = meanLoss(history, { from: state.step - nSteps, to: state.step });
  const number = `${epoch}`.padStart(`${epochs}`.length);
  const text = (value: number) => numberText(value, { decimals: 5 });
  const sparsity = test.klNats === null
    ? `L0 ${numberText(test.activeLatents, { decimals: 1 })}, dead ${test.deadLatents}`
    : `KL ${numberText(test.klNats, { decimals: 4 })}`;
  return `epoch ${number}/${epochs}  loss ${text(loss)}  test loss ${text(test.loss)}, MSE ${
    text(test.mse)
  }, ${sparsity}`;
}
