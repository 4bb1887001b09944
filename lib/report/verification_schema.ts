/**
 * `verification.json`: what `deno task verify` found of a report, line by line.
 *
 * It lies beside the report and is not one of its files. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { ProgramEnvironment } from "./environment_schema.ts";
import { count } from "./schema_parts.ts";

/** Raised when a field changes its meaning or goes. */
const VERIFICATION_VERSION = 1;

/** What became of a line. */
export const LineOutcome = z.enum(["holds", "fails", "not checked", "recorded"]).describe(
  "`holds`: as the report states it. `fails`: not so. `not checked`: what is needed was not at hand. `recorded`: it cannot be " +
    "measured again from the weights, such as a time, or, unless the run was trained again, a training loss; it was not checked.",
);

/** One thing that was looked at. */
export const VerifiedLine = z.strictObject({
  part: z.enum(["files", "inputs", "numbers", "training"]).describe(
    "The report's files; the data; what is measured again from the weights; what training alone decides.",
  ),
  what: z.string().describe("What was looked at, such as a file's name."),
  outcome: LineOutcome,
  detail: z.string().describe("What was found, in words."),
  numbers: count.describe("Numbers that were compared, or of a line that is `recorded` the numbers that were not."),
  place: z.strictObject({
    path: z.string().describe("File and field, such as `run.json: metrics.test.mse`."),
    stored: z.string().describe("What the report states there, as JSON."),
    measured: z.string().describe("What was found instead, as JSON."),
  }).nullable().describe("The first place that does not hold; null if all do."),
});

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The code that verified. */
export const ProgramCode = z.strictObject({
  sourcesSha256: sha256.nullable().describe(
    "SHA-256, hexadecimal, of the list of the program's sources with their own checksums (`git ls-files lib main.ts deno.json " +
      "deno.lock | LC_ALL=C sort | xargs sha256sum | sha256sum`); null if they could not be read, as in a program that was " +
      "compiled to one file.",
  ),
  kernelsSha256: sha256.nullable().describe(
    "SHA-256, hexadecimal, of the compiled kernels of the CPU engine (`cat lib/engine/cpu/compiled/*.wasm | sha256sum`); null if " +
      "they could not be read.",
  ),
});

/** `verification.json`. */
export const Verification = z.strictObject({
  schemaVersion: z.literal(VERIFICATION_VERSION).describe("Version of this file's schema."),
  verifiedAt: z.iso.datetime().describe("When it was verified, UTC."),
  program: z.string().describe("Version of the program that verified."),
  code: ProgramCode.nullable().default(null).describe(
    "The code that verified, which the version alone does not say; null in verifications that do not have it.",
  ),
  environment: ProgramEnvironment.describe("The machine that verified."),
  engine: z.strictObject({
    name: z.string(),
    backend: z.string(),
    device: z.string(),
  }).nullable().describe("What measured again; null if nothing was."),
  runSha256: z.string().describe("SHA-256 of the run.json that was verified, hexadecimal."),
  tolerance: z.number().min(0).nullable().describe(
    "The relative difference up to which two numbers are equal: 0 on an engine and a machine of the run's kind, whose numbers " +
      "are the same bits; null if no numbers were compared.",
  ),
  totals: z.strictObject({
    holds: count.describe("Lines."),
    fails: count,
    notChecked: count,
    recorded: count,
    numbers: count.describe("Numbers that were measured again and hold."),
  }).describe("Sums over the lines."),
  lines: z.array(VerifiedLine),
});

/** See the schema of the same name. */
export type ProgramCode = z.infer<typeof ProgramCode>;
/** See the schema of the same name. */
export type VerifiedLine = z.infer<typeof VerifiedLine>;
/** See the schema of the same name. */
export type Verification = z.infer<typeof Verification>;
/** The version that a new one states. */
export const verificationVersion = VERIFICATION_VERSION;
