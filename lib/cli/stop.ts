/**
 * What asks a command to save and stop: Ctrl-C, other signals, and, for a child, the end of its standard input.
 *
 * @module
 */
import { UserError } from "../errors.ts";

/** Makes the end of standard input a request to save and stop: so a sweep's run ends when the sweep is killed. */
export const END_WITH_STDIN = "--end-with-stdin";
/** The shell's convention for "ended by Ctrl-C". */
export const INTERRUPTED = 130;

/** SIGHUP: the terminal was closed, or the connection to it was lost. */
const SIGNALS: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];
/** `deno task` and a sweep pass on a signal that the terminal sent to the whole group: one Ctrl-C may arrive twice. */
const SAME_SIGNAL_MS = 500;

/** Listens to requests to stop until it is disposed. */
export class StopRequests implements Disposable {
  readonly #stop = new AbortController();
  #firstMs = Infinity;

  /** @param options.endsWithStdin Whether the end of standard input is a request, too. What it says is not read. */
  constructor({ endsWithStdin }: { endsWithStdin: boolean }) {
    for (const signal of SIGNALS) Deno.addSignalListener(signal, this.#onSignal);
    if (endsWithStdin) Deno.stdin.readable.pipeTo(new WritableStream()).catch(() => {}).finally(() => this.#ask());
  }

  /** Aborted at the first request. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, this.#onSignal);
  }

  /** The first signal asks, a later one ends the process at once. */
  readonly #onSignal = (): void => {
    if (performance.now() - this.#firstMs > SAME_SIGNAL_MS) Deno.exit(INTERRUPTED);
    this.#firstMs = Math.min(this.#firstMs, performance.now());
    this.#ask();
  };

  #ask(): void {
    this.#stop.abort(new UserError("Stopped before training began: nothing was kept"));
  }
}
