/**
 * The rows of several files as one set: one shape, one list of classes, one type of numbers.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath } from "../../errors.ts";
import type { ByteSource } from "../../formats/byte_source.ts";
import type { Pixels } from "../../pixels.ts";
import { type FileRows, refusal, shapeText } from "./file_rows.ts";
import type { OpenedRows } from "./opened_rows.ts";
import type { LabelColumn, RowMeta } from "../row_labels.ts";

/** More classes than this are no classes, but numbers. */
const MOST_CLASSES = 65_536;
const NATURAL = new Intl.Collator("en", { numeric: true });

/**
 * One set of the rows of several files.
 *
 * @param files The files that were opened, of which rows name theirs.
 * @throws {UserError} Rows differ in shape, or only some files have labels.
 */
export function joinedRows(rows: readonly FileRows[], files: readonly ByteSource[]): Omit<OpenedRows, "hasTestPart"> {
  const [first, ...others] = rows;
  for (const { name, shape } of others) {
    if (shapeText(shape) === shapeText(first.shape)) continue;
    throw refusal(
      name,
      `its rows are ${shapeText(shape)}`,
      `${shapeText(first.shape)} as in ${printablePath(first.name)}`,
    );
  }
  const areBytes = rows.every(({ areBytes }) => areBytes), isFlat = rows.every(({ flat }) => flat !== null);
  return {
    shape: first.shape,
    count: rows.reduce((sum, { count }) => sum + count, 0),
    type: areBytes ? "bytes" : "floats",
    labels: joinedLabels(rows),
    meta: joinedMeta(rows),
    flat: isFlat ? rows.map(({ flat, file }) => ({ ...flat!, file: files.indexOf(file) })) : null,
    notes: [...new Set(rows.flatMap(({ notes }) => notes))],
    async *pieces() {
      for (const part of rows) {
        for await (const piece of part.pieces()) {
          yield piece instanceof Uint8Array && !areBytes ? new Float32Array(piece) as Pixels : piece;
        }
      }
    },
  };
}

/** Classes numbered from 0, in the order of their names or numbers; null if no file has any. */
export function joinedLabels(
  rows: readonly Pick<FileRows, "name" | "labels" | "classNames" | "count">[],
): LabelColumn | null {
  if (rows.every(({ labels }) => labels === null)) return null;
  const classes = new Map<string | number, number>();
  for (const { name, labels } of rows) {
    if (labels === null) throw refusal(name, "it has no labels", "labels as the other files");
    for (let row = 0; row < labels.length; row++) {
      const label = labels[row];
      if (typeof label === "number" && !Number.isSafeInteger(label)) {
        throw refusal(name, `the label of row ${row} is ${label}`, "a whole number");
      }
      if (classes.has(label)) continue;
      if (classes.size === MOST_CLASSES) throw refusal(name, `there are more than ${MOST_CLASSES} classes`, "fewer");
      classes.set(label, 0);
    }
  }
  const inOrder = [...classes.keys()].sort((a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : NATURAL.compare(String(a), String(b))
  );
  inOrder.forEach((label, index) => classes.set(label, index));
  const count = rows.reduce((sum, { count }) => sum + count, 0);
  const values = inOrder.length <= 256 ? new Uint8Array(count) : new Uint16Array(count);
  let at = 0;
  for (const { labels } of rows) {
    for (let row = 0; row < labels!.length; row++) values[at++] = classes.get(labels![row])!;
  }
  const { classNames } = rows[0];
  return { values, names: inOrder.map((label) => classNames?.[Number(label)] ?? String(label)) };
}

/** The columns of words that all files have; null if there are none. */
function joinedMeta(rows: readonly FileRows[]): RowMeta | null {
  const names = rows[0].meta?.names.filter((name) => rows.every(({ meta }) => meta?.names.includes(name))) ?? [];
  if (names.length === 0) return null;
  return {
    names,
    values: names.map((name) => rows.flatMap(({ meta }) => meta!.values[meta!.names.indexOf(name)])),
  };
}
