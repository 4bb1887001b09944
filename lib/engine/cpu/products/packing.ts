/**
 * How operands come into panels: A, `[depth, 6]` for each six rows, to be copied to a tile's place again and again; B,
 * `[depth, columns]` for a tile's columns, right to its place, from which no other thread reads.
 *
 * Each operand may lie by rows or by columns (which is all there is to a transposed operand), and is then moved by
 * vectors; what lies otherwise, or is too narrow, by single floats. A panel that is not full repeats its last row or
 * column; the sums of the repeated ones are not read. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import {
  add,
  type Code,
  get,
  I32,
  i32,
  increase,
  less,
  loadFloat,
  loadVector,
  type Local,
  loop,
  min,
  mul,
  type Place,
  set,
  shiftRight,
  shuffle,
  storeFloat,
  storeVector,
  sub,
  V128,
  WasmFunction,
} from "./assembler.ts";
import {
  ENGINE,
  PANEL_STEP_BYTES,
  PRIVATE,
  TILE_ROWS,
  tileColumns,
  type TileForm,
  tileRowBytes,
  tileVectors,
} from "./tile.ts";

const engine = (address: Code, offset = 0): Place => ({ memory: ENGINE, address, offset });
const packed = (address: Code, offset = 0): Place => ({ memory: PRIVATE, address, offset });

/** Pointers to line 0 to n − 1 of an operand, `stride` apart; those from `count` on are line `count` − 1 again. */
function lines(f: WasmFunction, { first, stride, count, n }: { first: Local; stride: Local; count: Local; n: number }) {
  return f.variables(I32, n).map((pointer, i) => {
    const line = min(i32(i), sub(get(count), i32(1)));
    f.write(set(pointer, add(get(first), mul(line, get(stride)))));
    return pointer;
  });
}

/** The parameters of every function here, and one that ends the loop over depth: `target` goes on by `stepBytes`. */
function begin(name: string, stepBytes: number) {
  const f = new WasmFunction(name, { parameters: [I32, I32, I32, I32, I32, I32] });
  const [source, step, stride, count, depth, target] = [0, 1, 2, 3, 4, 5];
  const end = f.variable(I32);
  f.write(set(end, add(get(target), mul(get(depth), i32(stepBytes)))));
  const overDepth = (body: Code) => f.write(loop(less(get(target), get(end)), body));
  return { f, source, step, stride, count, target, overDepth };
}

/**
 * Any operand, float by float.
 *
 * Parameters of this and the next functions: the operand's address; bytes from one step of depth to the next; bytes
 * from one line (row of A, column of B) to the next; how many lines there are, 1 to a panel's; steps; where the panel
 * is.
 */
function packAnyFunction(name: string, n: number): WasmFunction {
  const { f, source, step, stride, count, target, overDepth } = begin(name, 4 * n);
  const pointers = lines(f, { first: source, stride, count, n });
  overDepth([
    ...pointers.flatMap((pointer, i) => [
      ...storeFloat(packed(get(target), 4 * i), loadFloat(engine(get(pointer)))),
      ...increase(pointer, get(step)),
    ]),
    ...increase(target, i32(4 * n)),
  ]);
  return f;
}

/** Six rows of A. */
export const packAnyA = (): WasmFunction => packAnyFunction("packAnyA", TILE_ROWS);
/** A tile's columns of B. */
export const packAnyB = (form: TileForm): WasmFunction => packAnyFunction("packAnyB", tileColumns(form));

/** Six rows of A that lie by rows (a step of depth is 4 bytes); depth is a multiple of 4. */
export function packRowsA(): WasmFunction {
  const { f, source, stride, count, target, overDepth } = begin("packRowsA", PANEL_STEP_BYTES);
  const pointers = lines(f, { first: source, stride, count, n: TILE_ROWS });
  const rows = f.variables(V128, TILE_ROWS);
  /** Of three pairs of rows, their first two steps, and their last two. */
  const early = f.variables(V128, 3), late = f.variables(V128, 3);
  const pairs = [0, 1, 2].flatMap((i) => {
    const [top, bottom] = [get(rows[2 * i]), get(rows[2 * i + 1])];
    return [
      ...set(early[i], shuffle(top, bottom, [0, 4, 1, 5])),
      ...set(late[i], shuffle(top, bottom, [2, 6, 3, 7])),
    ];
  });
  /** Two steps of six rows are three vectors. */
  const twoSteps = ([top, middle, bottom]: Local[], offset: number) => [
    ...storeVector(packed(get(target), offset), shuffle(get(top), get(middle), [0, 1, 4, 5])),
    ...storeVector(packed(get(target), offset + 16), shuffle(get(bottom), get(top), [0, 1, 6, 7])),
    ...storeVector(packed(get(target), offset + 32), shuffle(get(middle), get(bottom), [2, 3, 6, 7])),
  ];
  overDepth([
    ...pointers.flatMap((pointer, i) => [
      ...set(rows[i], loadVector(engine(get(pointer)))),
      ...increase(pointer, i32(16)),
    ]),
    ...pairs,
    ...twoSteps(early, 0),
    ...twoSteps(late, 2 * PANEL_STEP_BYTES),
    ...increase(target, i32(4 * PANEL_STEP_BYTES)),
  ]);
  return f;
}

/** Six rows of A that lie by columns (a line is 4 bytes from the next); all six are there. */
export function packColumnsA(): WasmFunction {
  const { f, source, step, target, overDepth } = begin("packColumnsA", PANEL_STEP_BYTES);
  overDepth([
    ...storeVector(packed(get(target)), loadVector(engine(get(source)))),
    ...storeVector(packed(get(target), 8), loadVector(engine(get(source), 8))), // rows 2 to 5: two of them again
    ...increase(source, get(step)),
    ...increase(target, i32(PANEL_STEP_BYTES)),
  ]);
  return f;
}

/** Columns of B that lie by rows (a column is 4 bytes from the next); their number is a multiple of 4. */
export function packRowsB(form: TileForm): WasmFunction {
  const { f, source, step, count, target, overDepth } = begin("packRowsB", tileRowBytes(form));
  const pointers = groups(f, { form, source, count, bytes: i32(16) });
  overDepth([
    ...pointers.flatMap((pointer, j) => [
      ...storeVector(packed(get(target), 16 * j), loadVector(engine(get(pointer)))),
      ...increase(pointer, get(step)),
    ]),
    ...increase(target, i32(tileRowBytes(form))),
  ]);
  return f;
}

/** Columns of B that lie by columns (a step of depth is 4 bytes); their number and the depth are multiples of 4. */
export function packColumnsB(form: TileForm): WasmFunction {
  const { f, source, stride, count, target, overDepth } = begin("packColumnsB", tileRowBytes(form));
  const rowBytes = tileRowBytes(form);
  const pointers = groups(f, { form, source, count, bytes: mul(get(stride), i32(4)) });
  const columns = f.variables(V128, 4), [low01, high01, low23, high23] = f.variables(V128, 4), next = f.variable(I32);
  overDepth([
    ...pointers.flatMap((pointer, j) => [
      ...set(next, get(pointer)),
      ...columns.flatMap((column) => [
        ...set(column, loadVector(engine(get(next)))),
        ...increase(next, get(stride)),
      ]),
      ...increase(pointer, i32(16)),
      ...set(low01, shuffle(get(columns[0]), get(columns[1]), [0, 4, 1, 5])),
      ...set(high01, shuffle(get(columns[0]), get(columns[1]), [2, 6, 3, 7])),
      ...set(low23, shuffle(get(columns[2]), get(columns[3]), [0, 4, 1, 5])),
      ...set(high23, shuffle(get(columns[2]), get(columns[3]), [2, 6, 3, 7])),
      ...[[low01, low23, 0], [low01, low23, 2], [high01, high23, 0], [high01, high23, 2]].flatMap(([a, b, lane], k) =>
        storeVector(
          packed(get(target), k * rowBytes + 16 * j),
          shuffle(get(a), get(b), [lane, lane + 1, lane + 4, lane + 5]),
        )
      ),
    ]),
    ...increase(target, i32(4 * rowBytes)),
  ]);
  return f;
}

/** Pointers to each four columns; those that are not there are the last four again. */
function groups(
  f: WasmFunction,
  { form, source, count, bytes }: { form: TileForm; source: Local; count: Local; bytes: Code },
): Local[] {
  return f.variables(I32, tileVectors(form)).map((pointer, j) => {
    const group = min(i32(j), sub(shiftRight(get(count), i32(2)), i32(1)));
    f.write(set(pointer, add(get(source), mul(group, bytes))));
    return pointer;
  });
}
