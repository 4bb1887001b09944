/**
 * The matrix product, which is not AssemblyScript: it needs a second memory (see `../products/`).
 *
 * @module
 */

/**
 * C = A·B: `[rows, columns]` = `[rows, depth]` · `[depth, columns]`. Sizes need to be multiples of nothing; `depth` is at
 * least 1. Each element is summed over depth in ascending order, from 0, by `multiplyAdd`.
 *
 * @param aRow Bytes from an element of A to that of the next row, and `aColumn` to that of the next column; B's likewise.
 * A transposed operand is one whose two strides are exchanged. One of the two is 4, or the product is slow.
 * @param c Overlaps neither A nor B. Its rows are contiguous, `cRow` bytes apart.
 */
@external("products", "multiply")
export declare function multiply(
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  rows: usize,
  columns: usize,
  depth: usize,
): void;
