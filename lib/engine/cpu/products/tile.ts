/**
 * The innermost part of a product: a tile of C, 6 rows and some vectors of columns, in registers while a sum over depth runs.
 *
 * What a tile reads and writes lies at constant addresses of a small private memory. An access to a constant address below
 * the memory's smallest size needs no bounds check; and only without checks between them does V8 pair two 128-bit
 * operations into one of 256 bits (`--experimental-wasm-revectorize`). Hence the loop over depth is unrolled, and there is
 * a function for each of some depths. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import {
  add,
  type Code,
  copy,
  equal,
  get,
  I32,
  i32,
  increase,
  less,
  loadSpread,
  loadVector,
  type Local,
  loop,
  mul,
  multiplyAdd,
  type Place,
  set,
  storeVector,
  V128,
  WasmFunction,
  when,
  ZEROS,
} from "./assembler.ts";

/** The memory of a thread's own, and the engine's, by their numbers in the module. */
export const PRIVATE = 0, ENGINE = 1;

/** Rows of a tile. With 4 vectors of columns its 24 sums take 12 registers of 256 bits, and 4 are left for operands. */
export const TILE_ROWS = 6;

/** What kind of tile. */
export interface TileForm {
  /** Whether it is for a V8 that pairs vectors: 16 columns wide; else 8, or the sums would not fit the registers. */
  isPaired: boolean;
  /** Whether a product and a sum are rounded once. */
  isRelaxed: boolean;
}

/** Vectors of four columns in a row of a tile. */
export const tileVectors = ({ isPaired }: TileForm): number => isPaired ? 4 : 2;

/**
 * Depth of the longest tile. Longer ones spend less of their time on copies, but beyond about 20 kB the instructions of one
 * leave the processor's first cache, and everything takes two to three times as long.
 */
export const maxDepth = ({ isPaired }: TileForm): number => isPaired ? 128 : 64;

/** Depths that there is a tile for, descending: their sums give every depth. */
export const tileDepths = (form: TileForm): number[] => [
  maxDepth(form),
  ...[64, 32, 16, 8, 4, 2, 1].filter((depth) => depth < maxDepth(form)),
];

/** Bytes of a row of a tile of C, and of a panel of B. */
export const tileRowBytes = (form: TileForm): number => 16 * tileVectors(form);

/** Columns of a tile. */
export const tileColumns = (form: TileForm): number => 4 * tileVectors(form);

/** Bytes of one step of depth in a panel of A. */
export const PANEL_STEP_BYTES = 4 * TILE_ROWS;

/** The address in private memory of the panel of A, `[depth, 6]`. */
export const PANEL_A = 0;
/** That of the panel of B, `[depth, columns]`. */
export const panelB = (form: TileForm): number => PANEL_A + maxDepth(form) * PANEL_STEP_BYTES;
/** That of the tile of C. */
const tileC = (form: TileForm): number => panelB(form) + maxDepth(form) * tileRowBytes(form);

/** The first address behind them. */
export const panelsEnd = (form: TileForm): number => tileC(form) + TILE_ROWS * tileRowBytes(form);

const at = (address: number): Place => ({ memory: PRIVATE, address: i32(0), offset: address });

/**
 * C ← C + A·B over `depth` steps, in ascending order. Parameters: where the panel of A is; and, unless the tile is paired, where
 * a whole tile of C is in the engine's memory, its stride, and whether it has sums already; or 0 if the tile is at its place.
 * A paired tile takes and leaves everything at its place, to which it must be copied; where nothing is paired, the checks of
 * addresses take less time than the copies.
 */
export function tileFunction(form: TileForm, depth: number): WasmFunction {
  const f = new WasmFunction(`tile${depth}`, { parameters: form.isPaired ? [I32] : [I32, I32, I32, I32] });
  const rowBytes = tileRowBytes(form), b = panelB(form), c = tileC(form), vectors = tileVectors(form);
  const panelA = (offset: number): Place =>
    form.isPaired ? at(PANEL_A + offset) : { memory: PRIVATE, address: get(0), offset };
  const sums = Array.from({ length: TILE_ROWS }, () => f.variables(V128, vectors));
  const bs = f.variables(V128, vectors), a = f.variable(V128);
  const overSums = (write: (sum: Local, i: number, j: number) => Code) =>
    sums.flatMap((row, i) => row.flatMap((sum, j) => write(sum, i, j)));
  const load = overSums((sum, i, j) => set(sum, loadVector(at(c + i * rowBytes + 16 * j))));
  const store = overSums((sum, i, j) => storeVector(at(c + i * rowBytes + 16 * j), get(sum)));
  const whole = form.isPaired ? null : wholeTile(f, sums);
  f.write(
    whole ? when(get(whole.c), when(get(whole.goesOn), whole.load, overSums((sum) => set(sum, ZEROS))), load) : load,
  );
  const addProducts = sums.map((row) =>
    row.flatMap((sum, j) => set(sum, multiplyAdd(form.isRelaxed, { a: get(a), b: get(bs[j]), c: get(sum) })))
  );
  for (let k = 0; k < depth; k++) {
    bs.forEach((local, j) => f.write(set(local, loadVector(at(b + k * rowBytes + 16 * j)))));
    addProducts.forEach((products, i) => f.write(set(a, loadSpread(panelA(k * PANEL_STEP_BYTES + 4 * i))), products));
  }
  f.write(whole ? when(get(whole.c), whole.store, store) : store);
  return f;
}

/** A tile of C that is whole, between the engine's memory and the sums. */
function wholeTile(f: WasmFunction, sums: Local[][]) {
  const [c, stride, goesOn] = [1, 2, 3], row = f.variable(I32);
  const overRows = (move: (sum: Local, place: Place) => Code) => [
    ...set(row, get(c)),
    ...sums.flatMap((sumsOfRow) => [
      ...sumsOfRow.flatMap((sum, j) => move(sum, { memory: ENGINE, address: get(row), offset: 16 * j })),
      ...increase(row, get(stride)),
    ]),
  ];
  const load = overRows((sum, place) => set(sum, loadVector(place)));
  return { c, goesOn, load, store: overRows((sum, place) => storeVector(place, get(sum))) };
}

/** C ← 0 */
export function clearTileFunction(form: TileForm): WasmFunction {
  const f = new WasmFunction("clearTile");
  for (let address = tileC(form); address < panelsEnd(form); address += 16) f.write(storeVector(at(address), ZEROS));
  return f;
}

/**
 * Copies of a tile of C between its place and memory, `rows` of `columns`: by vectors if the tile is as wide as can be.
 *
 * @param direction Whether the tile is fetched or put back.
 */
export function moveTileFunction(form: TileForm, direction: "fetchTile" | "putTile"): WasmFunction {
  const f = new WasmFunction(direction, { parameters: [I32, I32, I32, I32] });
  const [c, stride, rows, columns] = [0, 1, 2, 3];
  const place = f.variable(I32), end = f.variable(I32);
  const isFetch = direction === "fetchTile";
  const tile = (offset = 0) => ({ memory: PRIVATE, address: get(place), offset });
  const memory = (offset = 0) => ({ memory: ENGINE, address: get(c), offset });
  const overRows = (body: Code) =>
    loop(less(get(place), get(end)), [
      ...body,
      ...increase(place, i32(tileRowBytes(form))),
      ...increase(c, get(stride)),
    ]);
  const byVectors = Array.from({ length: tileVectors(form) }, (_, j) => {
    const [to, from] = isFetch ? [tile(16 * j), memory(16 * j)] : [memory(16 * j), tile(16 * j)];
    return storeVector(to, loadVector(from));
  }).flat();
  const [to, from] = isFetch ? [tile(), memory()] : [memory(), tile()];
  f.write(
    set(place, i32(tileC(form))),
    set(end, add(get(place), mul(get(rows), i32(tileRowBytes(form))))),
    when(
      equal(get(columns), i32(tileColumns(form))),
      overRows(byVectors),
      overRows(copy(to, from, mul(get(columns), i32(4)))),
    ),
  );
  return f;
}
