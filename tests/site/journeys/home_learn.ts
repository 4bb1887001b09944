/// <reference lib="dom" />
/**
 * What readers do on the pages of this name.
 *
 * @module
 */
import type { Journey } from "./journey.ts";

/** See the module comment. */
export const JOURNEYS: Journey[] = [];
