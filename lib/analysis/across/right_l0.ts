/**
 * Which L0 the decoder's directions point to: the L0 at which the mean |cosine| of pairs of decoder directions is smallest.
 *
 * The proxy of Chanin and Garriga-Alonso, "Sparse but Wrong" (arXiv 2508.16560): with too few active latents one latent
 * mixes correlated features, with too many it mixes them in degenerate ways, and both make directions alike. A minimum
 * counts only if it lies inside the range of the sweep and is deeper than the random seeds differ; the answer is in words.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { mean } from "../mean.ts";
import { type ComparedRun, deadShare } from "./family.ts";
import { explainedVariance, median } from "./figures.ts";
import type { SweepCell } from "./sweep_planes.ts";

/** Levels of sparsity that a minimum needs: one on each side of it and one to spare. */
const FEWEST_LEVELS = 4;

/** A level that is above the minimum by less than this share is as small, however equal the random seeds are. */
const AS_SMALL = 0.02;

/** Share of dead latents from which the answer names them: they keep nearly random directions, which lower the mean. */
const MANY_DEAD = 0.05;

/** One level of sparsity over its random seeds. */
export interface L0Level {
  /** Active latents per test input, median. */
  l0: number;
  /** Mean |cosine| of decoder pairs: the mean over the random seeds, the least and the largest. */
  cosine: number;
  least: number;
  largest: number;
  /** Each run's own. */
  runs: { id: string; l0: number; cosine: number }[];
  /** Explained variance, median; null if the data do not vary. */
  explained: number | null;
  /** Share of the latents that are dead, mean, in [0, 1]. */
  deadShare: number;
  /** As `cosine`, without dead latents; null if a run has no two active latents. */
  cosineOfActive: number | null;
}

/** Where the mean |cosine| is smallest. */
export type L0Verdict =
  /** There are too few levels. */
  | { kind: "few" }
  /** It is smallest at an end of the range. */
  | { kind: "end"; end: "lowest" | "highest"; at: L0Level }
  /** Levels up to an end of the range are as small. */
  | { kind: "unclear"; at: L0Level; from: number; to: number }
  /**
   * `from` to `to`: the L0 of the levels beside it that are as small: by less than 2 %, or with the lowest of their random
   * seeds. `rise`: by which share of the minimum the curve rises above it at lower and at higher L0.
   */
  | { kind: "minimum"; at: L0Level; from: number; to: number; rise: [lower: number, upper: number] };

/** The curve of one variant at one width. */
export interface RightL0 {
  /** By L0. */
  levels: L0Level[];
  /** Random seeds of the level with fewest. */
  seeds: number;
  verdict: L0Verdict;
  /** The L0 of the smallest mean without dead latents, if it is another level and none of those that are as small; else null. */
  withoutDead: number | null;
  /** Features that are active in a test input, mean, where the data know it; else null. */
  trueL0: number | null;
}

/**
 * The curve of mean |cosine| over L0 and its minimum.
 *
 * @param cells Of one width. Runs without the measure, such as those of reports from before it, are left out.
 */
export function rightL0(cells: Pick<SweepCell<ComparedRun>, "runs">[]): RightL0 {
  const levels = cells.flatMap(({ runs }) => levelOf(runs) ?? []).sort((a, b) => a.l0 - b.l0);
  const seeds = levels.reduce((fewest, { runs }) => Math.min(fewest, runs.length), Infinity);
  const ofActive = smallest(levels, ({ cosineOfActive }) => cosineOfActive ?? Infinity);
  const verdict = verdictOf(levels);
  const isSame = (l0: number) => verdict.kind === "minimum" && verdict.from <= l0 && l0 <= verdict.to;
  const isOther = ofActive !== null && "at" in verdict && levels[ofActive] !== verdict.at &&
    !isSame(levels[ofActive].l0);
  return {
    levels,
    seeds: levels.length === 0 ? 0 : seeds,
    verdict,
    withoutDead: isOther ? levels[ofActive].l0 : null,
    trueL0: median(cells.flatMap(({ runs }) => runs.map(({ metrics }) => metrics.dictionary?.trueL0 ?? null))),
  };
}

function levelOf(runs: ComparedRun[]): L0Level | null {
  const measured = runs.flatMap((run) => {
    const pairs = run.metrics.geometry?.decoderPairs;
    const l0 = run.metrics.test.activeLatents;
    return pairs && l0 > 0 ? [{ run, pairs, l0 }] : [];
  });
  if (measured.length === 0) return null;
  const cosines = measured.map(({ pairs }) => pairs.meanAbsoluteCosine);
  const ofActive = measured.map(({ pairs }) => pairs.ofActive);
  return {
    l0: median(measured.map(({ l0 }) => l0))!,
    cosine: mean(cosines)!,
    least: cosines.reduce((a, b) => Math.min(a, b)),
    largest: cosines.reduce((a, b) => Math.max(a, b)),
    runs: measured.map(({ run, pairs, l0 }) => ({ id: run.id, l0, cosine: pairs.meanAbsoluteCosine })),
    explained: median(measured.map(({ run }) => explainedVariance(run.metrics.test))),
    deadShare: mean(measured.map(({ run }) => deadShare(run)))!,
    cosineOfActive: ofActive.includes(null) ? null : mean(ofActive),
  };
}

function smallest(levels: L0Level[], of: (level: L0Level) => number): number | null {
  if (levels.length === 0) return null;
  return levels.reduce((best, level, i) => of(level) < of(levels[best]) ? i : best, 0);
}

function verdictOf(levels: L0Level[]): L0Verdict {
  if (levels.length < FEWEST_LEVELS) return { kind: "few" };
  const last = levels.length - 1, lowest = smallest(levels, ({ cosine }) => cosine)!, at = levels[lowest];
  if (lowest === 0) return { kind: "end", end: "lowest", at };
  if (lowest === last) return { kind: "end", end: "highest", at };
  const bound = Math.max(at.largest, (1 + AS_SMALL) * at.cosine);
  let from = lowest, to = lowest;
  while (from > 0 && levels[from - 1].least <= bound) from--;
  while (to < last && levels[to + 1].least <= bound) to++;
  const range = { at, from: levels[from].l0, to: levels[to].l0 };
  if (from === 0 || to === last) return { kind: "unclear", ...range };
  // Beside the minimum the curve may rise higher than at the ends.
  const rise = (side: L0Level[]) => side.reduce((most, { cosine }) => Math.max(most, cosine), 0) / at.cosine - 1;
  return { kind: "minimum", ...range, rise: [rise(levels.slice(0, lowest)), rise(levels.slice(lowest + 1))] };
}

/** What the curve says, in sentences. */
export function rightL0Text({ levels, seeds, verdict, withoutDead, trueL0 }: RightL0): string {
  if (verdict.kind === "few") {
    return `Too few levels of sparsity to look for a minimum: ${levels.length}, and ${FEWEST_LEVELS} are needed.`;
  }
  const differ = `cannot be separated from it: the difference is below 2 %${
    seeds > 1 ? " or below that of the random seeds" : ""
  }`;
  const { at } = verdict, [first, last] = [levels[0], levels.at(-1)!], sentences: string[] = [];
  if (verdict.kind === "end") {
    const range = `L0 ${l0Text(first.l0)} to ${l0Text(last.l0)}`;
    sentences.push(
      `No minimum in the range ${range}: the mean |cosine| is smallest at its ${verdict.end} L0, ${l0Text(at.l0)} (${
        cosineText(at.cosine)
      }).`,
    );
  } else if (verdict.kind === "unclear") {
    sentences.push(
      `No clear minimum: the mean |cosine| is smallest at L0 ${l0Text(at.l0)} (${cosineText(at.cosine)}), but L0 ${
        l0Text(verdict.from)
      } to ${l0Text(verdict.to)} ${differ}. This reaches an end of the range.`,
    );
  } else {
    const [lower, upper] = verdict.rise.map((share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`);
    sentences.push(
      `The mean |cosine| is smallest at L0 ${l0Text(at.l0)} (${
        cosineText(at.cosine)
      }); it rises by up to ${lower} down to L0 ${l0Text(first.l0)} and by up to ${upper} up to L0 ${l0Text(last.l0)}.`,
      verdict.from < verdict.to
        ? `L0 ${l0Text(verdict.from)} to ${l0Text(verdict.to)} ${differ}.`
        : `No other level comes within 2 %${seeds > 1 ? ` with any of its ${seeds} random seeds` : ""}.`,
    );
  }
  if (seeds === 1) sentences.push("With one random seed nothing can be said of how certain this is.");
  if (at.deadShare >= MANY_DEAD) {
    sentences.push(
      `${
        (100 * at.deadShare).toFixed(0)
      } % of the latents are dead there and keep nearly random directions, which lower the mean.`,
    );
  }
  if (withoutDead !== null) sentences.push(`Without dead latents the smallest mean is at L0 ${l0Text(withoutDead)}.`);
  if (trueL0 !== null) sentences.push(`The true L0 of the data is ${l0Text(trueL0)}.`);
  return sentences.join(" ");
}

/** `16` or `15.8`. */
function l0Text(l0: number): string {
  return String(Number(l0.toFixed(1)));
}

/** `0.0842` */
export function cosineText(cosine: number): string {
  return cosine.toFixed(4);
}
