/**
 * The memory of either kind of model, and how many bytes it takes: the same code answers both.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../engine.ts";
import { isDictionary } from "../model_kind.ts";
import { dictionaryPlaces } from "./dictionary/dictionary_places.ts";
import { LayeredMemory } from "./layered/layered_memory.ts";
import { layeredPlaces } from "./layered/layered_places.ts";
import type { MemoryOptions, MemorySizes, ModelMemory } from "./model_memory.ts";

/** Bytes of the memory that {@linkcode createMemory} makes for the same sizes. */
export function memoryBytes(definition: StepDefinition, sizes: MemorySizes): number {
  return (isDictionary(definition) ? dictionaryPlaces : layeredPlaces)(definition, sizes).arena.end;
}

/**
 * Makes a model's memory. What only dictionaries need is loaded with the first of them.
 *
 * @throws {UserError} There is not enough memory.
 */
export async function createMemory(definition: StepDefinition, options: MemoryOptions): Promise<ModelMemory> {
  if (!isDictionary(definition)) return new LayeredMemory(definition, options);
  const { DictionaryMemory } = await import("./dictionary/dictionary_memory.ts");
  return new DictionaryMemory(definition, options);
}
