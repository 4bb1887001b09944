/**
 * The table at the end of a run: its figures beside the tutorial's.
 *
 * @module
 */
import { bold, dim, yellow } from "@std/fmt/colors";
import { printable } from "../errors.ts";
import type { Metrics, Run } from "../report/schema.ts";
import { TUTORIAL } from "../report/tutorial.ts";
import { wrapped } from "./help_page.ts";
import { duration } from "./terminal.ts";

/** Lines to print. */
export function summaryLines(run: Omit<Run, "schemaVersion">, epochs: Metrics["epochs"]): string[] {
  const { test } = run.metrics;
  const isKl = test.klNats !== null;
  const isTutorialData = run.dataset.name === "mnist" && isKl;
  const activeAbove = isKl ? "0.1" : "0";
  const rows: [string, string, string][] = [
    ["test MSE", test.mse.toFixed(5), TUTORIAL.testMse.toFixed(5)],
    ["explained variance", test.fvu === null ? "none: the data do not vary" : (1 - test.fvu).toFixed(4), ""],
    ...(isKl
      ? [[
        "test KL, nats",
        test.klNats!.toFixed(4),
        `${TUTORIAL.lastBatchKlNats.toFixed(4)} (one training batch)`,
      ] as [string, string, string]]
      : []),
    ["mean activation", test.meanActivation.toFixed(4), `${TUTORIAL.meanActivation.toFixed(4)} (one test batch)`],
    ["train loss, first epoch", epochs[0].train.loss.toFixed(4), `${TUTORIAL.trainLoss[0].toFixed(4)} *`],
    ["train loss, last epoch", epochs.at(-1)!.train.loss.toFixed(4), `${TUTORIAL.trainLoss[9].toFixed(4)} *`],
    [`latents active (> ${activeAbove})`, `${test.activeLatents.toFixed(1)} of ${run.config.latent}`, ""],
    ...(run.sparsity.target ? [targetRow(run.sparsity.target)] : []),
    ...(run.metrics.dictionary
      ? [["true features found (MCC)", run.metrics.dictionary.mcc.toFixed(4), ""] as [string, string, string]]
      : []),
    ["dead, dense latents", `${test.deadLatents}, ${test.denseLatents}`, ""],
    ["training", `${duration(run.timing.trainMs / 1000)}, ${run.timing.stepsPerSecond.toFixed(0)} steps/s`, ""],
    ["total time", duration(run.timing.totalMs / 1000), ""],
  ];
  const width = Math.max(...rows.map(([, own]) => own.length), "this run".length) + 2;
  const line = (label: string, own: string, tutorial: string) =>
    `  ${label.padEnd(26)}${own.padEnd(width)}${isTutorialData ? dim(tutorial) : ""}`.trimEnd();
  return [
    "",
    printable(run.title),
    ...run.notices.flatMap((note) => wrapped(printable(`! ${note}`), { width: 92 }).map((text) => yellow(text))),
    "",
    bold(line("", "this run", isTutorialData ? "tutorial" : "")),
    ...rows.map(([label, own, tutorial]) => line(label, own, tutorial)),
    ...(isTutorialData ? ["", ...wrapped(`* ${TUTORIAL.note}`, { width: 92 }).map((text) => dim(`  ${text}`))] : []),
  ];
}

function targetRow({ targetL0, isMissed }: NonNullable<Run["sparsity"]["target"]>): [string, string, string] {
  return [
    "target L0",
    `${targetL0}${isMissed ? ", missed: too few steps, or the weight moves it no further" : ""}`,
    "",
  ];
}
