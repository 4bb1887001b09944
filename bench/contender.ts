/**
 * The parent's end of a contender: starts its process and asks it for figures.
 *
 * @module
 */
import { lines } from "./protocol.ts";

/** A contender's process, waiting for requests. */
export class Contender {
  readonly name: string;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #answers: AsyncGenerator<string>;
  readonly #errors: Promise<string>;
  readonly #stopped: Promise<never>;

  private constructor(name: string, { process, signal }: { process: Deno.ChildProcess; signal: AbortSignal }) {
    this.name = name;
    this.#process = process;
    this.#input = process.stdin.getWriter();
    this.#answers = lines(process.stdout);
    this.#errors = new Response(process.stderr).text();
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {}); // whoever waits for an answer gets the error
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
    this.#stopped = promise;
  }

  /** Starts a process with these variables and no others; `signal` ends the waiting for its answers. */
  static start(
    name: string,
    { command, args, env, signal }: {
      command: string;
      args: string[];
      env: Record<string, string>;
      signal: AbortSignal;
    },
  ): Contender {
    const streams = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    const process = new Deno.Command(command, { args, env, clearEnv: true, ...streams }).spawn();
    return new Contender(name, { process, signal });
  }

  /**
   * Sends a request of the protocol and waits for its answer.
   *
   * @throws {Error} The process ended instead; its last line of errors is in the message.
   * @throws The signal's reason, if it is aborted meanwhile.
   */
  async ask<Answer>(request: object): Promise<Answer> {
    await this.#input.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`)).catch(() => {}); // it may be gone
    while (true) {
      const { value, done } = await Promise.race([this.#answers.next(), this.#stopped]);
      if (done) {
        const last = (await this.#errors).trimEnd().split("\n").at(-1);
        throw new Error(`Cannot measure ${this.name}: its process ended (${last || "without a word"})`);
      }
      if (value.startsWith("{")) return JSON.parse(value);
    }
  }

  /** Ends the process in good order; returns its largest resident memory in bytes, 0 if the system does not say. */
  async stop(): Promise<number> {
    const { peakBytes } = await this.ask<{ peakBytes: number }>({ command: "exit" });
    await this.#input.close().catch(() => {});
    await this.#process.status;
    return peakBytes;
  }

  /** Ends the process at once, whatever it is doing; one that has ended already is left alone. */
  kill(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
