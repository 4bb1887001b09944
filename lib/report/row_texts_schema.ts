/**
 * What is known of shown rows in words: one table for each file of a report, so that no text is stored once per latent.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { numbers } from "./number_lists.ts";
import { rule } from "./schema_parts.ts";

/** Characters of a value, at most; a longer one is cut and ends in "…". */
export const MOST_TEXT = 240;

/** See the module comment. */
export const RowTexts = z.strictObject({
  rows: numbers({ isInteger: true }).describe("Rows of the set, ascending."),
  labels: numbers({ isInteger: true }).nullable().describe("The class of each; null without labels."),
  fileRows: numbers({ isInteger: true }).nullable().describe(
    "Which row of the files each is, from 0 over all files; null if row i of the set is row i of the files.",
  ),
  names: z.array(z.string()).describe(
    "Columns of words, such as `text`, `token` or `url`; none if nothing is known in words.",
  ),
  values: z.array(z.array(z.string().max(MOST_TEXT))).describe(
    "`[column][i]` of row rows[i]: at most 240 characters, a longer value is cut and ends in `…`.",
  ),
}).superRefine(rule(({ rows, labels, fileRows, names, values }) => {
  const expected = `one for each row, ${rows.length}`;
  const unordered = rows.findIndex((row, i) => i > 0 && row <= rows[i - 1]);
  if (unordered >= 0) return { path: ["rows", unordered], expected: "ascending rows" };
  if (labels && labels.length !== rows.length) return { path: ["labels"], expected };
  if (fileRows && fileRows.length !== rows.length) return { path: ["fileRows"], expected };
  if (values.length !== names.length) return { path: ["values"], expected: `one for each name, ${names.length}` };
  const ragged = values.findIndex((column) => column.length !== rows.length);
  return ragged < 0 ? null : { path: ["values", ragged], expected };
}));

/** See the schema of the same name. */
export type RowTexts = z.infer<typeof RowTexts>;
