/**
 * The loss of a run, step by step and epoch by epoch, in the parts that a chart draws: which parts are large enough to
 * be seen beside the total, and whether a linear axis would hide the curve.
 *
 * Draws nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Metrics } from "../../../lib/report/metrics_schema.ts";

/** A part of the loss beside the reconstruction loss. */
export interface LossPart {
  /** Field of a row: `penalty` is multiplied by its weight. */
  field: "penalty" | "auxiliary";
  /** Its share of the total, the sum over the second half of the steps, in [0, 1]. */
  share: number;
  /** Whether it is drawn beside the total; a smaller one has a panel of its own. */
  isLarge: boolean;
}

/** One drawn row: losses of one stored step, in the unit of the loss. */
export interface LossRow {
  step: number;
  total: number;
  reconstruction: number;
  penalty: number;
  auxiliary: number;
}

/** What a chart of the loss by step draws. */
export interface StepLosses {
  rows: LossRow[];
  /** Parts beside the reconstruction loss that are not 0 throughout. */
  parts: LossPart[];
  /**
   * Whether nine tenths of the fall are over in the first quarter of the steps, so that a linear axis hides the rest.
   */
  isLog: boolean;
  /** The stored step by which nine tenths of the fall are over; null if the loss does not fall. */
  fallStep: number | null;
}

/** A part below this share of the total cannot be distinguished from it in one chart. */
const SMALL_SHARE = 0.05;

/** See {@linkcode StepLosses}. */
export function stepLosses({ steps }: Pick<Metrics, "steps">): StepLosses {
  const rows = steps.map(({ step, loss, reconstruction, penalty, auxiliary, weight }) => ({
    step,
    total: loss,
    reconstruction,
    penalty: weight * penalty,
    auxiliary,
  }));
  const late = rows.slice(Math.floor(rows.length / 2));
  const sum = (field: keyof LossRow) => late.reduce((sum, row) => sum + row[field], 0);
  const parts = (["penalty", "auxiliary"] as const)
    .filter((field) => rows.some((row) => row[field] !== 0))
    .map((field) => {
      const share = sum(field) / sum("total");
      return { field, share, isLarge: share >= SMALL_SHARE };
    });
  const totals = rows.map(({ total }) => total);
  const at = fallIndex(totals);
  const fallStep = at === null ? null : rows[at].step;
  return { rows, parts, fallStep, isLog: hidesOnLinearAxis(totals) };
}

/** One drawn row of the losses by epoch; null where there is no such number. */
export interface EpochLossRow {
  /** Epochs trained: 0 before the first step; the mean over an epoch's steps stands in its middle. */
  epoch: number;
  training: number | null;
  test: number | null;
}

/** Reconstruction loss by epoch. */
export interface EpochLosses {
  rows: EpochLossRow[];
  isLog: boolean;
}

/**
 * The reconstruction loss of both splits by epoch: the test set's before the first step and after each epoch, the
 * training set's as the mean over each epoch's steps.
 */
export function epochLosses({ start, epochs }: Pick<Metrics, "start" | "epochs">): EpochLosses {
  const tests = [
    ...start ? [{ epoch: 0, value: start.reconstruction }] : [],
    ...epochs.map(({ epoch, test }) => ({ epoch, value: test.reconstruction })),
  ];
  const rows: EpochLossRow[] = [
    ...tests.map(({ epoch, value }) => ({ epoch, training: null, test: value })),
    ...epochs.map(({ epoch, train }) => ({ epoch: epoch - 0.5, training: train.reconstruction, test: null })),
  ].sort((a, b) => a.epoch - b.epoch);
  return { rows, isLog: hidesOnLinearAxis(tests.map(({ value }) => value)) };
}

/** On a linear axis, what comes after nine tenths of the fall has a tenth of the height. */
const LARGE_FALL = 0.9;
/** A curve whose fall is over within this share of its length is hidden by a linear axis. */
const EARLY = 0.25;
/** Without a fall to less than this share of the first value, a linear axis shows the curve. */
const DEEP = 1 / 3;

/**
 * Whether most of a curve would lie in the lowest tenth of a linear axis. A value that is not above 0 forbids a
 * logarithm.
 */
export function hidesOnLinearAxis(values: number[]): boolean {
  const at = fallIndex(values);
  if (at === null || values.some((value) => value <= 0)) return false;
  return at <= EARLY * (values.length - 1) && Math.min(...values) < DEEP * values[0];
}

/** The first index by which nine tenths of the fall from the first to the smallest value are over. */
function fallIndex(values: number[]): number | null {
  const least = Math.min(...values);
  if (least >= values[0]) return null;
  return values.findIndex((value) => value <= values[0] - LARGE_FALL * (values[0] - least));
}
