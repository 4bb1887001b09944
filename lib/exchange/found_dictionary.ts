/**
 * What a reader of another program's folder returns.
 *
 * Types alone. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Scaling } from "../data/scaling.ts";
import type { FieldDictionary } from "./field_dictionary.ts";

/** A dictionary that another program wrote. */
export interface FoundDictionary {
  /** The program, by its name. */
  tool: string;
  /** Its own word for the architecture. */
  architecture: string;
  /** The files that were read, by their paths from the folder. */
  files: string[];
  dictionary: FieldDictionary;
  /** How a row of data becomes the dictionary's input. */
  scaling: Scaling;
  /** What was changed so that it fits, and what else a reader must know, in sentences. */
  notes: string[];
}
