/**
 * Subcommand → command, and every error → one line and an exit code.
 *
 * @module
 */
import { closestString } from "@std/text/closest-string";
import { red, setColorEnabled } from "@std/fmt/colors";
import { UserError } from "../errors.ts";
import { usage } from "./args.ts";
import { devicesCommand } from "./devices_command.ts";
import { docsCommand } from "./docs_command.ts";
import { mainHelp } from "./help.ts";
import { sweepCommand } from "./sweep_command.ts";
import { trainCommand } from "./train_command.ts";

type Command = (args: string[], signal: AbortSignal) => Promise<number>;
const COMMANDS: Record<string, Command> = {
  train: trainCommand,
  sweep: sweepCommand,
  devices: devicesCommand,
  docs: docsCommand,
};

/** `deno task` and a sweep pass on a signal that the terminal sent to the whole group: one Ctrl-C may arrive twice. */
const SAME_SIGNAL_MS = 500;

/**
 * Runs the command line.
 *
 * Ctrl-C and SIGTERM ask the command to save and stop; a second one ends the process at once.
 *
 * @returns The exit code: 0 done, 1 failed, 2 bad usage, 130 stopped.
 */
export async function main([name, ...args]: string[]): Promise<number> {
  setColorEnabled(Deno.stdout.isTerminal() && !Deno.noColor);
  const stop = new AbortController();
  let firstMs = Infinity;
  const onSignal = () => {
    if (performance.now() - firstMs > SAME_SIGNAL_MS) Deno.exit(130);
    if (stop.signal.aborted) return;
    firstMs = performance.now();
    stop.abort(new UserError("Stopped before training began: nothing was kept"));
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  try {
    if (name === undefined || name === "--help" || name === "-h") {
      console.log(mainHelp());
      return name === undefined ? 2 : 0;
    }
    const known = Object.keys(COMMANDS);
    if (!known.includes(name)) {
      throw usage(
        `Cannot run ${name}: there is no such command, expected ${known.join(" or ")}; did you mean ${
          closestString(name, known)
        }?`,
      );
    }
    return await COMMANDS[name](args, stop.signal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(`${red("error")}: ${error.message}`);
    return stop.signal.aborted ? 130 : error.exitCode;
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, onSignal);
  }
}
