/**
 * The sparsity variants beside each other: which runs may be compared, and each variant's figures over its random
 * seeds.
 *
 * A level is one setting of one variant, trained with several random seeds. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Run } from "../../report/schema.ts";
import { type Baseline, BASELINE_NAMES, baselineOf } from "../../sae/baselines.ts";
import { VARIANT_NAMES, type VariantName } from "../../sae/sparsity/variants.ts";
import { explainedVariance, median } from "./figures.ts";

/** The parts of a run that are compared. */
export type ComparedRun = Pick<Run, "id" | "createdAt" | "config" | "dataset" | "metrics">;

/** What a level's runs have in common, and medians over them; null if no run has the figure. */
export interface Level<R extends ComparedRun = ComparedRun> {
  variant: VariantName;
  /** What its runs are a baseline by; null if they were trained whole. */
  baseline: Baseline | null;
  /** Its runs, by seed. */
  runs: R[];
  /** Active latents per image. */
  l0: number;
  ev: number | null;
  mse: number;
  /** Dead latents of all. */
  deadShare: number;
  l2Ratio: number | null;
  /** Mean cosine of a latent's encoder and decoder directions. */
  encoderDecoderCosine: number | null;
  probing: { k: number; latents: number | null; pixels: number | null }[];
  recovery: Recovery | null;
}

/** Recovery of true features. */
export interface Recovery {
  mcc: number;
  uniqueness: number;
  precision: number | null;
  recall: number | null;
  f1: number | null;
  /** F1 of each latent with its nearest feature; null for older runs. */
  latentF1: number | null;
  /** Absorption by truth, and how often the same parents' latents are missing without an active child. */
  absorption: number | null;
  missedAlone: number | null;
}

/** Knobs that do not make another setting: the random seed, the device, and what is only looked at during training. */
const NOT_A_SETTING = ["seed", "backend", "engine", "threads", "snapshots"];

/**
 * The runs on the same images with the same number of latents that cover most variants; of several such groups the one
 * with most runs, then the newest.
 */
export function comparableRuns<R extends ComparedRun>(runs: R[]): R[] {
  const groups = Map.groupBy(
    runs,
    ({ config, dataset: { train, test } }) => [train.pixelsSha256, test.pixelsSha256, config.latent].join(),
  );
  const rank = (group: R[]) => [
    new Set(group.filter(({ config }) => !baselineOf(config)).map(({ config }) => config.sparsity)).size,
    group.length,
    group.reduce((newest, { createdAt }) => Math.max(newest, Date.parse(createdAt)), 0),
  ];
  return [...groups.values()].sort((a, b) => descending(rank(a), rank(b)))[0] ?? [];
}

function descending(a: number[], b: number[]): number {
  const differs = a.findIndex((value, i) => value !== b[i]);
  return differs < 0 ? 0 : b[differs] - a[differs];
}

/** Runs by variant, in the variants' order, trained ones before baselines, then by setting, from few active latents to many. */
export function levels<R extends ComparedRun>(runs: R[]): Level<R>[] {
  return [...Map.groupBy(runs, settingOf).values()]
    .map((group) => levelOf(group.toSorted((a, b) => a.config.seed - b.config.seed)))
    .sort((a, b) =>
      VARIANT_NAMES.indexOf(a.variant) - VARIANT_NAMES.indexOf(b.variant) || baselineOrder(a) - baselineOrder(b) ||
      a.l0 - b.l0
    );
}

/** The place of a level's baseline among all; 0 if it was trained whole. */
function baselineOrder({ runs: [{ config }] }: Level): number {
  return BASELINE_NAMES.indexOf(config.baseline);
}

/** Whether runs that differ in this knob have different settings. */
export function isSetting(knob: string): boolean {
  return !NOT_A_SETTING.includes(knob);
}

/** What a run's settings are but for the random seed, the device and snapshots: equal texts for equal settings. */
export function settingOf({ config }: Pick<ComparedRun, "config">): string {
  return JSON.stringify(Object.entries(config).filter(([knob]) => isSetting(knob)));
}

function levelOf<R extends ComparedRun>(runs: R[]): Level<R> {
  const over = (of: (run: R) => number | null | undefined) => median(runs.map((run) => of(run) ?? null));
  const ofDictionary = (name: "precision" | "recall" | "f1") => over(({ metrics }) => metrics.dictionary?.[name]);
  const mcc = over(({ metrics }) => metrics.dictionary?.mcc);
  const ks = runs[0].metrics.probing?.latents.map(({ k }) => k) ?? [];
  const probe = (of: "latents" | "pixels", i: number) => over(({ metrics }) => metrics.probing?.[of][i]?.value);
  return {
    variant: runs[0].config.sparsity,
    baseline: baselineOf(runs[0].config),
    runs,
    l0: over(({ metrics }) => metrics.test.activeLatents)!,
    ev: over(({ metrics }) => explainedVariance(metrics.test)),
    mse: over(({ metrics }) => metrics.test.mse)!,
    deadShare: over(deadShare)!,
    l2Ratio: over(({ metrics }) => metrics.test.l2Ratio),
    encoderDecoderCosine: over(({ metrics }) => metrics.geometry?.encoderDecoderCosines?.mean),
    probing: ks.map((k, i) => ({ k, latents: probe("latents", i), pixels: probe("pixels", i) })),
    recovery: mcc === null ? null : {
      mcc,
      uniqueness: over(({ metrics }) => metrics.dictionary?.uniqueness)!,
      precision: ofDictionary("precision"),
      recall: ofDictionary("recall"),
      f1: ofDictionary("f1"),
      latentF1: over(({ metrics }) => metrics.dictionary?.byLatent?.f1),
      absorption: over(({ metrics }) => metrics.dictionary?.absorption?.share),
      missedAlone: over(({ metrics }) => metrics.dictionary?.absorption?.missedAlone),
    },
  };
}

/** Dead latents of all, in [0, 1]. */
export function deadShare({ config, metrics }: Pick<ComparedRun, "config" | "metrics">): number {
  return metrics.test.deadLatents / config.latent;
}

/**
 * Of each variant, and of each of its baselines, the level whose L0 is nearest to the wanted one, by ratio; a level without
 * active latents comes last.
 */
export function nearestLevels<R extends ComparedRun>(all: Level<R>[], l0: number): Level<R>[] {
  const distance = (level: Level<R>) => level.l0 > 0 ? Math.abs(Math.log(level.l0 / l0)) : Infinity;
  return [...Map.groupBy(all, ({ variant, baseline }) => `${variant} ${baseline?.title ?? ""}`).values()]
    .map((own) => own.reduce((best, level) => distance(level) < distance(best) ? level : best));
}
