/**
 * The settings of `run.json` beside those in the header of the weights, which were written when the training ended.
 *
 * Trains nothing: that the settings lead to these weights is found by training again (`retrain.ts`).
 *
 * @module
 */
import { KNOBS } from "../config.ts";
import { readWhole } from "../files.ts";
import { safetensorsHeader } from "../formats/safetensors_header.ts";
import { MODEL_FILE } from "../report/report_files.ts";
import type { Run } from "../report/schema.ts";
import type { Lines } from "./lines.ts";

const WHAT = "settings";

/**
 * Compares every setting that the weights state with the one in `run.json`. Settings that a program of another age did not
 * have are in one of them alone, and are no difference.
 *
 * @throws {UserError} The weights cannot be read.
 */
export async function checkSettings(folder: string, { config }: Pick<Run, "config">, lines: Lines): Promise<void> {
  const stated = statedSettings(safetensorsHeader(await readWhole(`${folder}/${MODEL_FILE}`)).metadata.config);
  if (stated === null) {
    lines.fails("files", WHAT, { detail: `the header of ${MODEL_FILE} states no settings` });
    return;
  }
  const names = KNOBS.map(({ name }) => name).filter((name) =>
    Object.hasOwn(stated, name) && Object.hasOwn(config, name)
  );
  const other = names.find((name) => JSON.stringify(stated[name]) !== JSON.stringify(config[name]));
  if (other === undefined) {
    lines.holds("files", WHAT, { detail: `${names.length} settings as the header of ${MODEL_FILE} states them` });
    return;
  }
  lines.fails("files", WHAT, {
    detail: `the header of ${MODEL_FILE} states another ${other}`,
    place: {
      path: `run.json: config.${other}`,
      stored: JSON.stringify(config[other]),
      measured: JSON.stringify(stated[other]),
    },
  });
}

function statedSettings(text: string | undefined): Record<string, unknown> | null {
  try {
    const settings: unknown = JSON.parse(text ?? "");
    return typeof settings === "object" && settings !== null ? settings as Record<string, unknown> : null;
  } catch {
    return null;
  }
}
