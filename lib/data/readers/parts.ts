/**
 * Whether a file, a folder or an array is of the training or of the test set, from its name.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** A part of a set. */
export type Part = "train" | "test" | "validation";

const NAMES: [Part, RegExp][] = [
  ["train", /(?<![a-z])train(?:ing)?(?![a-z])/gi],
  ["test", /(?<![a-z])(?:test(?:ing)?|t10k)(?![a-z])/gi],
  ["validation", /(?<![a-z])(?:val|valid|validation|dev)(?![a-z])/gi],
];

/**
 * The part that a name states; null if it states none.
 *
 * @example
 * ```ts
 * import { partOf } from "./parts.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(["x_train", "test/7/1.png", "t10k-images", "latest.npy"].map(partOf), ["train", "test", "test", null]);
 * ```
 */
export function partOf(name: string): Part | null {
  return NAMES.find(([, pattern]) => name.search(pattern) >= 0)?.[0] ?? null;
}

/** A name without the part that it states, in lower case: `x_train` and `x_test` both give `x`. */
export function withoutPart(name: string): string {
  const bare = NAMES.reduce((rest, [, pattern]) => rest.replace(pattern, ""), name);
  return bare.replace(/^[-_./ ]+|[-_./ ]+$/g, "").replace(/([-_./ ])[-_./ ]+/g, "$1").toLowerCase();
}

/**
 * The items of one part. A set without both a training and a test part is one set, whatever its names are.
 *
 * @param options.part `train` if left out.
 * @returns The items, whether there is a test part, and how many items of other parts were left out.
 */
export function takePart<T>(
  items: readonly T[],
  { part, nameOf }: { part: "train" | "test"; nameOf: (item: T) => string },
): { taken: T[]; hasTestPart: boolean; nLeftOut: number } {
  const parts = items.map((item) => partOf(nameOf(item)));
  const hasTestPart = parts.includes("test") && parts.some((name) => name === "train" || name === null);
  if (!hasTestPart) return { taken: [...items], hasTestPart, nLeftOut: 0 };
  const wanted: (Part | null)[] = part === "test" ? ["test"] : parts.includes("train") ? ["train"] : [null];
  const taken = items.filter((_, i) => wanted.includes(parts[i]));
  const nLeftOut = parts.filter((name) => name !== "train" && name !== "test" && name !== wanted[0]).length;
  return { taken, hasTestPart, nLeftOut };
}
