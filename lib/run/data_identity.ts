/**
 * Which data a run was trained on, by checksums: so that a stopped run goes on with the same, and a comparison knows whether two
 * runs had the same.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Dataset, trainingCount } from "../data/dataset.ts";
import type { StreamedFile } from "../data/stream/stream_plan.ts";
import { rawBytes } from "../pixels.ts";
import type { DataIdentity } from "../training/run_identity.ts";

/** What a checkpoint and a report say of which data it is. */
export function dataIdentityOf(dataset: Dataset): DataIdentity {
  const { name, height, width, channels, train, test, stream } = dataset;
  const none = new Uint8Array();
  return {
    name,
    height,
    width,
    channels,
    count: trainingCount(dataset),
    sha256: {
      train: sha256Hex(rawBytes(train.pixels)),
      test: sha256Hex(rawBytes(test.pixels)),
      labels: sha256Hex(train.labels ?? none, test.labels ?? none),
    },
    filesSha256: stream && sha256Hex(new TextEncoder().encode(stream.files.map(contentOf).join("\n"))),
  };
}

/** What of a file that rows are read from must stay; it may be moved. */
function contentOf({ bytes, sampledSha256 }: StreamedFile): string {
  return `${bytes} ${sampledSha256}`;
}

/** Over pieces one after the other; hexadecimal. Several times faster than `crypto.subtle`. */
function sha256Hex(...pieces: (Uint8Array | Uint16Array)[]): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}
