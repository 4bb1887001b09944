/**
 * The field's other terms that the site uses. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Entry } from "./entry.ts";
import { MODEL } from "./field_model.ts";
import { ROWS } from "./field_rows.ts";
import { TRAINING } from "./field_training.ts";

/** What an entry is sorted by: the tutorial stands at T. */
const key = ({ name }: Entry) => name.replace(/^the /, "").toLowerCase();

/** By the alphabet. */
export const FIELD: readonly Entry[] = [...MODEL, ...TRAINING, ...ROWS]
  .sort((a, b) => key(a).localeCompare(key(b), "en"));
