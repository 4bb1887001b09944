/**
 * Which run a checkpoint is of: its name, its configuration, and the data it was started on.
 *
 * Types, and the comparison of a run's data with today's. Reads no file. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { DataPlace } from "../data/files/data_place.ts";
import type { StoredScaling } from "../data/stored_scaling.ts";
import type { SettledConfig } from "../config.ts";
import { UserError } from "../errors.ts";

/** Which data a run is trained and measured on. */
export interface DataIdentity {
  name: string;
  height: number;
  width: number;
  channels: 1 | 3;
  /** Training inputs. */
  count: number;
  /** SHA-256 over the inputs of each split, and over the labels of both; hexadecimal. */
  sha256: { train: string; test: string; labels: string };
  /** SHA-256 over lengths and sampled blocks of the files that training rows are read from; null if all are in memory. */
  filesSha256: string | null;
}

/** What a checkpoint says of its run, so that `--resume <run-id>` needs no other flag. */
export interface RunIdentity {
  id: string;
  /** Its name for people. */
  title: string;
  /** What its author wrote about it. */
  note: string | null;
  config: SettledConfig;
  command: string[];
  /** When it was started, ISO 8601. */
  createdAt: string;
  /**
   * The finished run whose model it started from, whether that one's data were bytes, and the scaling that it keeps of it,
   * if it keeps one; null if it started as usual.
   */
  initFrom: { id: string; modelSha256: string; areBytes?: boolean; scaling: StoredScaling | null } | null;
  /** Where the data were, as the flags said. */
  place: DataPlace;
  data: DataIdentity;
}

/**
 * Checks that a run continues with the data it was started on.
 *
 * @throws {UserError} The shape, the training or test inputs, or the labels differ.
 */
export function assertSameData({ id, data }: Pick<RunIdentity, "id" | "data">, now: DataIdentity): void {
  const shapeOf = ({ height, width, channels }: DataIdentity) =>
    `shape ${height}×${width}${channels === 1 ? "" : `×${channels}`}`;
  const hashOf = (part: keyof DataIdentity["sha256"]) => ({ sha256 }: DataIdentity) =>
    `SHA-256 ${sha256[part].slice(0, 12)}…`;
  const parts: [name: string, textOf: (data: DataIdentity) => string, differs: boolean][] = [
    ["inputs", shapeOf, shapeOf(data) !== shapeOf(now)],
    ["training inputs", hashOf("train"), data.sha256.train !== now.sha256.train],
    [
      "training files",
      ({ filesSha256 }) => `SHA-256 ${filesSha256?.slice(0, 12)}…`,
      data.filesSha256 !== now.filesSha256,
    ],
    ["test inputs", hashOf("test"), data.sha256.test !== now.sha256.test],
    ["labels", hashOf("labels"), data.sha256.labels !== now.sha256.labels],
  ];
  for (const [name, textOf, differs] of parts) {
    if (!differs) continue;
    const expected = `${textOf(data)}, those the run was started on; name where they are with --data or --data-dir`;
    throw new UserError(`Cannot resume ${id}: the ${name} have ${textOf(now)}, expected ${expected}`);
  }
}
