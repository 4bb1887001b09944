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

/** What the measure is, printed once below all tables. */
const PW_MCC = "  PW-MCC: mean |cosine| of decoder directions, best one-to-one matching; 0 to 1";

/** Split latents that are listed. */
const MOST_SPLITS = 5;

/** The whole comparison that `compare` prints: letters stand for the runs, whose ids are too long for columns. */
export function comparisonLines({ comparison, pairs }: Pick<ComparisonFiles, "comparison" | "pairs">): string[] {
  const letters = new Map(comparison.runs.map(({ id }, i) => [id, letterOf(i)]));
  const shown: Shown = { letterOf: (run) => letters.get(run)!, sharedAbove: comparison.sharedAbove };
  return [
    ...comparison.runs.flatMap(({ id, title, latents, dead }, i) => [
      `  ${bold(letterOf(i))}  ${id}`,
      `     ${printable(title)}: ${dead} of ${latents} latents dead`,
    ]),
    ...comparison.groups.flatMap((group) => groupLines(group, shown)),
    ...comparison.dictionaries.flatMap((pair, i) => pairLines(pair, { columns: pairs[i], shown })),
    "",
    dim(PW_MCC),
  ];
}

/** Two lines for each group of a sweep, its title and its figures: what `sweep` prints at its end. */
export function stabilityLines({ groups, notCompared, sharedAbove }: Comparison): string[] {
  const without = notCompared.map(({ runs, reason }) => dim(`  not compared: ${runs.join(", ")}: ${reason}`));
  if (groups.length === 0) return without;
  const [head, ...figures] = table(
    ["  PW-MCC", "shared", "by decoder", "found by every random seed"],
    groups.map(({ means, consensus, decoderConsensus }) => [
      `  ${number(means.pwMcc)} (${number(means.before?.pwMcc)})`,
      `${percent(means.shareShared)} (${percent(means.before?.shareShared)})`,
      percent(means.shareDecoder),
      `${consensus.smallestCosine.length}, by decoder ${decoderConsensus?.smallestCosine.length}`,
    ]),
  );
  return [
    bold("  Stability over random seeds: runs that differ in the random seed alone"),
    dim(`  In brackets before training; shared: decoder and encoder cosine above ${sharedAbove}`),
    head,
    ...groups.flatMap(({ title, runs }, i) => [`  ${printable(title)}: ${runs.length} random seeds`, figures[i]]),
    dim(PW_MCC),
    ...without,
  ];
}

/** What lines about runs have in common. */
interface Shown {
  letterOf: (run: string) => string;
  sharedAbove: number;
}

/** A, B … Z, AA, AB … */
function letterOf(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? letterOf(rest - 1) : "") + String.fromCharCode(65 + index % 26);
}

function groupLines(group: SeedGroup, { letterOf, sharedAbove }: Shown): string[] {
  const { title, runs, pairs, foundIn, consensus, decoderConsensus } = group, n = runs.length;
  return [
    "",
    bold(`${printable(title)}: ${n} random seeds`),
    ...table(
      ["pair", "PW-MCC", "before training", "shared", "before training", "by decoder"],
      pairs.map(({ a, b, pwMcc, shareShared, shareDecoder, before }) => [
        `${letterOf(a)}, ${letterOf(b)}`,
        number(pwMcc),
        number(before?.pwMcc),
        percent(shareShared),
        percent(before?.shareShared),
        percent(shareDecoder),
      ]),
    ),
    ...table(
      ["latents found in", ...Array.from({ length: n }, (_, m) => `${m + 1} of ${n}`), "dead"],
      runs.map((id, r) => [letterOf(id), ...foundIn[r].slice(1).map(String), `${foundIn[r][0]}`]),
    ),
    `  ${consensus.smallestCosine.length} features are found by every random seed, by the decoder alone ` +
    `${decoderConsensus?.smallestCosine.length} ` +
    dim(`(shared: decoder and encoder cosine above ${sharedAbove})`),
  ];
}

function pairLines(
  pair: DictionaryPair,
  { columns, shown: { letterOf, sharedAbove } }: { columns: PairColumns; shown: Shown },
): string[] {
  const { nearest, splits, activations, matched, unmatched, isExact, before } = pair;
  const [a, b] = [letterOf(pair.a), letterOf(pair.b)];
  const rows: [string, string][] = [
    [
      "matched latents",
      `${matched}; without a partner ${unmatched.a} of ${a} and ${unmatched.b} of ${b}${isExact ? "" : "; not exact"}`,
    ],
    ["PW-MCC", `${number(pair.pwMcc)}${before ? `, before training ${number(before.pwMcc)}` : ""}`],
    [
      "shared latents",
      `${percent(pair.shareShared)}${before ? `, before training ${percent(before.shareShared)}` : ""}; by decoder ` +
      percent(pair.shareDecoder),
    ],
    ...([[a, b, nearest.aToB], [b, a, nearest.bToA]] as const).map(([of, other, spread]): [string, string] => [
      `nearest to ${of}'s in ${other}`,
      spread === null
        ? "none"
        : `mean cosine ${number(spread.mean)}, above ${sharedAbove}: ${percent(spread.shareAbove)}`,
    ]),
    ...(activations === null ? [["activations", "not compared"] satisfies [string, string]] : [
      ["activations", `${activations.rows} rows of ${printable(activations.data)}`] satisfies [string, string],
      [
        "of matched latents",
        `correlation ${number(activations.correlation)}, overlap ${percent(activations.overlap)}`,
      ] satisfies [string, string],
    ]),
    ["split latents", `${splits.aToB} of ${a}, ${splits.bToA} of ${b}`],
    ...[[columns.a, b] as const, [columns.b, a] as const].flatMap(([{ run, splits }, other]) =>
      splits.slice(0, MOST_SPLITS).map(splitRow({ run: letterOf(run), other }))
    ),
  ];
  const width = widest(rows.map(([label]) => label)) + 2;
  return ["", bold(`${a} and ${b}`), ...rows.map(([label, text]) => `  ${label.padEnd(width)}${text}`)];
}

function splitRow({ run, other }: { run: string; other: string }) {
  return ({ latent, covered, parts }: PairColumns["a"]["splits"][number]): [string, string] => {
    const cover = covered === null ? "" : dim(` cover ${percent(covered)} of its active rows`);
    return [
      `  latent ${latent} of ${run}`,
      `latents ${parts.map((part) => part.latent).join(", ")} of ${other}${cover}`,
    ];
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
