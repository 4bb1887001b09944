/**
 * Rows as comma-separated values (RFC 4180), with a header. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** A row: values by column. */
export type CsvRow = Record<string, string | number | boolean | null | undefined>;

/**
 * Comma-separated values with the columns of all rows in the order in which they first appear; an empty field for null.
 *
 * A field that a spreadsheet would run as a formula keeps its text: numbers are numbers, and text that starts with `=`, `+`,
 * `-` or `@` gets a `'` before it.
 */
export function csv(rows: CsvRow[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [columns.map(field), ...rows.map((row) => columns.map((column) => field(row[column])))]
    .map((fields) => fields.join(",") + "\r\n").join("");
}

function field(value: CsvRow[string]): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const text = /^[=+\-@]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
