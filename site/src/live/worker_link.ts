/**
 * The page's end of one Worker: starts it, sends, hears, and says in one line what happened if it is gone.
 *
 * Knows no state of the page.
 *
 * @module
 */
import { takeWorker } from "./first_worker.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** A Worker that can be replaced when it has failed. */
export class WorkerLink {
  readonly #hear: (message: FromWorker) => void;
  #worker: Worker | null = null;

  /** @param hear Gets every message; also `failed` if the Worker cannot be loaded or stops with an error. */
  constructor(hear: (message: FromWorker) => void) {
    this.#hear = hear;
  }

  /** Sends a message; starts a Worker first if there is none. */
  send(message: ToWorker): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
  }

  /** Ends the Worker with all that it was doing. */
  end(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #start(): Worker {
    const worker = takeWorker();
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (worker !== this.#worker) return; // what an ended Worker had still sent
      if (data.type === "failed") this.end();
      this.#hear(data);
    };
    const fail = (now: string) => {
      if (worker !== this.#worker) return;
      this.end();
      this.#hear({ type: "failed", message: `Cannot train in this page: ${now}` });
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message || "its Worker could not be loaded, expected a connection to this site");
    };
    worker.onmessageerror = () => fail("a message of its Worker could not be read, expected a newer browser");
    return worker;
  }
}
