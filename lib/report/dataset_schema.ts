/**
 * What `run.json` says of the data: what a row is, how the numbers were scaled, where they came from.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { SCALES } from "../data/scaling.ts";
import { count, share } from "./schema_parts.ts";

const SplitData = z.strictObject({
  images: count.describe("Rows."),
  pixelsSha256: z.string().describe(
    "SHA-256 over the values in order as they are held in memory, hexadecimal; of streamed training data over the rows measured.",
  ),
});

/** See the module comment. */
export const DatasetFacts = z.strictObject({
  name: z.string().min(1).max(255).describe(
    "`mnist`, `digits`, `dictionary`, `planted-hard`, or the name of the file or folder.",
  ),
  kind: z.enum(["image", "vector"]).describe("What a row is: an image, or a list of numbers."),
  height: z.int().min(1).describe("Pixels; 1 for a vector that was read."),
  width: z.int().min(1).describe("Pixels, or the values of a vector."),
  channels: z.union([z.literal(1), z.literal(3)]).describe("Values of a pixel: 1, or red, green and blue."),
  drawn: z.boolean().describe(
    "Whether rows have pictures: images, and vectors of up to 256 values as bars. If not, each sprite of the report is null.",
  ),
  black: z.number().describe("The value that sprites draw black."),
  white: z.number().describe("The value that sprites draw white."),
  classNames: z.array(z.string()).describe("What label i is called; empty without labels."),
  bytes: z.boolean().optional().describe(
    "Whether the numbers in the files are bytes, each of which stands for byte / 255; not there in earlier reports.",
  ),
  factors: z.array(z.string()).describe("Known hidden factors of each input, by name."),
  scaling: z.strictObject({
    scale: z.enum(SCALES).describe(
      "How each row's length or each value's size is changed; docs/data.md has the formulas.",
    ),
    subtract: z.enum(["none", "mean", "median"]).describe(
      "What is subtracted from each row before: nothing, or the mean or the geometric median of a sample.",
    ),
    factor: z.number().nullable().describe(
      "What the difference is multiplied with; null if each value has its own factor.",
    ),
    sampledRows: count.describe("Training rows that these numbers were measured on, evenly spread; 0 if none were."),
  }).describe("How the numbers in the files became those that the model reads; model.safetensors has all of them."),
  split: z.strictObject({
    by: z.enum(["set", "path", "hash"]).describe(
      "How the test set was chosen: the data have one of their own, the user named it, or a hash of each row's number decides.",
    ),
    share: share.nullable().describe("The share of all rows that is held out by hash; null otherwise."),
  }).describe("How the test set was chosen."),
  streamed: z.boolean().describe("Whether training rows were read from disk while the model was trained."),
  source: z.enum(["directory", "cache", "download", "generated", "memory", "path"]).describe(
    "Where the rows came from: `path` for what `--data` names, `directory` for a folder of IDX files.",
  ),
  files: z.array(z.strictObject({
    name: z.string(),
    bytes: count.nullable().describe("The file's size; null if it was not kept."),
    sha256: z.string().describe("SHA-256 of the file as stored, hexadecimal."),
    isSampled: z.boolean().describe(
      "Whether sha256 is of the file's size and of blocks evenly spread over the file instead of the whole file.",
    ),
    isOfficial: z.boolean().nullable().describe(
      "Whether the bytes, uncompressed, are the official file's; null if no official file has that name.",
    ),
  })).describe("The files read."),
  fallback: z.string().nullable().default(null).describe(
    "Why `--dataset auto` took the built-in digits instead of MNIST; null if it did not.",
  ),
  notes: z.array(z.string()).describe("What else a reader must know, such as a checksum that differs."),
  train: SplitData.extend({
    measured: count.describe(
      "Rows that the metrics of the training set were measured on: all of them, or of streamed data a sample across all files.",
    ),
  }),
  test: SplitData,
});

/** See the schema of the same name. */
export type DatasetFacts = z.infer<typeof DatasetFacts>;
