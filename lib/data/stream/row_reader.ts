/**
 * Rows that a Worker reads from disk into shared memory, one request after the other.
 *
 * Does not choose rows. The Worker ends with `close`.
 *
 * @module
 */
import { receivedError } from "../../errors.ts";
import type { ReaderAnswer, ReaderRequest, ReaderStart, ReadRequest } from "./reader_messages.ts";

/** See the module comment. */
export class RowReader {
  readonly #worker: Worker;
  /** Settles when every request so far has ended. */
  #last: Promise<unknown> = Promise.resolve();
  /** Ends the request under way. */
  #waiting: { resolve(): void; reject(error: Error): void } | null = null;
  /** Why nothing more can be read. */
  #end: Error | null = null;

  constructor(start: ReaderStart) {
    this.#worker = new Worker(new URL("./reader_worker.ts", import.meta.url), { type: "module", name: "rows" });
    this.#worker.onmessage = ({ data: { error } }: MessageEvent<ReaderAnswer>) => {
      if (error) this.#waiting?.reject(receivedError(error));
      else this.#waiting?.resolve();
    };
    this.#worker.onerror = (event) => {
      event.preventDefault(); // it is reported by the requests that fail
      this.#stop(new Error(`Cannot read rows in a Worker: ${event.message}, expected it to stay`));
    };
    this.#send({ start });
  }

  /**
   * Reads rows after all requests before have ended.
   *
   * @throws {UserError} A file has changed, is gone, or holds a number that is NaN or infinite.
   * @throws {Error} The reader was closed.
   */
  read(request: ReadRequest): Promise<void> {
    const done = this.#last.then(() => {
      if (this.#end) throw this.#end;
      const { promise, ...waiting } = Promise.withResolvers<void>();
      this.#waiting = waiting;
      this.#send({ read: request });
      return promise;
    });
    this.#last = done.catch(() => {});
    return done;
  }

  /** Ends the Worker at once, and the requests that wait for it. */
  close(): void {
    this.#stop(new Error("Cannot read rows: the reader was closed, expected one in use"));
  }

  #stop(reason: Error): void {
    this.#end ??= reason;
    this.#worker.terminate();
    this.#waiting?.reject(this.#end);
  }

  #send(request: ReaderRequest): void {
    this.#worker.postMessage(request);
  }
}
