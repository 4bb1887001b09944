/**
 * Which tile the product takes: the wide one if V8 pairs 128-bit operations into 256-bit ones, else the narrow one.
 *
 * The wide tile is written and both are timed only if V8 may pair: what does so is loaded then. PORTABLE: no Deno, no Node,
 * no tfjs.
 *
 * @module
 */
import type { Tile } from "./compiled_product.ts";

let choice: Promise<Tile> | undefined;

/**
 * The tile for this process; timed once.
 *
 * @param options.mayPair False if it is known that nothing is paired: then nothing is timed.
 */
export async function chooseTile({ isRelaxed, mayPair }: { isRelaxed: boolean; mayPair: boolean }): Promise<Tile> {
  if (!hasSeveralMemories()) return "none";
  return mayPair ? await (choice ??= timed({ isRelaxed })) : "narrow";
}

async function timed(options: { isRelaxed: boolean }): Promise<Tile> {
  const { timeTiles } = await import("./tile_timing.ts");
  return await timeTiles(options);
}

/** Whether a module with two memories is valid here. */
function hasSeveralMemories(): boolean {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]; // "\0asm", version 1
  return WebAssembly.validate(Uint8Array.from([...header, 5, 5, 2, 0, 1, 0, 1])); // memories of a page or more
}
