/**
 * What a run's learning curves show, in sentences computed from the report.
 *
 * Formats; measures nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Metrics } from "../../../lib/report/metrics_schema.ts";
import type { Run } from "../../../lib/report/schema.ts";
import { count, figure, percent } from "../format.ts";
import type { DeadOverTime } from "./dead_latents.ts";
import type { EpochLosses, StepLosses } from "./losses.ts";

/** The errors of two splits are the same to a reader within this share. */
const SAME = 0.05;

/**
 * The test error rises again if it ends by more than this share above its lowest epoch. From one epoch to the next an error that
 * still falls also moves up by a few per cent, because the last batches of an epoch are drawn by chance.
 */
const RISE = 0.05;

/** The first sentences of the section: how far the test error fell, whether it rose again, and whether the model overfits. */
export function learningSummary(
  { run, metrics: { start, epochs } }: { run: Pick<Run, "metrics">; metrics: Pick<Metrics, "start" | "epochs"> },
): string {
  const end = epochs.at(-1)!.test.mse, first = start!.mse;
  const after = `after ${epochsText(epochs.length)}`;
  const course = end < first
    ? `The test error falls from ${figure(first)} before the first step to ${figure(end)} ${after}.`
    : `The test error does not fall: it is ${figure(first)} before the first step and ${figure(end)} ${after}.`;
  const best = epochs.reduce((best, epoch) => epoch.test.mse < best.test.mse ? epoch : best);
  const rises = end > (1 + RISE) * best.test.mse;
  const lowest = rises ? ` It was lowest after epoch ${best.epoch}, ${figure(best.test.mse)}.` : "";
  return course + lowest + (end < first ? ` ${againstTraining(run.metrics, { rises })}` : "");
}

/**
 * How far apart the errors of the two splits end. A test error above the training error is not yet overfitting: with few
 * training rows or epochs it is so while both errors still fall.
 */
function againstTraining(
  { train, test }: Pick<Run["metrics"], "train" | "test">,
  { rises }: { rises: boolean },
): string {
  const gap = test.mse / train.mse - 1;
  if (!(Math.abs(gap) > SAME)) {
    return "The training error ends at nearly the same value: there is no sign of overfitting.";
  }
  return gap > 0
    ? `The test error ends ${percent(gap)} above the training error${rises ? ": the model is overfitting" : ""}.`
    : `The test error ends ${percent(-gap)} below the training error.`;
}

/** What the loss by step is made of, by the parts' names in words. */
export interface LossWords {
  /** The penalty's weight: β or λ; null for a variant without a penalty. */
  symbol: string | null;
}

/** A part of the loss in words: `β · penalty`. */
export function partTitle(field: "penalty" | "auxiliary", { symbol }: LossWords): string {
  return field === "penalty" ? `${symbol ?? "weight"} · penalty` : "auxiliary loss";
}

/** How to read the chart of the loss by step, and what to see in it. */
export function stepCaption({ rows, parts, isLog, fallStep }: StepLosses, words: LossWords): string[] {
  const large = parts.filter((part) => part.isLarge), small = parts.filter((part) => !part.isLarge);
  const title = ({ field }: { field: "penalty" | "auxiliary" }) =>
    `${field === "auxiliary" ? "the " : ""}${partTitle(field, words)}`;
  const shareText = (part: { share: number }) =>
    `${percent(part.share)} of the total over the second half of the steps`;
  const sentences = [
    parts.length === 0
      ? "The line is the total loss, which is the reconstruction loss alone."
      : `The thin line is the total loss; the wide blue line is the reconstruction loss.`,
    ...large.map((part) => `The wide grey line is ${title(part)}: ${shareText(part)}.`),
    ...small.map((part) =>
      `The total and the reconstruction loss differ by ${
        title(part)
      }, which has a panel and a scale of its own below: ` +
      `it is ${shareText(part)}.`
    ),
  ];
  const steps = rows.at(-1)!.step;
  const fall = fallStep === null
    ? "The loss never falls below its first value."
    : `Nine tenths of the fall are over by step ${count(fallStep)} of ${count(steps)}${
      isLog ? ", so the axis is logarithmic: a linear axis would hide the rest" : ""
    }.`;
  return [sentences.join(" "), fall];
}

/** How to read the chart of the loss by epoch. */
export function epochCaption({ isLog }: Pick<EpochLosses, "isLog">): string {
  return "Blue: the test set, before the first step (epoch 0) and after each epoch. Dotted: the training set, the mean over an " +
    `epoch's steps, drawn in the middle of the epoch.${
      isLog ? " The axis is logarithmic, because most of the fall is in the first epochs." : ""
    }`;
}

/** How many latents are dead before training and at its end, and what the lines of the chart are. */
export function deadSummary(
  { rows, constant }: DeadOverTime,
  { latents, deadSteps }: { latents: number; deadSteps: number },
): string {
  const all = count(latents), dead = rows.flatMap((row) => row.dead === null ? [] : [row.dead]);
  if (constant === 0) {
    return `No latent is dead: each of the ${all} is active on at least one test row at every count.`;
  }
  if (constant !== null) return `${count(constant)} of ${all} latents are dead at every count.`;
  const first = dead[0], last = dead.at(-1)!, most = Math.max(...dead);
  const middle = most > Math.max(first, last) ? `, ${count(most)} at most` : "";
  const course = first === last && middle === ""
    ? `${first === 0 ? "No latent is" : `${count(first)} of ${all} latents are`} dead on the test set at every count.`
    : `Of ${all} latents, ${first === 0 ? "none is" : `${count(first)} are`} dead before the first step and ` +
      `${last === 0 ? "none" : count(last)} at the end${middle}.`;
  const line = rows.some((row) => row.inactive !== null)
    ? ` Line: latents that were active in none of the last ${count(deadSteps)} training steps.`
    : "";
  return `Dots: latents that are active on no test row.${line} ${course}`;
}

/** A target sparsity as it was given, unless it has more digits than a reader wants: 0.05, 0.0117. */
export function rhoText(rho: number): string {
  return String(rho).length > 6 ? figure(rho) : String(rho);
}

/** `1 epoch`, `10 epochs`. */
export function epochsText(epochs: number): string {
  return `${count(epochs)} ${epochs === 1 ? "epoch" : "epochs"}`;
}
