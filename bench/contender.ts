/**
 * The parent's end of a contender: starts its process and asks it for figures.
 *
 * @module
 */
import { architecture } from "../lib/sae/model.ts";
import { resolveConfig } from "../lib/config.ts";
import { type ChildOptions, lines } from "./child.ts";

/** A contender's process, waiting for commands. */
export class Contender {
  readonly name: string;
  #process: Deno.ChildProcess;
  #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #answers: AsyncGenerator<string>;
  label = "";

  private constructor(name: string, process: Deno.ChildProcess) {
    this.name = name;
    this.#process = process;
    this.#input = process.stdin.getWriter();
    this.#answers = lines(process.stdout);
  }

  /** Starts it and waits until it has taken its first steps; null where it cannot run here. */
  static async start(options: ChildOptions): Promise<Contender | null> {
    const contender = new Contender(options.contender, commandOf(options).spawn());
    const first = await contender.#answer();
    if (!first) {
      await contender.#process.status;
      return null;
    }
    contender.label = first.label as string;
    return contender;
  }

  /** Sends a command and waits for its figures. */
  async ask(command: string): Promise<Record<string, number>> {
    await this.#input.write(new TextEncoder().encode(command + "\n"));
    const answer = await this.#answer();
    if (!answer) throw new Error(`Cannot measure ${this.name}: its process ended, expected an answer to ${command}`);
    return answer as Record<string, number>;
  }

  /** Ends it; returns its peak memory. */
  async stop(): Promise<number> {
    const { peakBytes } = await this.ask("exit");
    await this.#input.close().catch(() => {}); // it may be gone already
    await this.#process.status;
    return peakBytes;
  }

  async #answer(): Promise<Record<string, unknown> | null> {
    while (true) {
      const { value, done } = await this.#answers.next();
      if (done) return null;
      if (value.startsWith("{")) return JSON.parse(value);
    }
  }
}

const PYTHON = "/usr/bin/python3";

/** Whether PyTorch is here to compare with. */
export async function hasPyTorch(): Promise<boolean> {
  const command = new Deno.Command(PYTHON, { args: ["-c", "import torch, numpy"], stdout: "null", stderr: "null" });
  return await command.output().then(({ success }) => success, () => false);
}

function commandOf(options: ChildOptions): Deno.Command {
  const streams = { stdin: "piped", stdout: "piped", stderr: "null" } as const;
  const [kind, threads] = options.contender.split(":");
  if (kind !== "pytorch") {
    const script = new URL("./child.ts", import.meta.url).pathname;
    const lock = `--lock=${new URL("../deno.lock", import.meta.url).pathname}`;
    return new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", lock, "--frozen", "-A", script, JSON.stringify(options)],
      ...streams,
    });
  }
  const { model, pixels, count } = options;
  const config = resolveConfig({ preset: "notebook", hidden: model.hidden, latent: model.latent });
  const { layers } = architecture(config, model.dInput);
  const argument = {
    pixels,
    count,
    dInput: model.dInput,
    layers,
    batch: model.batch,
    rho: config.rho,
    beta: config.beta,
    latent: model.latent,
    k: model.k ?? null,
  };
  return new Deno.Command(PYTHON, {
    args: [new URL("./pytorch_child.py", import.meta.url).pathname, JSON.stringify(argument)],
    env: { OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads, MKL_NUM_THREADS: threads },
    ...streams,
  });
}
