/**
 * Data sets in words: their titles, and the line that says what a run trains on.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Dataset, type Provenance, trainingCount } from "./dataset.ts";
import { rowLength } from "./row_shape.ts";

const TITLES: Record<string, string> = { mnist: "MNIST", digits: "Synthetic digits", dictionary: "Known features" };

/** What a data set is called: by its name, `mnist`; one read from a folder keeps its name. */
export function datasetTitle(name: string): string {
  return Object.hasOwn(TITLES, name) ? TITLES[name] : name;
}

/**
 * Which data these are, with the reason if they are not those that were wanted: what a report's `dataset` says.
 *
 * @example
 * ```ts
 * import { datasetSource } from "./describe.ts";
 * import assert from "node:assert/strict";
 *
 * const fallback = "MNIST is not on disk and no mirror answered within 4 s";
 * assert.equal(
 *   datasetSource({ name: "digits", source: "generated", fallback }),
 *   "built-in synthetic digits (MNIST is not on disk and no mirror answered within 4 s)",
 * );
 * assert.equal(datasetSource({ name: "mnist", source: "cache", fallback: null }), "MNIST");
 * ```
 */
export function datasetSource(
  { name, source, fallback }: Pick<Provenance, "source" | "fallback"> & { name: string },
): string {
  if (source !== "generated") return datasetTitle(name);
  const words = name === "digits" ? "built-in synthetic digits" : "vectors of known features";
  return fallback === null ? words : `${words} (${fallback})`;
}

/** Whether the inputs are images, and not vectors that are merely drawn as such. */
export function isOfImages({ kind }: Pick<Dataset, "kind">): boolean {
  return kind === "image";
}

/** {@linkcode datasetSource}, how many inputs there are and how large: the line before a run's first step. */
export function describeDataset(dataset: Dataset): string {
  const { name, height, width, channels, test, provenance } = dataset;
  const inputs = isOfImages(dataset)
    ? `${channels === 3 ? "colour " : ""}images of ${height}×${width}`
    : `vectors of ${rowLength(dataset)} values`;
  const counts = `${trainingCount(dataset)} training and ${test.count} test ${inputs}`;
  return `${datasetSource({ name, ...provenance })}, ${counts}`;
}
