/**
 * A run's checkpoint file: everything needed to continue as if the run had never stopped, and which run it belongs to.
 *
 * One safetensors file, written whole: parameters, moments and buffers as `params.*`, `m.*`, `v.*`, `buffers.*`, the
 * losses of every step so far as `history.*`, snapshots of latents as `lifelines.*`, the rest as JSON in the metadata with a checksum over both. A file is
 * used only after everything in it was checked (`checkpoint_checks.ts`). Does not compare the data with the run's
 * (`run_identity.ts`).
 *
 * @module
 */
import { rowLength } from "../data/row_shape.ts";
import { createHash } from "node:crypto";
import { quoted, UserError } from "../errors.ts";
import { readStart, readWhole, writeWhole } from "../files.ts";
import { decodeSafetensors, type NamedTensor, safetensorsChunks } from "../formats/safetensors.ts";
import { type Architecture, architecture, type Parameters, parameterSpecs } from "../sae/model.ts";
import { assertProgress, assertTensors, Damage, parseAbout } from "./checkpoint_checks.ts";
import type { History, Snapshot } from "./course.ts";
import { lifelinesFrom, lifelineTensors, storedLifelines } from "./stored_lifelines.ts";
import type { RunIdentity } from "./run_identity.ts";

/** Raised when the file's content changes its meaning. */
export const CHECKPOINT_VERSION = 5;

/** A longer header was not written by this program. */
const MOST_HEADER_BYTES = 2 ** 26;

/** A run between two steps, as its file keeps it. */
export interface Checkpoint {
  identity: RunIdentity;
  snapshot: Snapshot;
  /** Milliseconds that all processes of the run took up to here, start-up and measurements included. */
  totalMs: number;
}

/** Writes a checkpoint, whole or not at all, straight from the arrays given. */
export async function saveCheckpoint(path: string, { identity, snapshot, totalMs }: Checkpoint): Promise<void> {
  const { state, history, lifelines, ...progress } = snapshot;
  const arch = architectureOf(identity);
  const tensors: Record<string, NamedTensor> = {};
  for (const part of ["params", "m", "v"] as const) {
    for (const { name, shape } of parameterSpecs(arch)) {
      tensors[`${part}.${name}`] = { shape, values: state[part][name] };
    }
  }
  for (const { name, size } of arch.buffers) {
    tensors[`buffers.${name}`] = { shape: [size], values: state.buffers[name] };
  }
  for (const [name, values] of Object.entries(history)) tensors[`history.${name}`] = { shape: [values.length], values };
  if (lifelines) Object.assign(tensors, lifelineTensors(lifelines, arch));
  const about = JSON.stringify({
    version: CHECKPOINT_VERSION,
    identity,
    progress: { step: state.step, ...progress, lifelines: lifelines && storedLifelines(lifelines), totalMs },
  });
  await writeWhole(path, safetensorsChunks({ tensors, metadata: { about, sha256: checksum(about, tensors) } }));
}

/**
 * Reads a checkpoint.
 *
 * @param options.id The run whose folder it is in.
 * @throws {UserError} The file is missing, damaged, of another version or another run, or contradicts itself.
 */
export async function loadCheckpoint(path: string, { id }: { id: string }): Promise<Checkpoint> {
  const bytes = await readWhole(path);
  try {
    return parseCheckpoint(bytes, { id });
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    throw new UserError(`Cannot resume from ${path}: ${error.message}`, { cause: error });
  }
}

/**
 * Which run a checkpoint is of and how it was configured, from its header alone. Its tensors and checksum are not
 * looked at.
 *
 * @returns Null if the file is damaged or of another version, which {@linkcode loadCheckpoint} says in words.
 * @throws {UserError} The file is missing or may not be read.
 */
export async function readIdentity(path: string): Promise<RunIdentity | null> {
  const header = await readSafetensorsHeader(path);
  try {
    const { __metadata__: metadata } = JSON.parse(new TextDecoder().decode(header));
    return parseAbout(metadata.about, { version: CHECKPOINT_VERSION }).identity;
  } catch (error) {
    if (error instanceof Damage || error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

/** The header's bytes; fewer than it announces if the file is cut, none if the announced length is impossible. */
async function readSafetensorsHeader(path: string): Promise<Uint8Array> {
  const length = new DataView((await readStart(path, { bytes: 8 })).buffer);
  const bytes = length.byteLength < 8 ? 0 : Number(length.getBigUint64(0, true));
  return bytes > MOST_HEADER_BYTES ? new Uint8Array() : (await readStart(path, { bytes: 8 + bytes })).subarray(8);
}

/** @throws {Damage} */
function parseCheckpoint(bytes: Uint8Array, { id }: { id: string }): Checkpoint {
  const { tensors, metadata } = decoded(bytes);
  const about = parseAbout(metadata.about, { version: CHECKPOINT_VERSION });
  const { identity, progress: { step, totalMs, lifelines, ...progress } } = about;
  if (metadata.sha256 !== checksum(metadata.about, tensors)) {
    throw new Damage("its content does not match its checksum", "an undamaged file");
  }
  if (identity.id !== id) {
    const own = quoted(identity.id);
    throw new Damage(`it is of run ${own}`, `one of run ${id}; the folder must be called ${own}`);
  }
  const arch = architectureOf(identity);
  assertProgress(about.progress, identity);
  assertTensors(tensors, { arch, step, lifelines });
  const part = (prefix: string) =>
    Object.fromEntries(
      Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
        .map(([name, { values }]) => [name.slice(prefix.length), values]),
    );
  return {
    identity,
    totalMs,
    snapshot: {
      ...progress,
      state: {
        step,
        params: part("params.") as Parameters,
        m: part("m.") as Parameters,
        v: part("v.") as Parameters,
        buffers: part("buffers.") as Parameters,
      },
      history: part("history.") as unknown as History,
      lifelines: lifelines && lifelinesFrom(lifelines, part("lifelines.")),
    },
  };
}

function architectureOf({ config, data }: RunIdentity): Architecture {
  return architecture(config, rowLength(data));
}

function decoded(bytes: Uint8Array): ReturnType<typeof decodeSafetensors> {
  try {
    return decodeSafetensors(bytes, { sharesMemory: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Damage(`it is not a whole checkpoint: ${reason}`, undefined, { cause: error });
  }
}

/** SHA-256 over the JSON and every tensor's name, shape and bytes; hexadecimal. */
function checksum(about: string, tensors: Record<string, NamedTensor>): string {
  const hash = createHash("sha256").update(about);
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    hash.update(`\n${name} ${shape}\n`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}
