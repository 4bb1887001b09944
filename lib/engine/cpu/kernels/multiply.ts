/**
 * The matrix product.
 *
 * A tile of 4 rows and 8 columns stays in registers while the sum runs: eight sums, four elements of A spread over a
 * vector each, two vectors of B: as much as fits the 15 registers V8 hands out. A is loaded four columns at a time since
 * each load costs a bounds check. Each element is summed in the order of k, so that a tile's place changes no bit.
 *
 * @module
 */
import { multiplyAdd, spread0, spread1, spread2, spread3 } from "./vector";

/**
 * C = A·B for 8 columns: `[rows, 8]` = `[rows, k]` · `[k, 8]`.
 *
 * @param rows A multiple of 4.
 * @param k A multiple of 4, at least 4.
 */
export function multiply8Columns(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  c: usize,
  cStride: usize,
  rows: usize,
  k: usize,
): void {
  const bEnd = b + k * bStride;
  for (let row: usize = 0; row < rows; row += 4) {
    let a0 = a, a1 = a0 + aStride, a2 = a1 + aStride, a3 = a2 + aStride;
    let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
    let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
    let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
    let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
    let bRow = b;
    do {
      const x0 = v128.load(a0), x1 = v128.load(a1), x2 = v128.load(a2), x3 = v128.load(a3);
      a0 += 16, a1 += 16, a2 += 16, a3 += 16;

      let y0 = v128.load(bRow), y1 = v128.load(bRow, 16);
      let x = spread0(x0);
      c00 = multiplyAdd(x, y0, c00), c01 = multiplyAdd(x, y1, c01);
      x = spread0(x1);
      c10 = multiplyAdd(x, y0, c10), c11 = multiplyAdd(x, y1, c11);
      x = spread0(x2);
      c20 = multiplyAdd(x, y0, c20), c21 = multiplyAdd(x, y1, c21);
      x = spread0(x3);
      c30 = multiplyAdd(x, y0, c30), c31 = multiplyAdd(x, y1, c31);
      bRow += bStride;

      y0 = v128.load(bRow), y1 = v128.load(bRow, 16);
      x = spread1(x0);
      c00 = multiplyAdd(x, y0, c00), c01 = multiplyAdd(x, y1, c01);
      x = spread1(x1);
      c10 = multiplyAdd(x, y0, c10), c11 = multiplyAdd(x, y1, c11);
      x = spread1(x2);
      c20 = multiplyAdd(x, y0, c20), c21 = multiplyAdd(x, y1, c21);
      x = spread1(x3);
      c30 = multiplyAdd(x, y0, c30), c31 = multiplyAdd(x, y1, c31);
      bRow += bStride;

      y0 = v128.load(bRow), y1 = v128.load(bRow, 16);
      x = spread2(x0);
      c00 = multiplyAdd(x, y0, c00), c01 = multiplyAdd(x, y1, c01);
      x = spread2(x1);
      c10 = multiplyAdd(x, y0, c10), c11 = multiplyAdd(x, y1, c11);
      x = spread2(x2);
      c20 = multiplyAdd(x, y0, c20), c21 = multiplyAdd(x, y1, c21);
      x = spread2(x3);
      c30 = multiplyAdd(x, y0, c30), c31 = multiplyAdd(x, y1, c31);
      bRow += bStride;

      y0 = v128.load(bRow), y1 = v128.load(bRow, 16);
      x = spread3(x0);
      c00 = multiplyAdd(x, y0, c00), c01 = multiplyAdd(x, y1, c01);
      x = spread3(x1);
      c10 = multiplyAdd(x, y0, c10), c11 = multiplyAdd(x, y1, c11);
      x = spread3(x2);
      c20 = multiplyAdd(x, y0, c20), c21 = multiplyAdd(x, y1, c21);
      x = spread3(x3);
      c30 = multiplyAdd(x, y0, c30), c31 = multiplyAdd(x, y1, c31);
      bRow += bStride;
    } while (bRow != bEnd);
    v128.store(c, c00), v128.store(c, c01, 16);
    c += cStride;
    v128.store(c, c10), v128.store(c, c11, 16);
    c += cStride;
    v128.store(c, c20), v128.store(c, c21, 16);
    c += cStride;
    v128.store(c, c30), v128.store(c, c31, 16);
    c += cStride;
    a += 4 * aStride;
  }
}
