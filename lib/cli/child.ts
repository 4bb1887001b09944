/**
 * Another Deno process that works for a command: the site's build, the bench.
 *
 * Passes on its output and a request to stop, and returns how it ended. A sweep's runs are started by
 * `lib/sweep/runner.ts`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { stopChildOn } from "../stop_child.ts";
import { INTERRUPTED } from "./stop.ts";

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** How a child is started. */
export interface ChildOptions {
  /** Its working directory; the project's folder if left out. */
  cwd?: string;
  env?: Record<string, string>;
  /** Asks it to end. */
  signal: AbortSignal;
  /** Keeps standard output free of the child's, which then goes to standard error. */
  isJson?: boolean;
}

/**
 * Runs Deno to its end.
 *
 * @returns Its exit code, 130 if a signal ended it; and, with `isJson`, what it wrote to standard output.
 */
export async function runDeno(args: string[], options: ChildOptions): Promise<{ code: number; output: string }> {
  const { cwd = PROJECT, env, signal, isJson = false } = options;
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env,
    stdin: "null",
    stdout: isJson ? "piped" : "inherit",
  })
    .spawn();
  using _ = stopChildOn(child, { abort: signal, by: "SIGTERM" });
  let output = "";
  if (isJson) {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      output += text;
      await Deno.stderr.write(new TextEncoder().encode(text));
    }
  }
  const { code, signal: endedBy } = await child.status;
  return { code: endedBy !== null || signal.aborted ? INTERRUPTED : code, output };
}
