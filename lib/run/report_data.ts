/**
 * What a report says of the data that a model was trained or measured on.
 *
 * Gathers what the data state; measures and writes nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Dataset, trainingCount } from "../data/dataset.ts";
import { datasetSource } from "../data/describe.ts";
import { isDrawn } from "../data/row_shape.ts";
import type { Run } from "../report/schema.ts";

/** What `run.json` says of the data; `sha256` is over the values of each split as they are in memory. */
export function datasetFacts(dataset: Dataset, sha256: { train: string; test: string }): Run["dataset"] {
  const { name, kind, height, width, channels, black, white, classNames, train, test, provenance } = dataset;
  const { scale, subtract, factor, sampledRows } = dataset.scaling;
  return {
    name,
    kind,
    height,
    width,
    channels,
    drawn: isDrawn(dataset),
    black,
    white,
    classNames,
    bytes: dataset.areBytes ?? train.pixels instanceof Uint8Array,
    factors: Object.keys(test.factors),
    scaling: { scale, subtract, factor: typeof factor === "number" ? factor : null, sampledRows },
    split: dataset.split,
    streamed: dataset.stream !== null,
    ...provenance,
    train: { images: trainingCount(dataset), measured: train.count, pixelsSha256: sha256.train },
    test: { images: test.count, pixelsSha256: sha256.test },
  };
}

/** What the reader of a run has to know about its data. */
export function dataNotices({ name, provenance, train, stream }: Dataset): string[] {
  const instead = provenance.fallback === null ? [] : [`Trained on the ${datasetSource({ name, ...provenance })}`];
  const sampled = stream && stream.count > train.count
    ? [
      `The metrics of the training set are measured on ${train.count} of its ` +
      `${stream.count} rows, evenly spread over the files.`,
    ]
    : [];
  return [...instead, ...sampled, ...provenance.notes];
}
