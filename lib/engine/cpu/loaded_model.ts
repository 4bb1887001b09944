/**
 * What the CPU engine has loaded, and whether its memory serves for the next load.
 *
 * Runs nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../engine.ts";
import { createMemory } from "./create_memory.ts";
import type { Kernels } from "./load_kernels.ts";
import type { MemorySizes, ModelMemory } from "./model_memory.ts";

/** What a memory is made for. */
export interface Contents {
  /** Whether images are floats; else they are bytes. */
  isFloat: boolean;
  /** The largest batch. */
  batch: number;
  sizes: MemorySizes;
}

/** A model in memory. */
export interface Loaded extends Contents {
  memory: ModelMemory;
  /** How many training images there are. */
  count: number;
}

/** Whether a memory that was made for one thing has room for another, so that there are never two. */
export function hasRoomFor({ isFloat, batch, sizes }: Contents, wanted: Contents): boolean {
  return isFloat === wanted.isFloat && batch === wanted.batch &&
    sizes.pixelBytes === wanted.sizes.pixelBytes && sizes.isSparse === wanted.sizes.isSparse;
}

/**
 * Makes a memory, without images or state in it.
 *
 * @throws {UserError} There is not enough memory.
 */
export function memoryFor(
  definition: StepDefinition,
  { isFloat, sizes }: Contents,
  { isShared, products: { tile } }: Kernels,
): Promise<ModelMemory> {
  return createMemory(definition, { ...sizes, isFloat, isShared, tile });
}
