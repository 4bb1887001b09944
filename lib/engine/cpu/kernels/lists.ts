/**
 * Sums of a few rows of a matrix, named by a list: the product with a matrix that is nearly all zeros.
 *
 * @module
 */
import { Entry } from "./kernel_structs";
import { multiplyAdd } from "./vector";

/** Σ over a list of value · row, to `out`; `width` is a multiple of 8. The order of the list is the order of the sum. */
export function sumOfRows(matrix: usize, list: usize, end: usize, out: usize, width: usize): void {
  for (let offset: usize = 0; offset < 4 * width; offset += 16) v128.store(out + offset, f32x4.splat(0));
  addRows(matrix, list, end, out, width);
}

/** The same added to what is at `out`: a list in two parts gives the bits of the whole. */
export function addRows(matrix: usize, list: usize, end: usize, out: usize, width: usize): void {
  let column: usize = 0;
  for (; column + 32 <= width; column += 32) add32Columns(matrix + 4 * column, list, end, out + 4 * column);
  for (; column < width; column += 8) add8Columns(matrix + 4 * column, list, end, out + 4 * column);
}

/** Rows that are summed column by column together: as many pages of memory as a processor finds at once. */
const TOGETHER: usize = 64;

/** The same where rows lie in pages of their own and there may be hundreds of them. */
export function addFarRows(matrix: usize, list: usize, end: usize, out: usize, width: usize): void {
  for (; list < end; list += TOGETHER * offsetof<Entry>()) {
    addRows(matrix, list, min(end, list + TOGETHER * offsetof<Entry>()), out, width);
  }
}

/** Adds Σ over a list of value · row, for 32 columns. */
function add32Columns(matrix: usize, list: usize, end: usize, out: usize): void {
  let s0 = v128.load(out), s1 = v128.load(out, 16), s2 = v128.load(out, 32), s3 = v128.load(out, 48);
  let s4 = v128.load(out, 64), s5 = v128.load(out, 80), s6 = v128.load(out, 96), s7 = v128.load(out, 112);
  for (; list != end; list += offsetof<Entry>()) {
    const row = matrix + changetype<Entry>(list).offset;
    const x = f32x4.splat(changetype<Entry>(list).value);
    s0 = multiplyAdd(x, v128.load(row), s0);
    s1 = multiplyAdd(x, v128.load(row, 16), s1);
    s2 = multiplyAdd(x, v128.load(row, 32), s2);
    s3 = multiplyAdd(x, v128.load(row, 48), s3);
    s4 = multiplyAdd(x, v128.load(row, 64), s4);
    s5 = multiplyAdd(x, v128.load(row, 80), s5);
    s6 = multiplyAdd(x, v128.load(row, 96), s6);
    s7 = multiplyAdd(x, v128.load(row, 112), s7);
  }
  v128.store(out, s0), v128.store(out, s1, 16), v128.store(out, s2, 32), v128.store(out, s3, 48);
  v128.store(out, s4, 64), v128.store(out, s5, 80), v128.store(out, s6, 96), v128.store(out, s7, 112);
}

/** The same for 8 columns. */
function add8Columns(matrix: usize, list: usize, end: usize, out: usize): void {
  let s0 = v128.load(out), s1 = v128.load(out, 16);
  for (; list != end; list += offsetof<Entry>()) {
    const row = matrix + changetype<Entry>(list).offset;
    const x = f32x4.splat(changetype<Entry>(list).value);
    s0 = multiplyAdd(x, v128.load(row), s0);
    s1 = multiplyAdd(x, v128.load(row, 16), s1);
  }
  v128.store(out, s0), v128.store(out, s1, 16);
}
