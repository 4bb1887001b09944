/**
 * The reports of `train` command lines on the first generated digits, as JSON on standard output: what a run of the page that
 * trains must equal.
 *
 * A program of its own: `digits_runs.ts '{"trainCount":300,"testCount":60,"commands":[["--seed=1"]]}'`.
 *
 * @module
 */
import { parseTrainArguments } from "../../lib/cli/args.ts";
import { generateDigits } from "../../lib/data/generated/digits.ts";
import { runSession } from "../../lib/run/session.ts";

/** The argument. */
export interface DigitsRuns {
  trainCount: number;
  testCount: number;
  /** Arguments of `train`. */
  commands: string[][];
}

if (import.meta.main) {
  const { commands, ...counts }: DigitsRuns = JSON.parse(Deno.args[0]);
  const dataset = generateDigits({ seed: 0, ...counts });
  const reports = [];
  for (const command of commands) {
    const outcome = await runSession({ turned: parseTrainArguments(command).turned, dataset, reportsDir: null });
    if (outcome.kind !== "finished") throw new Error(`Cannot train ${command.join(" ")}: it was stopped`);
    const { run, metrics, latents, activations, model } = outcome.report;
    reports.push({ run, metrics, latents, activations, model: model.toHex() });
  }
  console.log(JSON.stringify(reports));
}
