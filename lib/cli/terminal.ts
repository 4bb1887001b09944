/**
 * What a person sees while a run goes on: a bar on a terminal, plain lines elsewhere, nothing with `--quiet`.
 *
 * @module
 */
import type { Config } from "../config.ts";
import { bold, cyan, dim, yellow } from "@std/fmt/colors";
import { format as formatBytes } from "@std/fmt/bytes";
import type { DownloadProgress } from "../data/download.ts";
import { meanLoss, type Snapshot } from "../training/course.ts";
import type { Progress } from "../training/loop.ts";

const BAR_WIDTH = 24;
/** A bar redrawn more often than this only flickers. */
const REDRAW_MS = 100;

/** See the module comment. */
export class Terminal {
  readonly #isQuiet: boolean;
  /** Whether a bar is drawn. */
  readonly isLive: boolean;
  #barIsShown = false;
  #lastDrawn = 0;

  constructor({ isQuiet }: { isQuiet: boolean }) {
    this.#isQuiet = isQuiet;
    this.isLive = Deno.stdout.isTerminal() && !isQuiet;
  }

  /** A line of its own; the bar makes way for it. */
  line(text = ""): void {
    if (this.#isQuiet) return;
    this.#clearBar();
    console.log(text);
  }

  /** A line that must not be overlooked. */
  notice(text: string): void {
    this.line(bold(yellow("! ")) + text);
  }

  /** The one line that `--quiet` leaves. */
  result(text: string): void {
    this.#clearBar();
    console.log(text);
  }

  /** The bar of a download. */
  download = ({ file, receivedBytes, totalBytes }: DownloadProgress): void => {
    const share = totalBytes ? receivedBytes / totalBytes : 0;
    this.#draw(`${bar(share)} ${file} ${formatBytes(receivedBytes)}`, receivedBytes === totalBytes);
  };

  /** The bar of a training run. */
  progress = (
    { epoch, step, totalSteps, loss, penalty, stepsPerSecond }: Progress,
    { epochs, sparsity }: Pick<Config, "epochs" | "sparsity">,
  ): void => {
    if (loss === null || penalty === null) return;
    const left = Math.ceil((totalSteps - step) / stepsPerSecond);
    const rate = stepsPerSecond >= 10 ? stepsPerSecond.toFixed(0) : stepsPerSecond.toFixed(1);
    const kl = sparsity === "kl" ? `KL ${penalty.toFixed(4)}  ` : "";
    const numbers = `loss ${loss.toFixed(5)}  ${kl}${rate} steps/s  ${duration(left)} left`;
    this.#draw(`${bar(step / totalSteps)} epoch ${epoch}/${epochs}  ${numbers}`, step === totalSteps);
  };

  /** One line for a finished epoch. */
  epoch({ history, testRows, state }: Snapshot, { epochs }: Pick<Config, "epochs">): void {
    const epoch = testRows.length;
    const test = testRows[epoch - 1];
    const nSteps = state.step / epoch;
    const loss = meanLoss(history, { from: state.step - nSteps, to: state.step });
    const number = `${epoch}`.padStart(`${epochs}`.length);
    const sparsity = test.klNats === null
      ? `active latents ${test.activeLatents.toFixed(2)}  dead ${test.deadLatents}`
      : `KL ${test.klNats.toFixed(4)}  mean activation ${test.meanActivation.toFixed(4)}`;
    this.line(
      `epoch ${number}/${epochs}  train loss ${loss.toFixed(5)}  test loss ${test.loss.toFixed(5)}  ` +
        `test MSE ${test.mse.toFixed(5)}  ${sparsity}`,
    );
  }

  #draw(text: string, isLast: boolean): void {
    if (!this.isLive) return;
    const now = performance.now();
    if (now - this.#lastDrawn < REDRAW_MS && !isLast) return;
    this.#lastDrawn = now;
    this.#barIsShown = true;
    write(`\r\x1b[2K${text}`);
  }

  #clearBar(): void {
    if (this.#barIsShown) write("\r\x1b[2K");
    this.#barIsShown = false;
  }
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH);
  return cyan("━".repeat(full)) + dim("━".repeat(BAR_WIDTH - full));
}

/** `4 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "…";
  const whole = Math.round(seconds), minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${whole} s`;
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

function write(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
