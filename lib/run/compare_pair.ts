/**
 * Two dictionaries compared, whatever made them: matched and nearest latents, latents that are split, and the activations on the
 * same rows.
 *
 * @module
 */
import { CoActivity, Coverage, type LatentPair } from "../analysis/across/coactivity.ts";
import {
  CO_ACTIVE_ABOVE,
  NEAREST_ABOVE,
  NearestLatents,
  type SplitLatent,
  splitLatents,
} from "../analysis/across/splitting.ts";
import { haveSameAngles, inDataUnits } from "../analysis/across/data_units.ts";
import { type ComparedDictionary, type MatchedDictionaries, SHARED_ABOVE } from "../analysis/across/stability.ts";
import { median } from "../analysis/across/figures.ts";
import { mean } from "../analysis/mean.ts";
import { significant } from "../analysis/rounding.ts";
import type { PairColumns, Split } from "../report/comparison_columns_schema.ts";
import { COMPARISON_VERSION, type DictionaryPair } from "../report/comparison_schema.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import { likenessOf, matchedInMemory, pairFigures, partnerColumns } from "./compare_group.ts";
import { type ComparedRows, pairedModels, type RowsOptions } from "./compare_rows.ts";
import { type ComparedRun, initialDictionary } from "./compared_run.ts";
import type { TrainedModel } from "./trained_model.ts";

/** A run with its weights. */
interface Side {
  run: ComparedRun;
  model: TrainedModel;
  dictionary: ComparedDictionary;
}

/**
 * Compares two dictionaries, in the units that both read, or in those of the data if theirs were scaled value by value in
 * different ways.
 *
 * @param options.rows The rows on which their activations are compared; null for none.
 * @throws {UserError} There is not enough memory, or no engine takes a model.
 * @throws The signal's reason, when aborted.
 */
export async function pairOf(
  { a, b }: { a: Side; b: Side },
  { rows, options, signal }: { rows: ComparedRows | null; options: RowsOptions; signal: AbortSignal },
): Promise<{ pair: DictionaryPair; columns: PairColumns }> {
  signal.throwIfAborted();
  const nearest = {
    a: new NearestLatents(a.run.isAlive.length),
    b: new NearestLatents(b.run.isAlive.length),
  };
  const factors = { a: a.model.scaling.factor, b: b.model.scaling.factor };
  const areAlike = haveSameAngles(factors.a, factors.b);
  const placed = (dictionary: ComparedDictionary, side: "a" | "b") =>
    areAlike ? dictionary : inDataUnits(dictionary, factors[side]);
  const matched = matchedInMemory(placed(a.dictionary, "a"), placed(b.dictionary, "b"), {
    onCosine(i, j, cosine) {
      nearest.a.offer(i, { latent: j, cosine });
      nearest.b.offer(j, { latent: i, cosine });
    },
  });
  const initial = { a: initialDictionary(a.run.run), b: initialDictionary(b.run.run) };
  const active = rows && await activityOf({ a: a.model, b: b.model }, { matched, nearest, rows, options });
  const splits = active?.splits ??
    { a: withoutRows(splitLatents(nearest.b, null)), b: withoutRows(splitLatents(nearest.a, null)) };
  const agreement = active && agreementOf(active.coActivity, matched);
  return {
    pair: {
      ...{ a: a.run.id, b: b.run.id, ...pairFigures(matched) },
      before: initial.a && initial.b && likenessOf(matchedInMemory(placed(initial.a, "a"), placed(initial.b, "b"))),
      nearest: { aToB: spreadOf(nearest.a), bToA: spreadOf(nearest.b) },
      splits: {
        ...{ aToB: splits.a.length, bToA: splits.b.length, nearestAbove: NEAREST_ABOVE },
        coActiveAbove: active ? CO_ACTIVE_ABOVE : null,
      },
      activations: rows && agreement && {
        data: rows.name,
        rows: rows.count,
        correlation: orNull(mean(agreement.correlation), significant),
        overlap: orNull(mean(agreement.overlap), significant),
      },
    },
    columns: {
      schemaVersion: COMPARISON_VERSION,
      a: {
        ...{ run: a.run.id, ...partnerColumns(matched.ofA), ...nearestColumns(nearest.a) },
        correlation: agreement && agreement.correlation.map((value) => orNull(value, significant)),
        overlap: agreement && agreement.overlap.map((value) => orNull(value, significant)),
        activeRows: active && [...active.coActivity.a.activeRows],
        splits: splits.a,
      },
      b: {
        ...{ run: b.run.id, ...partnerColumns(matched.ofB), ...nearestColumns(nearest.b) },
        correlation: agreement && ofPartners(matched, agreement.correlation),
        overlap: agreement && ofPartners(matched, agreement.overlap),
        activeRows: active && [...active.coActivity.b.activeRows],
        splits: splits.b,
      },
    },
  };
}

/** Both models on the same rows: once for the pairs, and once more for how much of a latent its parts cover. */
async function activityOf(
  models: { a: TrainedModel; b: TrainedModel },
  { matched, nearest, rows, options }: {
    matched: MatchedDictionaries;
    nearest: { a: NearestLatents; b: NearestLatents };
    rows: ComparedRows;
    options: RowsOptions;
  },
): Promise<{ coActivity: CoActivity; splits: { a: Split[]; b: Split[] } }> {
  const counted = ({ definition: { arch, objective } }: TrainedModel) => ({
    nLatents: arch.nLatents,
    activeAbove: VARIANTS[objective.sparsity].activeAbove,
  });
  const sides = { a: counted(models.a), b: counted(models.b) };
  const named = (others: Int32Array): LatentPair[] => [...others].flatMap((b, a) => b < 0 ? [] : [{ a, b }]);
  const coActivity = new CoActivity(sides, [
    ...named(matched.ofA.latent),
    ...named(nearest.a.latent),
    ...named(nearest.b.latent).map(({ a, b }) => ({ a: b, b: a })),
  ]);
  await using opened = await pairedModels(models, { ...options, rows });
  for await (const piece of opened.passes()) coActivity.add(piece);

  const { a, b } = coActivity;
  const found = {
    a: splitLatents(nearest.b, {
      ofWhole: (whole) => a.activeRows[whole],
      ofPart: (part) => b.activeRows[part],
      ofBoth: (whole, part) => coActivity.bothActive({ a: whole, b: part }),
    }),
    b: splitLatents(nearest.a, {
      ofWhole: (whole) => b.activeRows[whole],
      ofPart: (part) => a.activeRows[part],
      ofBoth: (whole, part) => coActivity.bothActive({ a: part, b: whole }),
    }),
  };
  const coverage = {
    a: new Coverage({ wholes: sides.a, parts: sides.b, wholeOf: wholesOf(found.a, sides.b) }),
    b: new Coverage({ wholes: sides.b, parts: sides.a, wholeOf: wholesOf(found.b, sides.a) }),
  };
  if (found.a.length + found.b.length > 0) {
    for await (const piece of opened.passes()) {
      coverage.a.add({ wholes: piece.a, parts: piece.b });
      coverage.b.add({ wholes: piece.b, parts: piece.a });
    }
  }
  const covered = (own: Coverage, active: Uint32Array) => (split: SplitLatent) =>
    splitRow(split, own.covered[split.latent] / active[split.latent]);
  return {
    coActivity,
    splits: {
      a: found.a.map(covered(coverage.a, a.activeRows)),
      b: found.b.map(covered(coverage.b, b.activeRows)),
    },
  };
}

function wholesOf(splits: SplitLatent[], { nLatents }: { nLatents: number }): Int32Array {
  const wholeOf = new Int32Array(nLatents).fill(-1);
  for (const { latent, parts } of splits) for (const part of parts) wholeOf[part.latent] = latent;
  return wholeOf;
}

function withoutRows(splits: SplitLatent[]): Split[] {
  return splits.map((split) => splitRow(split, null));
}

/** A split as the report has it. */
function splitRow({ latent, parts }: SplitLatent, covered: number | null): Split {
  return {
    latent,
    covered: orNull(covered, significant),
    parts: parts.map((part) => ({
      latent: part.latent,
      decoderCosine: significant(part.decoderCosine),
      coActive: orNull(part.coActive, significant),
      ofWhole: orNull(part.ofWhole, significant),
    })),
  };
}

/** How well the activations of matched latents agree, by the latent of a; null without a partner. */
function agreementOf(coActivity: CoActivity, { ofA }: MatchedDictionaries) {
  const each = (figure: (pair: LatentPair) => number | null) =>
    Array.from(ofA.latent, (b, a) => b < 0 ? null : figure({ a, b }));
  return {
    correlation: each((pair) => coActivity.correlation(pair)),
    overlap: each((pair) => coActivity.overlap(pair)),
  };
}

/** A column of a's latents for their partners in b. */
function ofPartners({ ofB }: MatchedDictionaries, column: (number | null)[]): (number | null)[] {
  return Array.from(ofB.latent, (a) => a < 0 ? null : orNull(column[a], significant));
}

function nearestColumns({ latent, cosine }: NearestLatents) {
  return {
    nearest: Array.from(latent, (other) => other < 0 ? null : other),
    nearestCosine: Array.from(cosine, (value, i) => latent[i] < 0 ? null : significant(value)),
  };
}

/** Mean, median and share above the threshold of the nearest latents' cosines; null without any. */
function spreadOf({ latent, cosine }: NearestLatents): DictionaryPair["nearest"]["aToB"] {
  const found = [...cosine].filter((_, i) => latent[i] >= 0);
  if (found.length === 0) return null;
  return {
    mean: significant(mean(found)!),
    median: significant(median(found)!),
    shareAbove: significant(found.filter((value) => value > SHARED_ABOVE).length / found.length),
  };
}

function orNull(value: number | null, change: (value: number) => number): number | null {
  return value === null ? null : change(value);
}
