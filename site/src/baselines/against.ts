/**
 * Trained dictionaries beside the strongest baseline, as a table and in sentences. Chooses and writes; measures nothing.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import {
  type AgainstBaseline,
  BASELINE_FIGURES,
  type BaselineFigure,
  type BaselineGroup,
  type Outcome,
  type SeedSpread,
} from "../../../lib/analysis/across/against_baselines.ts";
import type { ComparedRun, Level } from "../../../lib/analysis/across/family.ts";
import { methodName } from "../family/data.ts";
import { fixed } from "../format.ts";

/** What a cell says of its comparison, in words. */
export const OUTCOMES: Record<Outcome, string> = {
  above: "above",
  within: "not above: within the spread",
  below: "below",
};

/** A row of the table: a trained level, with a cell for each figure of the table; null if it is not compared. */
export interface AgainstRow<R extends ComparedRun = ComparedRun> {
  level: Level<R>;
  name: string;
  cells: (AgainstBaseline<R> | null)[];
}

/** The table of a group. */
export interface AgainstTable<R extends ComparedRun = ComparedRun> {
  figures: BaselineFigure[];
  rows: AgainstRow<R>[];
}

/** The figures that any level of the group is compared by, and a row for each trained level that is compared. */
export function againstTable<R extends ComparedRun>({ comparisons }: BaselineGroup<R>): AgainstTable<R> {
  const figures = BASELINE_FIGURES.filter((figure) => comparisons.some((one) => one.figure === figure));
  const rows = [...Map.groupBy(comparisons, ({ trained }) => trained)].map(([level, own]) => ({
    level,
    name: levelName(level),
    cells: figures.map((figure) => own.find((one) => one.figure === figure) ?? null),
  }));
  return { figures, rows };
}

/** `TopK at 16.0 active latents`. */
export function levelName(level: Level): string {
  return `${methodName(level)} at ${fixed(level.l0, 1)} active latents`;
}

/** `0.812 (0.809 to 0.814)`; the median alone if all runs have it. */
export function spreadText({ median, least, largest }: SeedSpread, { decimals }: BaselineFigure): string {
  const text = (value: number) => fixed(value, decimals);
  return text(least) === text(largest) ? text(median) : `${text(median)} (${text(least)} to ${text(largest)})`;
}

/** What the baseline beside a trained level is called: `PCA`, with its method if that is another. */
export function baselineName({ trained, baseline }: Pick<AgainstBaseline, "trained" | "baseline">): string {
  return trained.variant === baseline.variant ? baseline.baseline!.title : methodName(baseline);
}

/** A sentence for each figure: which trained settings do not beat the strongest baseline, or that all of them do. */
export function findings<R extends ComparedRun>({ figures, rows }: AgainstTable<R>): string[] {
  return figures.map((figure, i) => {
    const compared = rows.flatMap(({ name, cells }) => cells[i] === null ? [] : [{ name, one: cells[i] }]);
    const missed = compared.filter(({ one }) => one.outcome !== "above");
    const settings = `${compared.length} trained setting${compared.length === 1 ? "" : "s"}`;
    if (missed.length === 0) {
      return `${figure.label}: ${compared.length === 1 ? "the" : "all"} ${settings} ${
        compared.length === 1 ? "is" : "are"
      } above every baseline.`;
    }
    const texts = missed.map(({ name, one }) =>
      `${name} (${one.outcome === "below" ? "below" : "within the spread of"} ${baselineName(one)})`
    );
    return `${figure.label}: ${missed.length} of ${settings} ${missed.length === 1 ? "is" : "are"} not above: ${
      texts.join(", ")
    }.`;
  });
}
