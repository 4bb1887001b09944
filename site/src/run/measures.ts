/**
 * Every measure of both splits that a run has, as rows of a table.
 *
 * Measures nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Run } from "../../../lib/report/schema.ts";

/** One measure. */
export interface MeasureRow {
  /** Its key in run.json, which is the glossary's anchor. */
  name: string;
  label: string;
  /** Null if the split has no such number. */
  train: number | null;
  test: number | null;
}

/** See the module comment; a measure that neither split has is left out. */
export function measureRows(
  { metrics: { train, test }, definitions }: Pick<Run, "metrics" | "definitions">,
): MeasureRow[] {
  return Object.keys(test).flatMap((name): MeasureRow[] => {
    const key = name as keyof typeof test, ofTest = test[key], ofTrain = train[key];
    const label = definitions[name]?.label ?? name;
    if (!Array.isArray(ofTest)) {
      return ofTest === null && ofTrain === null
        ? []
        : [{ name, label, train: ofTrain as number | null, test: ofTest }];
    }
    return ofTest.map(({ threshold, value }, i) => ({
      name,
      label: `${label.replace(/ t$/, "")} ${threshold}`,
      train: (ofTrain as typeof ofTest)[i].value,
      test: value,
    }));
  });
}
