/**
 * Times the product's tiles: the wide one is faster if V8 pairs 128-bit operations into 256-bit ones, else the narrow one.
 *
 * A process cannot ask V8 for its flags, so both are timed, which takes 30 to 100 ms: nearly all of it is the wait
 * until V8 has compiled them with optimisation, for it pairs nothing before. Either gives the same bits. PORTABLE: no
 * Deno, no Node, no tfjs.
 *
 * @module
 */
import { get, I32, i32, loop, set, sub, WasmFunction, WasmModule } from "./assembler.ts";
import type { Tile } from "./compiled_product.ts";
import { type TileForm, tileFunction } from "./tile.ts";

/** Steps of depth of the tile that is timed, and how often it runs each time: 20 µs when it is optimised. */
const DEPTH = 8, CALLS = 200;
/** Times of which the least counts: another process may have its turn in some. More of them for the first code. */
const ROUNDS = 5, FIRST_ROUNDS = 25;
/**
 * The wide tile's time over the narrow one's, for twice the work: below the first it is paired (measured: 1.0 to 1.3),
 * above the second it is not (3.0: it does not fit the registers). Between them lies 1.85, of code that is not
 * optimised yet, and 2, of machines with 32 registers; far outside, of a moment when one tile is optimised and the
 * other is not.
 */
const PAIRED = { above: 0.6, below: 1.65 }, UNPAIRED = { above: 2.2, below: 5 };
/** Optimised code takes less than this share of the first code's time; a fifth on the machines that were measured. */
const OPTIMISED_SHARE = 0.35;
/**
 * How often in succession the times must give the same answer. More often if only the ratio of the times gives it,
 * because the code was optimised from the start (another thread of this process has timed it before), and most often if
 * only the fall of the times gives it, which also happens when another process slows one of the tiles.
 */
const CONFIRMATIONS = 4, CONFIRMATIONS_OF_ONE = 12, CONFIRMATIONS_OF_FALL = 40;
/** When to take the best answer so far: on a busy machine V8 optimises late. */
const MOST_MS = 3000;

/** The faster tile. */
export async function timeTiles({ isRelaxed }: { isRelaxed: boolean }): Promise<Tile> {
  const probes = [probe({ isPaired: true, isRelaxed }), probe({ isPaired: false, isRelaxed })];
  const first = probes.map((run) => leastTime(run, FIRST_ROUNDS)), start = performance.now();
  let least = first, confirmed = 0, before: Tile | null = null;
  while (performance.now() - start < MOST_MS) {
    await new Promise((resolve) => setTimeout(resolve, 1)); // others go on meanwhile
    least = probes.map((run, i) => Math.min(leastTime(run, ROUNDS), least[i]));
    const haveFallen = least.every((time, i) => time < OPTIMISED_SHARE * first[i]);
    const said = tileOf(least[0] / least[1]), tile = said ?? (haveFallen ? "narrow" : null);
    confirmed = tile !== null && tile === before ? confirmed + 1 : 0;
    const enough = !said ? CONFIRMATIONS_OF_FALL : haveFallen ? CONFIRMATIONS : CONFIRMATIONS_OF_ONE;
    if (confirmed >= enough) return tile!;
    before = tile;
  }
  return tileOf(least[0] / least[1]) ?? "narrow";
}

/** The answer that a ratio of times gives; null if it gives none. */
function tileOf(ratio: number): Tile | null {
  if (ratio > PAIRED.above && ratio < PAIRED.below) return "wide";
  return ratio > UNPAIRED.above && ratio < UNPAIRED.below ? "narrow" : null;
}

/** Runs a tile that often. */
function probe(form: TileForm): (calls: number) => void {
  const module = new WasmModule([
    { module: "own", name: "memory", minPages: 1, isShared: false },
    { module: "env", name: "memory", minPages: 0, isShared: false }, // nothing of it is used
  ]);
  const multiplyTile = module.add(tileFunction(form, DEPTH));
  const f = new WasmFunction("run", { parameters: [I32] });
  const atItsPlace = new Array(form.isPaired ? 1 : 4).fill(i32(0));
  f.write(loop(get(0), [...multiplyTile(...atItsPlace), ...set(0, sub(get(0), i32(1)))]));
  module.add(f);
  const own = { memory: new WebAssembly.Memory({ initial: 1 }) },
    env = { memory: new WebAssembly.Memory({ initial: 0 }) };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode(["run"])), { own, env });
  return instance.exports.run as (calls: number) => void;
}

function leastTime(run: (calls: number) => void, rounds: number): number {
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    run(CALLS);
    least = Math.min(least, performance.now() - start);
  }
  return least;
}
