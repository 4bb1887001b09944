/**
 * The parts of comparisons: groups of runs that differ in the random seed alone, and pairs of dictionaries; which of them belongs to a run or
 * to a setting.
 *
 * Chooses and counts; reads no file. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Comparison, DictionaryPair, SeedGroup } from "../../../lib/report/comparison_schema.ts";
import type { Run } from "../../../lib/report/schema.ts";

/** A group with the comparison that it stands in. */
export interface PlacedGroup {
  comparison: Comparison;
  group: SeedGroup;
}

/**
 * The group in which a run's latents are looked for: the one with most random seeds, then that of the first comparison.
 *
 * @param comparisons The newest first.
 */
export function seedGroupOf(run: string, comparisons: readonly Comparison[]): PlacedGroup | null {
  return mostRuns(groupsWith([run], comparisons));
}

/** The group that covers all of some runs, by the same choice; null if none does, or if there are fewer than two runs. */
export function groupOfRuns(runs: readonly string[], comparisons: readonly Comparison[]): PlacedGroup | null {
  return runs.length < 2 ? null : mostRuns(groupsWith(runs, comparisons));
}

function groupsWith(runs: readonly string[], comparisons: readonly Comparison[]): PlacedGroup[] {
  return comparisons.flatMap((comparison) =>
    comparison.groups.filter((group) => runs.every((run) => group.runs.includes(run)))
      .map((group) => ({ comparison, group }))
  );
}

function mostRuns(groups: PlacedGroup[]): PlacedGroup | null {
  return groups.toSorted((a, b) => b.group.runs.length - a.group.runs.length)[0] ?? null;
}

/** Whether a run has the model that was compared; a report that does not state its files' checksums is believed. */
export function isSameModel(
  { config, files, model }: Pick<Run, "config" | "files" | "model">,
  { latents, modelSha256 }: Pick<Comparison["runs"][number], "latents" | "modelSha256">,
): boolean {
  const sha256 = files.find(({ name }) => name === model.file)?.sha256 ?? modelSha256;
  return config.latent === latents && sha256 === modelSha256;
}

/** Mean PW-MCC of the group in which a run's latents are looked for, by the run's id; without runs that have none. */
export function pwMccOf(
  runs: readonly Pick<Run, "id" | "config" | "files" | "model">[],
  comparisons: readonly Comparison[],
): Map<string, number> {
  return new Map(runs.flatMap((run): [string, number][] => {
    const placed = seedGroupOf(run.id, comparisons), value = placed?.group.means.pwMcc ?? null;
    const isKnown = value !== null && isSameModel(run, placed!.comparison.runs.find(({ id }) => id === run.id)!);
    return isKnown ? [[run.id, value]] : [];
  }));
}

/** A part of a comparison with a page of its own. */
export type ComparisonPart =
  | { kind: "seeds"; path: string; group: SeedGroup }
  | { kind: "pair"; path: string; pair: DictionaryPair; place: number };

/** The parts of a comparison, groups before pairs. */
export function partsOf({ groups, dictionaries }: Comparison): ComparisonPart[] {
  return [
    ...groups.map((group, i) => ({ kind: "seeds" as const, path: `seeds-${i + 1}`, group })),
    ...dictionaries.map((pair, place) => ({ kind: "pair" as const, path: `pair-${place + 1}`, pair, place })),
  ];
}

/** Where the page of a group is, below its comparison: the comparison's own page if there is nothing else on it. */
export function pathOfGroup(comparison: Comparison, group: SeedGroup): string {
  const parts = partsOf(comparison);
  return parts.length === 1 ? "" : parts.find((part) => part.kind === "seeds" && part.group === group)!.path;
}

/**
 * Latents of a group's runs that are not dead, by the number of random seeds in which they are found: `[n]`, from 1 to n.
 *
 * @param foundIn Of each run the number of its latents that are found in 0, 1, …, n runs.
 */
export function foundCounts(foundIn: SeedGroup["foundIn"]): number[] {
  return foundIn[0].slice(1).map((_, i) => foundIn.reduce((sum, counts) => sum + counts[i + 1], 0));
}

/** Their shares of all latents that are not dead; zeros if all are dead. */
export function foundShares(foundIn: SeedGroup["foundIn"]): number[] {
  const counts = foundCounts(foundIn), all = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => all === 0 ? 0 : count / all);
}

/** Dead latents of all runs of a group. */
export function deadOf({ foundIn }: Pick<SeedGroup, "foundIn">): number {
  return foundIn.reduce((sum, [dead]) => sum + dead, 0);
}

/**
 * Shares of cosines in equal bins from 0 to 1; negative ones are counted by their size, as the matching does. Nulls are left out.
 */
export function cosineBins(cosines: Iterable<number | null>, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  let all = 0;
  for (const cosine of cosines) {
    if (cosine === null) continue;
    counts[Math.min(bins - 1, Math.floor(Math.abs(cosine) * bins))]++;
    all++;
  }
  return counts.map((count) => all === 0 ? 0 : count / all);
}
