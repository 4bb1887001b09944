/**
 * The matrix product for machines whose WebAssembly knows one memory only: no panels, operands are read where they lie.
 *
 * Slower than `blocks.ts`, most of all if B is transposed, with the same bits: the tests compare `blocks.ts` with it.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import {
  add,
  and,
  type Code,
  equal,
  get,
  I32,
  i32,
  increase,
  less,
  loadLane,
  loadSpread,
  loadVector,
  loop,
  min,
  mul,
  multiplyAdd,
  not,
  type Place,
  set,
  storeLane,
  sub,
  V128,
  WasmFunction,
  when,
  ZEROS,
} from "./assembler.ts";

/** Rows and columns whose sums are in registers at once. */
const ROWS = 4, COLUMNS = 8;
const LANES = 4;

/** The engine's memory: the only one. */
const at = (address: Code, offset = 0): Place => ({ memory: 0, address, offset });

/** C ← A·B. See `products_module.ts` for the parameters. */
export function simpleMultiplyFunction({ isRelaxed }: { isRelaxed: boolean }): WasmFunction {
  const f = new WasmFunction("multiply", { parameters: new Array(11).fill(I32) });
  const [a, aRow, aColumn, b, bRow, bColumn, c, cRow, rows, columns, depth] = f.parameters.map((_, i) => i);
  const [row, column, nRows, nColumns, k] = f.variables(I32, 5);
  const as = f.variables(I32, ROWS), bs = f.variables(I32, COLUMNS), place = f.variable(I32);
  const sums = Array.from({ length: ROWS }, () => f.variables(V128, COLUMNS / LANES));
  const vectors = f.variables(V128, COLUMNS / LANES), spread = f.variable(V128);

  const addProducts = as.flatMap((pointer, i) => [
    ...set(spread, loadSpread(at(get(pointer)))),
    ...increase(pointer, get(aColumn)),
    ...sums[i].flatMap((sum, j) =>
      set(sum, multiplyAdd(isRelaxed, { a: get(spread), b: get(vectors[j]), c: get(sum) }))
    ),
  ]);
  const overDepth = (body: Code) => [
    ...set(k, i32(0)),
    ...loop(less(get(k), get(depth)), [...body, ...addProducts, ...increase(k, i32(1))]),
  ];
  /** Where B lies by rows: pointers 0 and 4 are its two vectors'. */
  const byVectors = vectors.flatMap((vector, j) => [
    ...set(vector, loadVector(at(get(bs[LANES * j])))),
    ...increase(bs[LANES * j], get(bRow)),
  ]);
  const byLanes = bs.flatMap((pointer, j) => {
    const vector = vectors[Math.floor(j / LANES)];
    return [
      ...set(vector, loadLane(at(get(pointer)), get(vector), j % LANES)),
      ...increase(pointer, get(bRow)),
    ];
  });
  /** Lines that are not there are the last one again; their sums are not stored. */
  const line = (i: number, count: Code) => min(i32(i), sub(count, i32(1)));
  const storeTile = sums.flatMap((sum, i) => [
    ...set(place, add(get(c), add(mul(add(get(row), i32(i)), get(cRow)), mul(get(column), i32(4))))),
    ...Array.from({ length: COLUMNS }, (_, j) =>
      when(
        and(less(i32(i), get(nRows)), less(i32(j), get(nColumns))),
        storeLane(at(get(place), 4 * j), get(sum[Math.floor(j / LANES)]), j % LANES),
      )).flat(),
  ]);
  const tile = [
    ...as.flatMap((pointer, i) => set(pointer, add(get(a), mul(add(get(row), line(i, get(nRows))), get(aRow))))),
    ...bs.flatMap((pointer, j) =>
      set(pointer, add(get(b), mul(add(get(column), line(j, get(nColumns))), get(bColumn))))
    ),
    ...sums.flat().flatMap((sum) => set(sum, ZEROS)),
    ...when(
      and(equal(get(bColumn), i32(4)), not(less(get(nColumns), i32(COLUMNS)))),
      overDepth(byVectors),
      overDepth(byLanes),
    ),
    ...storeTile,
  ];
  f.write(loop(less(get(row), get(rows)), [
    ...set(nRows, min(sub(get(rows), get(row)), i32(ROWS))),
    ...set(column, i32(0)),
    ...loop(less(get(column), get(columns)), [
      ...set(nColumns, min(sub(get(columns), get(column)), i32(COLUMNS))),
      ...tile,
      ...increase(column, i32(COLUMNS)),
    ]),
    ...increase(row, i32(ROWS)),
  ]));
  return f;
}
