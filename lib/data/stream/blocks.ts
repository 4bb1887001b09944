/**
 * Training rows on disk cut into blocks, the units that are read from anywhere in the files.
 *
 * A block has a fixed number of rows, so that the order of an epoch depends on the random seed and the plan alone. Reads
 * nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { bytesOf } from "../../formats/number_types.ts";
import { isHeldOut } from "../held_out.ts";
import type { StreamPlan } from "./stream_plan.ts";

/**
 * Bytes of a block in its file, about: 170 rows of 768 floats. Larger blocks are read faster from a disk whose heads move,
 * smaller ones mix rows better that are alike because they follow each other in a file.
 */
export const BLOCK_BYTES = 2 ** 19;

/** The blocks of a plan. */
export interface RowBlocks {
  /** Training rows of each block; the last one has what is left. */
  rows: number;
  /** Training rows of all blocks. */
  count: number;
  /** The first training row of each block, by its number over all files. */
  starts: Float64Array;
}

/** Some of a block's training rows. */
export interface Span {
  /** The block's first row, by its number over all files. */
  start: number;
  /** Training rows of the block to leave out before the first. */
  skip: number;
  /** Training rows to take. */
  take: number;
}

/**
 * Cuts the training rows of a plan into blocks.
 *
 * @throws {RangeError} The files have fewer training rows than the plan says.
 */
export function rowBlocks(plan: StreamPlan): RowBlocks {
  const { parts, dInput, testShare, count } = plan;
  const numberBytes = parts.reduce((most, { type }) => Math.max(most, bytesOf(type)), 1);
  const rows = Math.max(1, Math.floor(BLOCK_BYTES / (dInput * numberBytes)));
  const starts = new Float64Array(Math.ceil(count / rows)), nFileRows = fileRows(plan);
  let row = 0;
  for (let taken = 0; taken < count; taken++, row++) {
    while (isHeldOut(row, testShare)) row++;
    if (taken % rows === 0) starts[taken / rows] = row;
  }
  if (row > nFileRows) {
    throw new RangeError(`Cannot cut ${count} rows into blocks: there are ${nFileRows} rows, expected at least ${row}`);
  }
  return { rows, count, starts };
}

/** Rows of all files of a plan, those held out too. */
export function fileRows({ parts }: Pick<StreamPlan, "parts">): number {
  return parts.reduce((sum, { count }) => sum + count, 0);
}
