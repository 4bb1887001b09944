/**
 * What the header of `model.safetensors` states beside the settings, which `settings.ts` compares: the layers, the scaling of
 * the data, and the first bias as it was trained.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { safetensorsHeader } from "../formats/safetensors_header.ts";
import { MODEL_FILE } from "../report/report_files.ts";
import { type Compared, compareValues } from "./compare.ts";
import { PLAIN_RULES } from "./rules.ts";

/** An entry of the header. `trainedBias` follows from the training alone, the others from the settings and the data. */
export type HeaderEntry = "layers" | "scaling" | "trainedBias";

/**
 * Compares entries of two headers, apart from how they are written: spaces, their order, digits of a bias beyond those of
 * float32, and entries or fields that the stored file's program did not write.
 *
 * @param files Two files of one model.
 * @throws {SyntaxError} One of them is not a whole safetensors file.
 */
export function compareHeaders(
  { stored, measured }: { stored: Uint8Array; measured: Uint8Array },
  entries: readonly HeaderEntry[],
): Compared {
  const [before, now] = [stored, measured].map((file) => statedBy(file, entries));
  return compareValues(before, now, { file: MODEL_FILE, tolerance: 0, rules: PLAIN_RULES });
}

/**
 * Which entries of a stored file's header another file of the same model has otherwise, in words.
 *
 * @throws {SyntaxError} One of them is not a whole safetensors file.
 */
export function otherEntries(stored: Uint8Array, measured: Uint8Array): string {
  const [before, now] = [stored, measured].map((file) => safetensorsHeader(file).metadata);
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) =>
    before[name] !== now[name]
  );
  if (names.length === 0) return "its spaces or the order of its entries";
  return names.map((name) => name in before ? name : `${name}, which it does not have`).join(", ");
}

/** What a file states; entries that it does not have are left out. */
function statedBy(file: Uint8Array, entries: readonly HeaderEntry[]): Record<string, unknown> {
  const { metadata } = safetensorsHeader(file);
  return Object.fromEntries(
    entries.filter((name) => name in metadata).map((name) => [name, parsed(name, metadata[name])]),
  );
}

function parsed(name: HeaderEntry, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return name === "trainedBias" && Array.isArray(value) ? value.map((number) => Math.fround(number)) : value;
  } catch {
    return text;
  }
}
