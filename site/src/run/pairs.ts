/**
 * Test inputs with their reconstructions: those of a kind, and as rows of a table.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Reconstructions } from "../../../lib/report/schema.ts";
import type { CsvRow } from "../csv.ts";
import type { RowWords } from "../row_words.ts";

/** A test input, its reconstruction and error. */
export interface RebuiltInput {
  /** Its column in the sprite. */
  column: number;
  /** Its index in the test set. */
  row: number;
  /** What its class is called; null without labels. */
  className: string | null;
  mse: number;
}

type Kind = Reconstructions["pairs"][number]["kind"];

/** The inputs that were picked for one reason, in the report's order. */
export function pairsOf(
  { pairs }: Pick<Reconstructions, "pairs">,
  { kind, classNames }: { kind: Kind; classNames: string[] },
): RebuiltInput[] {
  return pairs.flatMap((pair, column) =>
    pair.kind !== kind ? [] : [{
      column,
      row: pair.image,
      className: pair.label === null ? null : classNames[pair.label] ?? String(pair.label),
      mse: pair.mse,
    }]
  );
}

/** The inputs as rows of a CSV, with what is known of each in words. */
export function pairTable(inputs: RebuiltInput[], words: RowWords): CsvRow[] {
  return inputs.map(({ row, className, mse }) => ({
    test_row: row,
    class: className,
    mse,
    ...Object.fromEntries(words.of(row)?.columns.map(({ name, value }) => [name, value]) ?? []),
  }));
}
