/**
 * What one input of a run is called: an image, or a vector.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { isOfImages } from "../../../lib/data/describe.ts";
import type { Run } from "../../../lib/report/schema.ts";

/** Words for one input and for several. */
export interface InputWords {
  one: "image" | "vector";
  many: "images" | "vectors";
}

/** See the module comment. */
export function inputWords({ dataset }: Pick<Run, "dataset">): InputWords {
  return isOfImages(dataset) ? { one: "image", many: "images" } : { one: "vector", many: "vectors" };
}
