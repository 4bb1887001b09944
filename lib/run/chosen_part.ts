/**
 * Which rows of new data a model is used on: a part of data that have a training and a test part, or of a run's own files the
 * rows that it held out. Says what was chosen, so that nobody takes rows that were trained on for new ones.
 *
 * Reads no row.
 *
 * @module
 */
import type { SourceFile } from "../data/dataset.ts";
import { someRows } from "../data/files/some_rows.ts";
import { countHeldOut, heldOutRows, trainingRows } from "../data/files/split_rows.ts";
import type { OpenedRows } from "../data/readers/opened_rows.ts";
import { UserError } from "../errors.ts";
import type { RunRecord } from "./trained_model.ts";

/** Which rows of data that have a training and a test part, of their own or by a run's split. */
export type Part = "train" | "test" | "all";

/** What is wanted. */
export interface PartOptions {
  /** Which rows; null if that is not said, so that they are the test part of data that have both. */
  part: Part | null;
  /** Which rows of the files that the run has split itself, if `part` does not say. */
  ownPart: Part;
  /** The model's run, which says which rows of its files it held out. */
  run: RunRecord;
}

/** What was found at the data's place. */
interface Found {
  sources: readonly SourceFile[];
  /** Whether the data have a training and a test part, of which `rows` are the wanted one. */
  hasParts: boolean;
}

/**
 * The chosen rows, with notes about the choice before their own.
 *
 * @throws {UserError} The data have no such part. Exit code 2.
 */
export function chosenPart(
  rows: OpenedRows,
  { part, ownPart, run, sources, hasParts }: PartOptions & Found,
): { part: Part; opened: OpenedRows } {
  const { source, name } = run.dataset;
  const foreign = source === "generated"
    ? [`The run was trained on generated data (${name}), not on files such as these`]
    : [];
  const chosen = (own: Part, { opened, notes }: { opened: OpenedRows; notes: string[] }) => ({
    part: own,
    opened: { ...opened, notes: [...foreign, ...notes, ...rows.notes] },
  });
  if (hasParts) {
    if (part === "all") throw refusal(part, "the data have a training and a test part", "one of them");
    const own = part ?? "test";
    return chosen(own, {
      opened: rows,
      notes: [`The data have a training and a test part: this is the ${PART_NAMES[own]}`],
    });
  }
  const { count } = rows, share = ownShare(run, { sources, count });
  if (share !== null) {
    const own = part ?? ownPart;
    const opened = own === "all" ? rows : someRows(rows, rowsOfPart(own, { count, share }));
    return chosen(own, { opened, notes: [ownNote(own, { run, count })] });
  }
  if (part !== null && part !== "all") {
    throw refusal(part, "the data have no parts, and are not the files that the run has split itself", "it left out");
  }
  return chosen("all", { opened: rows, notes: trainedNotes(run, sources) });
}

const PART_NAMES = { train: "training part", test: "test part (--part train takes the other)" };

/** The share that the run held out by hash, if these are its files; else null. */
function ownShare(
  { dataset: { split, files, test } }: RunRecord,
  { sources, count }: { sources: readonly SourceFile[]; count: number },
): number | null {
  const { by, share } = split;
  const areOwn = by === "hash" && share !== null && files.length === sources.length &&
    files.every(({ sha256 }, i) => sha256 === sources[i].sha256);
  // The same files may hold several arrays.
  return areOwn && countHeldOut(count, share) === test.images ? share : null;
}

function rowsOfPart(part: "train" | "test", { count, share }: { count: number; share: number }): Uint32Array {
  const testCount = countHeldOut(count, share), trainCount = count - testCount;
  const split = { share, testCount, trainCount };
  return part === "test" ? heldOutRows(split) : trainingRows(split, { limit: trainCount, most: trainCount });
}

/** Which of the run's own rows these are. */
function ownNote(part: Part, { run, count }: { run: RunRecord; count: number }): string {
  const { imported, dataset: { test, train } } = run, left = count - test.images;
  const own = "The files are the run's own";
  if (part === "test") {
    return `${own}: these are the ${test.images} of ${count} rows that it held out as its test set (--part all takes all)`;
  }
  if (part === "train") {
    return `${own}: these are the ${left} of ${count} rows that it did not hold out (--part all takes all)`;
  }
  const trained = imported ? "" : ` and was trained on ${train.images === left ? "" : `${train.images} of `}the others`;
  return `${own}: of these ${count} rows it held out ${test.images} as its test set${trained} (--part test takes the ` +
    `${test.images} alone)`;
}

/** That some of the rows were trained on, if that is certain. */
function trainedNotes(
  { imported, dataset: { split, files } }: RunRecord,
  sources: readonly SourceFile[],
) {
  const first = files.findIndex(({ sha256 }) => sources.some((file) => file.sha256 === sha256));
  // The files of a test set that the user named follow the others.
  const isTrained = !imported && (split.by === "hash" ? first >= 0 : split.by === "path" && first === 0);
  return isTrained ? [`The model was trained on rows of ${files[first].name}, which these files hold as well`] : [];
}

function refusal(part: Part, now: string, expected: string): UserError {
  return new UserError(`Cannot use --part ${part}: ${now}, expected ${expected}`, { exitCode: 2 });
}
