/**
 * One list of classes for the training and the test set, whose files number theirs on their own.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { LabelColumn, Labels } from "../row_labels.ts";

const NATURAL = new Intl.Collator("en", { numeric: true });

/**
 * The names of both in order, and the classes of each by them. A side without labels stays without.
 *
 * @example
 * ```ts
 * import { joinedClasses } from "./joined_classes.ts";
 * import assert from "node:assert/strict";
 *
 * const train = { values: Uint8Array.of(0, 1), names: ["cat", "dog"] };
 * const test = { values: Uint8Array.of(0, 1), names: ["ape", "dog"] };
 * assert.deepEqual(joinedClasses(train, test), {
 *   names: ["ape", "cat", "dog"],
 *   train: Uint8Array.of(1, 2),
 *   test: Uint8Array.of(0, 2),
 * });
 * ```
 */
export function joinedClasses(
  train: LabelColumn | null,
  test: LabelColumn | null,
): { names: string[]; train: Labels | null; test: Labels | null } {
  const own = train?.names ?? [], known = new Set(own);
  const others = (test?.names ?? []).filter((name) => !known.has(name));
  // Names that one side gave keep their order, which may be a file's; names that are only in the other find their place.
  const names = others.length === 0 ? own : own.length === 0 ? others : [...own, ...others].sort(NATURAL.compare);
  return { names, train: train && numbered(train, names), test: test && numbered(test, names) };
}

/**
 * Classes by another list of names.
 *
 * @throws {RangeError} A class of the column is not in the list.
 */
function numbered({ values, names: own }: LabelColumn, names: readonly string[]): Labels {
  const places = new Map(names.map((name, number) => [name, number]));
  const numberOf = own.map((name) => {
    const number = places.get(name);
    if (number === undefined) {
      throw new RangeError(`Cannot number classes: ${name} is not listed, expected one of the names`);
    }
    return number;
  });
  const numbers = names.length <= 256 ? new Uint8Array(values.length) : new Uint16Array(values.length);
  for (let row = 0; row < values.length; row++) numbers[row] = numberOf[values[row]];
  return numbers;
}
