/**
 * The rows of several files as one set: one shape, one list of classes, one type of numbers.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, quoted } from "../../errors.ts";
import type { ByteSource } from "../../formats/byte_source.ts";
import type { Pixels } from "../../pixels.ts";
import { rowLength, shapeText } from "../row_shape.ts";
import { assertWholeLabels, type FileRows, refusal } from "./file_rows.ts";
import type { OpenedRows } from "./opened_rows.ts";
import type { LabelColumn, RowMeta } from "../row_labels.ts";

/** More classes than this are no classes, but numbers. */
const MOST_CLASSES = 65_536;
/** What the class of rows without a label is called. */
const UNLABELLED = "(none)";
const NATURAL = new Intl.Collator("en", { numeric: true });

/**
 * One set of the rows of several files.
 *
 * @param files The files that were opened, of which rows name theirs.
 * @throws {UserError} Rows differ in shape or in the names of their columns, or only some files have labels.
 */
export function joinedRows(rows: readonly FileRows[], files: readonly ByteSource[]): Omit<OpenedRows, "hasTestPart"> {
  const [first, ...others] = rows;
  for (const { name, shape, columns } of others) {
    if (shapeText(shape) !== shapeText(first.shape)) {
      const now = `its rows are ${shapeText(shape)}`;
      throw refusal(name, now, `${shapeText(first.shape)} as in ${printablePath(first.name)}`);
    }
    const other = otherColumn(columns, first.columns);
    if (other) throw refusal(name, other.now, `${other.wanted} as in ${printablePath(first.name)}`);
  }
  const areBytes = rows.every(({ areBytes }) => areBytes), isFlat = rows.every(({ flat }) => flat !== null);
  const piecesFrom = async function* (row: number): AsyncGenerator<Pixels> {
    let skipped = row;
    for (const part of rows) {
      const from = Math.min(skipped, part.count);
      skipped -= from;
      if (from === part.count) continue;
      for await (const piece of rowsFrom(part, from)) {
        yield piece instanceof Uint8Array && !areBytes ? new Float32Array(piece) as Pixels : piece;
      }
    }
  };
  return {
    shape: first.shape,
    count: rows.reduce((sum, { count }) => sum + count, 0),
    type: areBytes ? "bytes" : "floats",
    labels: joinedLabels(rows),
    columns: rows.find(({ columns }) => columns)?.columns ?? null,
    meta: joinedMeta(rows),
    flat: isFlat ? rows.map(({ flat, file }) => ({ ...flat!, file: files.indexOf(file) })) : null,
    notes: [...new Set(rows.flatMap(({ notes }) => notes))],
    pieces: () => piecesFrom(0),
    piecesFrom,
  };
}

/** A file's rows from one on, also if its reader has to read those before it. */
async function* rowsFrom({ shape, pieces, piecesFrom }: FileRows, from: number): AsyncGenerator<Pixels> {
  if (from === 0) return yield* pieces();
  if (piecesFrom) return yield* piecesFrom(from);
  const dInput = rowLength(shape);
  let skipped = from;
  for await (const piece of pieces()) {
    const rows = Math.min(skipped, piece.length / dInput);
    skipped -= rows;
    if (rows * dInput < piece.length) yield piece.subarray(rows * dInput) as Pixels;
  }
}

/**
 * The first column of values that is called otherwise in another table, for an error message; null if there is none, or if one
 * of the tables has no names.
 */
export function otherColumn(
  columns: readonly string[] | null | undefined,
  expected: readonly string[] | null | undefined,
): { now: string; wanted: string } | null {
  if (!columns || !expected) return null;
  const at = columns.findIndex((name, i) => name !== expected[i]);
  if (at < 0) return null;
  return { now: `column ${at + 1} of its values is ${quoted(columns[at])}`, wanted: quoted(expected[at]) };
}

/**
 * Classes numbered from 0, in the order of their names or numbers; null if no file has any. Rows without a label in a column of
 * words are a class of their own, which is called so.
 */
export function joinedLabels(
  rows: readonly Pick<FileRows, "name" | "labels" | "classNames" | "count">[],
): LabelColumn | null {
  if (rows.every(({ labels }) => labels === null)) return null;
  const classes = new Map<string | number, number>();
  // A file of whole numbers and one of words name the same class as a number and as a word.
  const areWords = rows.some(({ labels }) => typeof labels?.[0] === "string");
  const keyOf = (label: string | number) => label === "" ? UNLABELLED : areWords ? String(label) : label;
  for (const { name, labels } of rows) {
    if (labels === null) throw refusal(name, "it has no labels", "labels as the other files");
    assertWholeLabels(labels, name);
    for (let row = 0; row < labels.length; row++) {
      const label = keyOf(labels[row]);
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
    for (let row = 0; row < labels!.length; row++) values[at++] = classes.get(keyOf(labels![row]))!;
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
