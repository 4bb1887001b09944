/**
 * A report verified whole: its files, the data behind it, every number that follows from the weights, and if wanted its training.
 *
 * Changes nothing of the report; writes `verification.json` beside it. Parses no command line and prints nothing.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { OnNamedProgress } from "../analysis/progress.ts";
import type { Wanted } from "../engine/open.ts";
import { UserError } from "../errors.ts";
import { readWhole, writeWhole } from "../files.ts";
import { reportJson } from "../report/report_files.ts";
import { type ProgramEnvironment, Run, SCHEMA_VERSION } from "../report/schema.ts";
import { issueText } from "../report/stored_report.ts";
import {
  type ProgramCode,
  Verification,
  verificationVersion,
  type VerifiedLine,
} from "../report/verification_schema.ts";
import { MOST_RUN_BYTES, VERIFICATION_FILE } from "../report/writer.ts";
import type { RunListener } from "../run/events.ts";
import { openTrained } from "../run/trained_model.ts";
import { checkInputs, type DataCache, type WantedData } from "./inputs.ts";
import { checkSettings } from "./settings.ts";
import { Lines } from "./lines.ts";
import { checkNumbers, type Measured } from "./numbers.ts";
import { checkTraining } from "./retrain.ts";
import { sayUntrained } from "./untrained.ts";
import { checkAgreement, checkListedFiles } from "./stored_files.ts";

/** What is verified, and with what. */
export interface VerifyOptions {
  /** The run's folder. */
  folder: string;
  /** Where other runs are, which a run may have started from. */
  reportsDir: string;
  /** Where the run's data are. */
  dataOf(run: Run): WantedData;
  dataCache: DataCache;
  /** Whether the run is trained again too. */
  retrains: boolean;
  wanted?: Partial<Required<Wanted>>;
  /** Version of this program, and its checksums. */
  program: string;
  code: ProgramCode;
  environment: ProgramEnvironment;
  cacheDir: string;
  onLine?: (line: VerifiedLine) => void;
  onProgress?: OnNamedProgress;
  onEvent?: RunListener;
  signal: AbortSignal;
}

/** What {@linkcode verifyRun} found; it stands in the run's folder too. */
export type VerifiedRun = Omit<Verification, "schemaVersion">;

/**
 * Verifies a run, and writes what was found into its folder.
 *
 * @throws {UserError} The folder holds no run, or may not be read or written.
 * @throws The signal's reason, when aborted; nothing is written then.
 */
export async function verifyRun(options: VerifyOptions): Promise<VerifiedRun> {
  const { folder, program, code, environment, signal } = options;
  const lines = new Lines(options.onLine);
  const bytes = await readWhole(`${folder}/run.json`);
  const measured = await checkedRun(bytes, options, lines);
  signal.throwIfAborted();
  const verified: VerifiedRun = {
    verifiedAt: new Date().toISOString(),
    ...{ program, code, environment },
    engine: measured?.engine ?? null,
    runSha256: createHash("sha256").update(bytes).digest("hex"),
    tolerance: measured?.tolerance ?? null,
    totals: lines.totals(),
    lines: lines.all,
  };
  const content = { ...verified, schemaVersion: verificationVersion };
  await writeWhole(`${folder}/${VERIFICATION_FILE}`, reportJson({ schema: Verification, content }));
  return verified;
}

async function checkedRun(bytes: Uint8Array, options: VerifyOptions, lines: Lines): Promise<Measured | null> {
  const { folder, cacheDir, environment, signal, onEvent, wanted } = options;
  const run = parsedRun(bytes, lines);
  if (run === null) return null;
  await checkListedFiles(folder, run, lines);
  const name = (await Deno.realPath(folder)).replace(/^.*\//s, "");
  const report = await checkAgreement(folder, { name }, lines);
  let model;
  try {
    model = await openTrained(folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    lines.fails("files", "weights", { detail: error.message });
    return null;
  }
  await checkSettings(folder, run, lines);
  signal.throwIfAborted();
  const dataset = await checkInputs(model, {
    ...{ wanted: options.dataOf(run), cache: options.dataCache, cacheDir, onEvent, signal },
  }, lines);
  if (dataset === null || report === null) {
    const detail = dataset === null ? "the data of the report are not at hand" : "the files contradict each other";
    lines.notChecked("numbers", "all numbers", { detail });
    if (report !== null) {
      const { retrains } = options, { metrics } = report;
      sayUntrained({ run, metrics, unmeasured: [] }, { checked: "nothing", retrains }, lines);
    }
    return null;
  }
  const { metrics, latents: { detailed } } = report;
  const onProgress: OnNamedProgress = (progress) => {
    signal.throwIfAborted();
    options.onProgress?.(progress);
  };
  const measured = await checkNumbers(model, {
    ...{ run, dataset, metrics, details: detailed?.length, wanted, environment, cacheDir, onProgress },
  }, lines);
  const { reportsDir } = options, unmeasured = measured?.unmeasured ?? [];
  const checked = options.retrains
    ? await checkTraining(
      model,
      { run, dataset, metrics, unmeasured, reportsDir, wanted, environment, cacheDir, onEvent, signal },
      lines,
    )
    : "nothing";
  sayUntrained({ run, metrics, unmeasured }, { checked, retrains: options.retrains }, lines);
  return measured;
}

/** The run of a `run.json`; null if it is of another version, or is wrong. */
function parsedRun(bytes: Uint8Array, lines: Lines): Run | null {
  const what = "run.json";
  if (bytes.length > MOST_RUN_BYTES) {
    lines.fails("files", what, { detail: `it has ${bytes.length} bytes, expected a run's` });
    return null;
  }
  let json: { schemaVersion?: unknown } | null;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    lines.fails("files", what, { detail: "it is not JSON" });
    return null;
  }
  const version = json?.schemaVersion;
  if (typeof version === "number" && version !== SCHEMA_VERSION) {
    const detail = `the report has schema version ${version}, and this program verifies version ${SCHEMA_VERSION}`;
    lines.notChecked("files", what, { detail });
    return null;
  }
  const parsed = Run.safeParse(json);
  if (parsed.success) return parsed.data;
  lines.fails("files", what, { detail: issueText(parsed.error) });
  return null;
}
