/**
 * Data sets in words: their titles, and the line that says what a run trains on.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Dataset, type Provenance, trainingCount } from "./dataset.ts";
import { type RowShape, shapeText } from "./row_shape.ts";
import type { ScaleName, Scaling } from "./scaling.ts";

const SCALES: Record<ScaleName, string> = {
  none: "values as they are",
  unit: "values to [0, 1]",
  "mean-norm": "mean length of a row √d",
  standard: "each value by its standard deviation",
  "row-norm": "each row to the length √d",
  "layer-norm": "each row less its mean, by its standard deviation",
};

const TITLES: Record<string, string> = {
  mnist: "MNIST",
  digits: "Synthetic digits",
  dictionary: "Known features",
  "planted-hard": "Known features, hard",
};

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
  const words = name === "digits"
    ? "built-in synthetic digits"
    : `vectors of known features${name === "dictionary" ? "" : ", rare, correlated and nested"}`;
  return fallback === null ? words : `${words} (${fallback})`;
}

/** That a limit leaves out training rows, in a sentence that is true of a dictionary that was imported, too. */
export function limitNote({ kind, limit, count }: Pick<Dataset, "kind"> & { limit: number; count: number }): string {
  return `Only the first ${limit} of ${count} training ${isOfImages({ kind }) ? "images" : "vectors"} are used`;
}

/** Whether the inputs are images, and not vectors that are merely drawn as such. */
export function isOfImages({ kind }: Pick<Dataset, "kind">): boolean {
  return kind === "image";
}

/** {@linkcode datasetSource}, how many inputs there are and how large: the line before a run's first step. */
export function describeDataset(dataset: Dataset): string {
  const { name, test, classNames, provenance } = dataset;
  const streamed = dataset.stream === null ? "" : ", read from disk while the model trains";
  return describeRows({
    name: datasetSource({ name, ...provenance }),
    count: `${trainingCount(dataset)} training and ${test.count} test`,
    ...{ shape: dataset, classes: classNames.length },
  }) + streamed;
}

/** What rows are called, how many there are, how large they are, and of how many classes: the same for every command. */
export function describeRows(
  { name, count, shape, classes }: { name: string; count: number | string; shape: RowShape; classes: number },
): string {
  return `${name}, ${count} ${shapeText(shape)}${classes > 0 ? `, ${classes} class${classes === 1 ? "" : "es"}` : ""}`;
}

/**
 * What is done to the numbers of the user's own data, with the one factor if there is one.
 *
 * @example
 * ```ts
 * import { describeScaling } from "./describe.ts";
 * import assert from "node:assert/strict";
 *
 * const scaling = { scale: "mean-norm", subtract: "mean", offset: Float32Array.of(1, 2), factor: 0.25, sampledRows: 900 };
 * assert.equal(
 *   describeScaling({ ...scaling, scale: "mean-norm", subtract: "mean" }),
 *   "mean-norm (mean length of a row √d): less the mean, times 0.2500, measured on 900 training rows",
 * );
 * ```
 */
export function describeScaling({ scale, subtract, factor, sampledRows }: Scaling): string {
  const parts = [
    ...(subtract === "none" ? [] : [`less the ${subtract === "mean" ? "mean" : "geometric median"}`]),
    ...(typeof factor === "number" && factor !== 1 ? [`times ${factor.toPrecision(4)}`] : []),
    ...(sampledRows === 0 ? [] : [`measured on ${sampledRows} training rows`]),
  ];
  return `${scale} (${SCALES[scale]})${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`;
}
