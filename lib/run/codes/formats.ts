/**
 * Which format a file of latents has, by the ending of its name.
 *
 * @module
 */
import { printablePath, quoted, UserError } from "../../errors.ts";
import type { CodesFormat } from "./codes_writer.ts";
import { csrCodes } from "./csr_writer.ts";
import { npyCodes, safetensorsCodes } from "./dense_writer.ts";
import { csvTable } from "./csv_table.ts";
import { parquetTable } from "./parquet_table.ts";

/** The formats by their names' endings. */
const CODES_FORMATS: Readonly<Record<string, CodesFormat>> = {
  ".npz": csrCodes,
  ".npy": npyCodes,
  ".safetensors": safetensorsCodes,
  ".csv": csvTable,
  ".parquet": parquetTable,
};

/** @throws {UserError} The name ends otherwise. Exit code 2. */
export function codesFormat(path: string): CodesFormat {
  const ending = Object.keys(CODES_FORMATS).find((ending) => path.endsWith(ending));
  if (ending !== undefined) return CODES_FORMATS[ending];
  const known = Object.entries(CODES_FORMATS).map(([ending, { holds }]) => `${ending} (${holds})`);
  throw new UserError(
    `Cannot write ${printablePath(path)}: its name ends with ${quoted(/\.[^./]*$/.exec(path)?.[0] ?? "")}, expected ${
      known.join(", ")
    }`,
    { exitCode: 2 },
  );
}
