/**
 * What a person sees of a comparison: runs that differ in the random seed alone, and pairs of dictionaries.
 *
 * @module
 */
import { bold, dim } from "@std/fmt/colors";
import { printable } from "../errors.ts";
import type { PairColumns } from "../report/comparison_columns_schema.ts";
import type { Comparison, DictionaryPair, SeedGroup } from "../report/comparison_schema.ts";
import type { ComparisonFiles } from "../run/compare.ts";
import { widest } from "./model_view.ts";

/** Split latents that are listed. */
const MOST_SPLITS = 5;

/** The whole comparison that `compare` prints. */
export function comparisonLines({ comparison, pairs }: Pick<ComparisonFiles, "comparison" | "pairs">): string[] {
  return [
    ...table(
      ["run", "title", "latents", "dead"],
      comparison.runs.map(({ id, title, latents, dead }) => [id, printable(title), `${latents}`, `${dead}`]),
    ),
    ...comparison.groups.flatMap((group) => groupLines(group, comparison)),
    ...comparison.dictionaries.flatMap((pair, i) => pairLines(pair, { columns: pairs[i], comparison })),
  ];
}

/** A line for each group of a sweep: what `sweep` prints at its end. */
export function stabilityLines({ groups, notCompared, sharedAbove }: Comparison): string[] {
  const without = notCompared.map(({ runs, reason }) => dim(`  not compared: ${runs.join(", ")}: ${reason}`));
  if (groups.length === 0) return without;
  return [
    bold("Stability over random seeds") +
    dim(` (shared: decoder and encoder cosine above ${sharedAbove}; before training in brackets)`),
    ...table(
      ["runs that differ in the random seed alone", "seeds", "PW-MCC", "shared", "by decoder", "in all seeds"],
      groups.map(({ title, runs, means, consensus, decoderConsensus }) => [
        printable(title),
        `${runs.length}`,
        `${number(means.pwMcc)} (${number(means.before?.pwMcc)})`,
        `${percent(means.shareShared)} (${percent(means.before?.shareShared)})`,
        percent(means.shareDecoder),
        `${consensus.smallestCosine.length}, by decoder ${decoderConsensus?.smallestCosine.length}`,
      ]),
    ),
    ...without,
  ];
}

function groupLines(group: SeedGroup, { sharedAbove }: Comparison): string[] {
  const { title, runs, pairs, foundIn, consensus, decoderConsensus } = group, n = runs.length;
  return [
    "",
    bold(`${printable(title)}: ${n} random seeds`),
    ...table(
      ["pair of runs", "PW-MCC", "before training", "shared", "before training", "by decoder"],
      pairs.map(({ a, b, pwMcc, shareShared, shareDecoder, before }) => [
        `${a}, ${b}`,
        number(pwMcc),
        number(before?.pwMcc),
        percent(shareShared),
        percent(before?.shareShared),
        percent(shareDecoder),
      ]),
    ),
    ...table(
      ["latents found in", ...Array.from({ length: n }, (_, m) => `${m + 1} of ${n}`), "dead"],
      runs.map((id, r) => [id, ...foundIn[r].slice(1).map(String), `${foundIn[r][0]}`]),
    ),
    `  ${consensus.smallestCosine.length} features are found by every random seed, by the decoder alone ` +
    `${decoderConsensus?.smallestCosine.length} ` +
    dim(`(shared: decoder and encoder cosine above ${sharedAbove})`),
  ];
}

function pairLines(
  pair: DictionaryPair,
  { columns, comparison: { sharedAbove } }: { columns: PairColumns; comparison: Comparison },
): string[] {
  const { a, b, nearest, splits, activations, matched, unmatched, isExact, before } = pair;
  const rows: [string, string][] = [
    [
      "matched latents",
      `${matched}, ${unmatched.a} and ${unmatched.b} without a partner${isExact ? "" : ", not exact"}`,
    ],
    ["PW-MCC", `${number(pair.pwMcc)}${before ? `, before training ${number(before.pwMcc)}` : ""}`],
    [
      "shared latents",
      `${percent(pair.shareShared)}${
        before ? `, before training ${percent(before.shareShared)}` : ""
      }; by the decoder alone ` +
      percent(pair.shareDecoder),
    ],
    ...([["first", nearest.aToB], ["second", nearest.bToA]] as const).map(([name, spread]): [string, string] => [
      `nearest of the ${name}'s`,
      spread === null
        ? "none"
        : `mean cosine ${number(spread.mean)}, above ${sharedAbove}: ${percent(spread.shareAbove)}`,
    ]),
    [
      "activations",
      activations === null
        ? "not compared"
        : `correlation ${number(activations.correlation)}, overlap ${
          percent(activations.overlap)
        } of matched latents ` +
          `(${printable(activations.data)}: ${activations.rows} rows)`,
    ],
    ["split latents", `${splits.aToB} of the first, ${splits.bToA} of the second`],
    ...[columns.a, columns.b].flatMap(({ run, splits }) => splits.slice(0, MOST_SPLITS).map(splitRow(run))),
  ];
  const width = widest(rows.map(([label]) => label)) + 2;
  return ["", bold(`${a} and ${b}`), ...rows.map(([label, text]) => `  ${label.padEnd(width)}${text}`)];
}

function splitRow(run: string) {
  return ({ latent, covered, parts }: PairColumns["a"]["splits"][number]): [string, string] => {
    const cover = covered === null ? "" : dim(`, which are active on ${percent(covered)} of its active rows`);
    return [`  ${latent} of ${run}`, `becomes ${parts.map((part) => part.latent).join(", ")}${cover}`];
  };
}

/** Lines with columns of equal width. */
function table(head: string[], rows: string[][]): string[] {
  const widths = head.map((title, i) => widest([title, ...rows.map((row) => row[i])]));
  const line = (cells: string[]) => `  ${cells.map((text, i) => text.padEnd(widths[i])).join("  ")}`.trimEnd();
  return [dim(line(head)), ...rows.map(line)];
}

function number(value: number | null | undefined): string {
  return value === null || value === undefined ? "none" : value.toFixed(4);
}

function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? "none" : `${(100 * share).toFixed(1)} %`;
}
