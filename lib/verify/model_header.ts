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

/** Its entries that another file of the same model has too; those that the file does not have are left out. */
const ENTRIES = ["layers", "scaling", "trainedBias"] as const;

/**
 * Compares the headers of two files of one model, apart from how they are written: spaces, the order of entries, digits
 * beyond those of float32, and entries or fields that the stored file's program did not write.
 *
 * @throws {SyntaxError} One of them is not a whole safetensors file.
 */
export function compareHeaders(stored: Uint8Array, measured: Uint8Array): Compared {
  return compareValues(statedBy(stored), statedBy(measured), { file: MODEL_FILE, tolerance: 0, rules: PLAIN_RULES });
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

function statedBy(file: Uint8Array): Record<string, unknown> {
  const { metadata } = safetensorsHeader(file);
  return Object.fromEntries(
    ENTRIES.filter((name) => name in metadata).map((name) => [name, parsed(name, metadata[name])]),
  );
}

function parsed(name: typeof ENTRIES[number], text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return name === "trainedBias" && Array.isArray(value) ? value.map((number) => Math.fround(number)) : value;
  } catch {
    return text;
  }
}
