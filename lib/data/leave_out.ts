/**
 * Classes left out of training, so that a model meets them afterwards as something new.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { UserError } from "../errors.ts";
import { gatherPixels } from "../pixels.ts";
import { type Dataset, type ImageSet, imageSet } from "./dataset.ts";
import type { Labels } from "./row_labels.ts";
import { rowLength } from "./row_shape.ts";

/**
 * A data set whose training rows are of the other classes; the test set keeps all.
 *
 * @param classes Numbers of classes, places in `classNames`; none for the data set as it is.
 * @throws {UserError} There are no labels, no such class, no other class, or the training rows are not in memory.
 */
export function withoutClasses(dataset: Dataset, classes: readonly number[]): Dataset {
  if (classes.length === 0) return dataset;
  const { train, stream, classNames, provenance } = dataset;
  const refuse = (now: string, expected: string) =>
    new UserError(`Cannot use --leave-out: ${now}, expected ${expected}`, { exitCode: 2 });
  if (stream) throw refuse("the training rows are read from disk", "a larger --buffer-mb, so that memory holds them");
  if (!train.labels) throw refuse("the training rows have no labels", "data with labels, or --labels FILE");
  const unknown = classes.find((label) => label >= classNames.length);
  if (unknown !== undefined) throw refuse(`there is no class ${unknown}`, `0 to ${classNames.length - 1}`);
  const left = new Set(classes), { labels } = train;
  const kept = Array.from(labels.keys()).filter((row) => !left.has(labels[row]));
  if (kept.length === 0) throw refuse("no training row is left", "at least one other class");
  const names = [...left].map((label) => classNames[label]).join(", ");
  const note =
    `Training leaves out ${train.count - kept.length} rows of ${left.size === 1 ? "class" : "the classes"} ` +
    `${names}; the test set has all classes.`;
  return {
    ...dataset,
    train: chosenRows(train, { kept, dInput: rowLength(dataset) }),
    provenance: { ...provenance, notes: [...provenance.notes, note] },
  };
}

function chosenRows(
  { pixels, labels, factors, fileRows, meta }: ImageSet,
  { kept, dInput }: { kept: number[]; dInput: number },
): ImageSet {
  return imageSet({
    pixels: gatherPixels(pixels, kept, dInput),
    count: kept.length,
    labels: labels && chosenLabels(labels, kept),
    factors: Object.fromEntries(
      Object.entries(factors).map(([name, values]) => [name, Float32Array.from(kept, (row) => values[row])]),
    ),
    fileRows: Uint32Array.from(kept, (row) => fileRows ? fileRows[row] : row),
    meta: meta && { ...meta, values: meta.values.map((column) => kept.map((row) => column[row])) },
  });
}

function chosenLabels(labels: Labels, kept: number[]): Labels {
  const chosen = kept.map((row) => labels[row]);
  return labels instanceof Uint8Array ? Uint8Array.from(chosen) : Uint16Array.from(chosen);
}
