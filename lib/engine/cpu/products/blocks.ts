/**
 * Whole products of any size from tiles, cut so that what is read again is still in a cache.
 *
 *     for a part of depth, for a block of rows:   pack the block of A                        (second cache)
 *       for the columns of a tile, for a tile's depth:   pack a panel of B                   (first cache)
 *         for the rows of a tile:   copy the panel of A to its place, fetch the tile of C, multiply, put C back
 *
 * Each element of C is the sum over depth in ascending order, from 0, in one accumulator: how a product is cut changes
 * no bit of it. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import {
  add,
  and,
  type Code,
  copy,
  divide,
  equal,
  get,
  I32,
  i32,
  increase,
  less,
  type Local,
  loop,
  min,
  mul,
  not,
  or,
  powerOf2,
  select,
  set,
  sub,
  WasmFunction,
  when,
} from "./assembler.ts";
import {
  maxDepth,
  PANEL_A,
  PANEL_STEP_BYTES,
  panelB,
  panelsEnd,
  PRIVATE,
  TILE_ROWS,
  tileColumns,
  tileDepths,
  type TileForm,
} from "./tile.ts";

/** Writes a call of a function of the module. */
type Call = (...args: Code[]) => Code;

/** The largest part of depth. */
const MAX_PART = 1024;
/** Bytes for a block of A: 132 rows of the largest part, so that a batch of 128 is one block. Half of a second cache. */
const PACKED_BYTES = 22 * PANEL_STEP_BYTES * MAX_PART;

const isMultipleOf4 = (n: Code): Code => not(and(n, i32(3)));

/** Where the block of A is, behind the places of the tile. */
const packedA = (form: TileForm): number => Math.ceil(panelsEnd(form) / 64) * 64;

/** Pages of private memory. */
export const privatePages = (form: TileForm): number => Math.ceil((packedA(form) + PACKED_BYTES) / 65536);

/**
 * The tiles of one panel of B, which is at its place.
 *
 * Parameters: the block of A's part for this depth; bytes from one of its panels to the next; C, its stride, rows and
 * columns; depth; whether C has sums already.
 */
export function stripFunction(
  form: TileForm,
  { tiles, clearTile, fetchTile, putTile }: Record<"clearTile" | "fetchTile" | "putTile", Call> & { tiles: Call[] },
): WasmFunction {
  const f = new WasmFunction("strip", { parameters: [I32, I32, I32, I32, I32, I32, I32, I32] });
  const [panel, panelBytes, c, stride, rows, columns, depth, goesOn] = [0, 1, 2, 3, 4, 5, 6, 7];
  const count = f.variable(I32);
  const multiplyTile = (...more: Code[]) =>
    tileDepths(form).reduceRight<Code>(
      (others, tileDepth, i) => when(equal(get(depth), i32(tileDepth)), tiles[i](get(panel), ...more), others),
      [],
    );
  const copyPanel = copy(
    { memory: PRIVATE, address: i32(PANEL_A) },
    { memory: PRIVATE, address: get(panel) },
    mul(get(depth), i32(PANEL_STEP_BYTES)),
  );
  const atItsPlace = [
    ...when(get(goesOn), fetchTile(get(c), get(stride), get(count), get(columns)), clearTile()),
    ...(form.isPaired ? multiplyTile() : multiplyTile(i32(0), i32(0), i32(0))),
    ...putTile(get(c), get(stride), get(count), get(columns)),
  ];
  const isWhole = and(equal(get(count), i32(TILE_ROWS)), equal(get(columns), i32(tileColumns(form))));
  f.write(loop(get(rows), [
    ...set(count, min(get(rows), i32(TILE_ROWS))),
    ...(form.isPaired
      ? [...copyPanel, ...atItsPlace]
      : when(isWhole, multiplyTile(get(c), get(stride), get(goesOn)), atItsPlace)),
    ...increase(panel, get(panelBytes)),
    ...increase(c, mul(get(stride), i32(TILE_ROWS))),
    ...set(rows, sub(get(rows), get(count))),
  ]));
  return f;
}

/** Ways to pack an operand: by vectors where it lies by rows or by columns, else float by float. */
type Packing = Record<"rows" | "columns" | "any", Call>;

/** The parameters of a product, as `multiply` has them. */
const PRODUCT = ["a", "aRow", "aColumn", "b", "bRow", "bColumn", "c", "cRow", "rows", "columns", "depth"] as const;
type Product = Record<(typeof PRODUCT)[number], Local>;

function productFunction(name: string, more: number): { f: WasmFunction; p: Product } {
  const f = new WasmFunction(name, { parameters: new Array(PRODUCT.length + more).fill(I32) });
  return { f, p: Object.fromEntries(PRODUCT.map((parameter, i) => [parameter, i])) as Product };
}

/** The deepest tile that goes into a rest of depth. */
function tileDepthOf(form: TileForm, rest: Code): Code {
  return select(less(rest, i32(maxDepth(form))), powerOf2(rest), i32(maxDepth(form)));
}

/** C ← A·B, or C ← C + A·B, for a block of A that fits its place. Parameters: a product's, and whether C has sums already. */
export function blockFunction(
  form: TileForm,
  { strip, packA, packB }: { strip: Call; packA: Packing; packB: Packing },
): WasmFunction {
  const { f, p } = productFunction("block", 1);
  const goesOn = PRODUCT.length;
  const [row, count, panel, whole, k, tileDepth] = f.variables(I32, 6);
  const panelBytes = mul(get(p.depth), i32(PANEL_STEP_BYTES));

  // What is a multiple of 4 is moved by vectors.
  const packRowsOfA = [
    ...packA.rows(get(p.a), get(p.aColumn), get(p.aRow), get(count), get(whole), get(panel)),
    ...packA.any(
      ...[add(get(p.a), mul(get(whole), get(p.aColumn))), get(p.aColumn), get(p.aRow), get(count)],
      ...[sub(get(p.depth), get(whole)), add(get(panel), mul(get(whole), i32(PANEL_STEP_BYTES)))],
    ),
  ];
  const a = [get(p.a), get(p.aColumn), get(p.aRow), get(count), get(p.depth), get(panel)];
  const packPanelOfA = when(
    equal(get(p.aColumn), i32(4)),
    packRowsOfA,
    when(
      and(equal(get(p.aRow), i32(4)), equal(get(count), i32(TILE_ROWS))),
      packA.columns(...a),
      packA.any(...a),
    ),
  );
  const b = [
    ...[add(get(p.b), mul(get(k), get(p.bRow))), get(p.bRow), get(p.bColumn), get(count), get(tileDepth)],
    i32(panelB(form)),
  ];
  const packPanelOfB = when(
    isMultipleOf4(get(count)),
    when(
      equal(get(p.bColumn), i32(4)),
      packB.rows(...b),
      when(
        and(equal(get(p.bRow), i32(4)), isMultipleOf4(get(tileDepth))),
        packB.columns(...b),
        packB.any(...b),
      ),
    ),
    packB.any(...b),
  );

  f.write(
    set(whole, and(get(p.depth), i32(-4))),
    set(panel, i32(packedA(form))),
    set(row, get(p.rows)),
    loop(get(row), [
      ...set(count, min(get(row), i32(TILE_ROWS))),
      ...packPanelOfA,
      ...increase(panel, panelBytes),
      ...increase(p.a, mul(get(p.aRow), i32(TILE_ROWS))),
      ...set(row, sub(get(row), get(count))),
    ]),
    loop(get(p.columns), [
      ...set(count, min(get(p.columns), i32(tileColumns(form)))),
      ...set(k, i32(0)),
      ...loop(less(get(k), get(p.depth)), [
        ...set(tileDepth, tileDepthOf(form, sub(get(p.depth), get(k)))),
        ...packPanelOfB,
        ...strip(
          ...[add(i32(packedA(form)), mul(get(k), i32(PANEL_STEP_BYTES))), panelBytes],
          ...[get(p.c), get(p.cRow), get(p.rows), get(count), get(tileDepth), or(get(goesOn), get(k))],
        ),
        ...increase(k, get(tileDepth)),
      ]),
      ...increase(p.b, mul(get(p.bColumn), get(count))),
      ...increase(p.c, mul(get(count), i32(4))),
      ...set(p.columns, sub(get(p.columns), get(count))),
    ]),
  );
  return f;
}

/** C ← A·B. See `products_module.ts` for the parameters. */
export function multiplyFunction({ block }: { block: Call }): WasmFunction {
  const { f, p } = productFunction("multiply", 0);
  const [k, partDepth, row, blockRows, most] = f.variables(I32, 5);
  const ceilDivide = (n: Code, by: Code) => divide(add(n, sub(by, i32(1))), by);
  const parts = loop(less(get(k), get(p.depth)), [
    ...set(partDepth, min(sub(get(p.depth), get(k)), i32(MAX_PART))),
    // As many rows as have room, in whole panels; then no more than make all blocks about equal.
    ...set(most, mul(divide(i32(PACKED_BYTES), mul(get(partDepth), i32(PANEL_STEP_BYTES))), i32(TILE_ROWS))),
    ...set(most, ceilDivide(get(p.rows), ceilDivide(get(p.rows), get(most)))),
    ...set(most, mul(ceilDivide(get(most), i32(TILE_ROWS)), i32(TILE_ROWS))),
    ...set(row, i32(0)),
    ...loop(less(get(row), get(p.rows)), [
      ...set(blockRows, min(sub(get(p.rows), get(row)), get(most))),
      ...block(
        ...[add(add(get(p.a), mul(get(row), get(p.aRow))), mul(get(k), get(p.aColumn))), get(p.aRow), get(p.aColumn)],
        ...[add(get(p.b), mul(get(k), get(p.bRow))), get(p.bRow), get(p.bColumn)],
        ...[add(get(p.c), mul(get(row), get(p.cRow))), get(p.cRow)],
        ...[get(blockRows), get(p.columns), get(partDepth), get(k)],
      ),
      ...increase(row, get(blockRows)),
    ]),
    ...increase(k, get(partDepth)),
  ]);
  f.write(when(get(p.rows), when(get(p.columns), parts)));
  return f;
}
