/**
 * Trained dictionaries beside the strongest baseline, as a table. Chooses and writes; measures nothing.
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
} from "../../../lib/analysis/across/against_baselines.ts";
import { levelName } from "../../../lib/analysis/across/baseline_text.ts";
import type { ComparedRun, Level } from "../../../lib/analysis/across/family.ts";

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
