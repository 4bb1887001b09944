/**
 * Runs that differ in the random seed alone, compared with each other: each pair, each latent, and what all of them find.
 *
 * @module
 */
import {
  type ComparedDictionary,
  type ConsensusFeature,
  consensusOf,
  foundIn,
  isDecoderShared,
  isShared,
  type Likeness,
  matchDictionaries,
  type MatchedDictionaries,
  type Partners,
  type PartnersOfRuns,
} from "../analysis/across/stability.ts";
import { matchingBytes } from "../analysis/across/matching.ts";
import { mean } from "../analysis/mean.ts";
import { significant } from "../analysis/rounding.ts";
import { assertFitsMemory } from "../memory.ts";
import type { LatentColumns } from "../report/comparison_columns_schema.ts";
import { COMPARISON_VERSION, type MatchedPair, type SeedGroup } from "../report/comparison_schema.ts";
import type { ComparedRun } from "./compared_run.ts";

/** The runs of a group by random seed, with their dictionaries after and before training. */
export type OpenedGroup = { run: ComparedRun; trained: ComparedDictionary; initial: ComparedDictionary | null }[];

/**
 * Compares the runs of a group.
 *
 * @throws {UserError} There is not enough memory.
 * @throws The signal's reason, when aborted.
 */
export function groupOf(
  opened: OpenedGroup,
  { title, signal }: { title: string; signal: AbortSignal },
): { group: SeedGroup; latents: LatentColumns[] } {
  const ids = opened.map(({ run }) => run.id);
  const pairs: MatchedPair[] = [], matched = new Map<string, MatchedDictionaries>();
  for (const [r, a] of opened.entries()) {
    for (const [s, b] of opened.entries()) {
      if (s <= r) continue;
      signal.throwIfAborted();
      const found = matchedInMemory(a.trained, b.trained);
      matched.set(`${r},${s}`, found);
      pairs.push({
        ...{ a: a.run.id, b: b.run.id, ...pairFigures(found) },
        before: a.initial && b.initial && likenessOf(matchedInMemory(a.initial, b.initial)),
      });
    }
  }
  const runs: PartnersOfRuns = {
    isAlive: opened.map(({ run }) => run.isAlive),
    of: (r, s) => r < s ? matched.get(`${r},${s}`)!.ofA : matched.get(`${s},${r}`)!.ofB,
  };
  const found = opened.map((_, r) => foundIn(runs, { r, isSame: isShared }));
  const decoderFound = opened.map((_, r) => foundIn(runs, { r, isSame: isDecoderShared }));
  const counts = (own: Int32Array) =>
    Array.from({ length: ids.length + 1 }, (_, m) => own.filter((count) => count === m).length);
  const before = pairs.map((pair) => pair.before).filter((likeness) => likeness !== null);
  return {
    group: {
      title,
      runs: ids,
      pairs,
      means: { ...meanLikeness(pairs), before: before.length > 0 ? meanLikeness(before) : null },
      foundIn: found.map(counts),
      consensus: consensusColumns(consensusOf(runs, isShared), ids.length),
      decoderFoundIn: decoderFound.map(counts),
      decoderConsensus: consensusColumns(consensusOf(runs, isDecoderShared), ids.length),
    },
    latents: ids.map((run, r) => ({
      schemaVersion: COMPARISON_VERSION,
      run,
      foundIn: [...found[r]],
      decoderFoundIn: [...decoderFound[r]],
      partners: ids.flatMap((id, s) => s === r ? [] : [{ run: id, ...partnerColumns(runs.of(r, s)) }]),
    })),
  };
}

/** Matches two dictionaries if that fits into memory. @throws {UserError} It does not. */
export function matchedInMemory(
  a: ComparedDictionary,
  b: ComparedDictionary,
  options: Parameters<typeof matchDictionaries>[2] = {},
): MatchedDictionaries {
  const n = a.isAlive.length, m = b.isAlive.length;
  assertFitsMemory(matchingBytes({ n, m, width: a.width }), { what: `match ${n} latents with ${m}` });
  return matchDictionaries(a, b, options);
}

/** The figures of a matching that the report has. */
export function pairFigures(
  { matched, shared, unmatched, isExact, ...likeness }: MatchedDictionaries,
): Omit<MatchedPair, "a" | "b" | "before"> {
  return { ...likenessOf(likeness), matched, shared, unmatched, isExact };
}

/** How alike two dictionaries are, as the report has it. */
export function likenessOf({ pwMcc, shareShared, shareDecoder }: Likeness): Likeness {
  const short = (value: number | null) => value === null ? null : significant(value);
  return { pwMcc: short(pwMcc), shareShared: short(shareShared), shareDecoder: short(shareDecoder) };
}

function meanLikeness(pairs: readonly Likeness[]): Likeness {
  return likenessOf({
    pwMcc: mean(pairs.map(({ pwMcc }) => pwMcc)),
    shareShared: mean(pairs.map(({ shareShared }) => shareShared)),
    shareDecoder: mean(pairs.map(({ shareDecoder }) => shareDecoder)),
  });
}

function consensusColumns(features: ConsensusFeature[], runs: number): SeedGroup["consensus"] {
  return {
    latents: Array.from({ length: runs }, (_, r) => features.map(({ latents }) => latents[r])),
    smallestCosine: features.map(({ smallestCosine }) => significant(smallestCosine)),
  };
}

/** Partners as the report has them: null for none. */
export function partnerColumns({ latent, decoderCosine, encoderCosine }: Partners) {
  const own = (values: Float64Array) => Array.from(values, (value, i) => latent[i] < 0 ? null : significant(value));
  return {
    latent: Array.from(latent, (partner) => partner < 0 ? null : partner),
    decoderCosine: own(decoderCosine),
    encoderCosine: own(encoderCosine),
  };
}
