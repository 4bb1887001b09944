/**
 * The table at the end of a run: its figures beside those of the tutorial.
 *
 * @module
 */
import { bold, dim, yellow } from "@std/fmt/colors";
import { printable } from "../errors.ts";
import { numberText } from "../number_text.ts";
import type { Report } from "../report/report_files.ts";
import type { Metrics, Run } from "../report/schema.ts";
import { TUTORIAL } from "../report/tutorial.ts";
import { helpWidth, wrapped } from "./help_page.ts";
import { duration, rateText } from "./terminal.ts";

/** A row of the table: what it is, this run's figure, the tutorial's. */
type Row = [label: string, own: string, tutorial: string];

/** Lines to print; `epochs` has none for a model that was not trained here. */
export function summaryLines(run: Report["run"], epochs: Metrics["epochs"]): string[] {
  const width = helpWidth();
  const fixed = (value: number, decimals: number) => numberText(value, { decimals });
  const { test } = run.metrics;
  const isKl = test.klNats !== null;
  const isTutorialData = run.dataset.name === "mnist" && isKl;
  const activeAbove = isKl ? "0.1" : "0";
  const rows: Row[] = [
    ...scalingRows(run.dataset),
    ["test MSE", fixed(test.mse, 5), TUTORIAL.testMse.toFixed(5)],
    ["explained variance", test.fvu === null ? "none: the data do not vary" : fixed(1 - test.fvu, 4), ""],
    ...(isKl
      ? [[
        "test KL, nats",
        fixed(test.klNats!, 4),
        `${TUTORIAL.lastBatchKlNats.toFixed(4)} (one training batch)`,
      ] as Row]
      : []),
    ["mean activation", fixed(test.meanActivation, 4), `${TUTORIAL.meanActivation.toFixed(4)} (one test batch)`],
    ...(epochs.length > 0
      ? [
        ["train loss, first epoch", fixed(epochs[0].train.loss, 4), `${TUTORIAL.trainLoss[0].toFixed(4)} *`] as Row,
        ["train loss, last epoch", fixed(epochs.at(-1)!.train.loss, 4), `${TUTORIAL.trainLoss[9].toFixed(4)} *`] as Row,
      ]
      : []),
    [`latents active (> ${activeAbove})`, `${test.activeLatents.toFixed(1)} of ${run.config.latent}`, ""],
    ...(run.sparsity.target ? [targetRow(run.sparsity.target)] : []),
    ...(run.metrics.dictionary
      ? [["true features found (MCC)", run.metrics.dictionary.mcc.toFixed(4), ""] as Row]
      : []),
    ["dead, dense latents", `${test.deadLatents}, ${test.denseLatents}`, ""],
    run.imported
      ? ["imported from", printable(`${run.imported.tool}, ${run.imported.architecture}`), ""]
      : ["training", `${trainText(run.timing.trainMs / 1000)}, ${rateText(run.timing.stepsPerSecond)}`, ""],
    ...(run.dataset.streamed && !run.imported
      ? [["of it waiting for rows", `${(run.timing.waitMs / 1000).toFixed(1)} s, read from disk`, ""] as Row]
      : []),
    ["total time", duration(run.timing.totalMs / 1000), ""],
  ];
  const ownWidth = Math.max(...rows.map(([, own]) => own.length), "this run".length) + 2;
  const line = (label: string, own: string, tutorial: string) =>
    `  ${label.padEnd(26)}${own.padEnd(ownWidth)}${isTutorialData ? dim(tutorial) : ""}`.trimEnd();
  return [
    "",
    printable(run.title),
    ...run.notices.flatMap((note) => wrapped(printable(note), { width, first: "! ", indent: 2 }).map(yellow)),
    "",
    bold(line("", "this run", isTutorialData ? "tutorial" : "")),
    ...rows.map(([label, own, tutorial]) => line(label, own, tutorial)),
    ...(isTutorialData ? ["", ...wrapped(TUTORIAL.note, { width, first: "  * ", indent: 4 }).map(dim)] : []),
  ];
}

/** How the numbers of the files were changed, without which an error says little; no row if they were not. */
function scalingRows({ scaling: { scale, subtract, factor } }: Run["dataset"]): Row[] {
  const isAsTheyAre = scale === "none" || (scale === "unit" && factor === 1); // bytes are in [0, 1] as they are
  if (isAsTheyAre && subtract === "none") return [];
  const parts = [
    ...(isAsTheyAre ? [] : [factor === null || factor === 1 ? scale : `${scale}, × ${factor.toPrecision(4)}`]),
    ...(subtract === "none" ? [] : [`${subtract} subtracted`]),
  ];
  return [["scaling of the values", parts.join(", "), ""]];
}

/** A short run trains for a part of a second, which `duration` would round to 0. */
function trainText(seconds: number): string {
  return seconds < 9.95 ? `${seconds.toFixed(1)} s` : duration(seconds);
}

function targetRow({ targetL0, isMissed }: NonNullable<Run["sparsity"]["target"]>): Row {
  return [
    "target L0",
    `${targetL0}${isMissed ? ", missed" : ""}`,
    "",
  ];
}
