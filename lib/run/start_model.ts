/**
 * What a run starts from that goes on from another run's model: its settings, and its weights with more latents if wanted.
 *
 * Trains nothing.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Config, idleKnobs, type KnobName, KNOBS } from "../config.ts";
import { hasEffect } from "../config_rules.ts";
import { isIdentity, type Scaling } from "../data/scaling.ts";
import { UserError } from "../errors.ts";
import { readWhole } from "../files.ts";
import type { Pixels } from "../pixels.ts";
import { baselineOf } from "../sae/baselines.ts";
import { type InitialModel, initialModel } from "../sae/init.ts";
import { type Architecture, INPUT_MEAN, type Parameters, parameterSpecs } from "../sae/model.ts";
import { MODEL_FILE } from "../report/report_files.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import { withoutFoldedMean } from "./model_file.ts";
import { openTrained } from "./trained_model.ts";

/** A trained model that a run starts from. */
export interface StartModel {
  /** The run it is of. */
  id: string;
  /** SHA-256 of its model's file, hexadecimal. */
  modelSha256: string;
  config: Config;
  /** The penalty's weight at its end; 0 if it has no penalty, or was not trained here. */
  weight: number;
  /** Whether the numbers in its files were bytes, if its report says. */
  areBytes?: boolean;
  /** How its rows became its inputs. */
  scaling: Scaling;
  /** As its file has it: its inputs are not centred. */
  arch: Architecture;
  params: Parameters;
  buffers: Parameters;
}

/** The groups of settings that make a model what it is; how it is trained is the new run's own. */
const KEPT_GROUPS = new Set(["Model", "Loss", "Sparsity"]);

/**
 * Opens the model of a finished run to start from.
 *
 * @param folder The run's folder.
 * @throws {UserError} It holds no finished run of this version, or its model is damaged.
 */
export async function openStart(folder: string): Promise<StartModel> {
  const { run, definition: { arch }, params, buffers, scaling } = await openTrained(folder);
  const modelSha256 = createHash("sha256").update(await readWhole(`${folder}/${MODEL_FILE}`)).digest("hex");
  const { id, config, sparsity: { weight } } = run;
  return { id, modelSha256, config, weight, areBytes: run.dataset.bytes, scaling, arch, params, buffers };
}

/**
 * The settings of a run that goes on from a model: the model's own, and those that are set now.
 *
 * A penalty goes on with the weight that it had at the end, which a target L0 may have moved.
 *
 * @param turned The settings that are set now.
 */
export function knobsFrom(
  { config, weight }: Pick<StartModel, "config" | "weight">,
  turned: Partial<Record<KnobName, unknown>>,
): Partial<Record<KnobName, unknown>> {
  const kept = KNOBS.filter(({ name, knob }) => KEPT_GROUPS.has(knob.group) && hasEffect(name, config));
  const own: Partial<Record<KnobName, unknown>> = Object.fromEntries(kept.map(({ name }) => [name, config[name]]));
  const { weight: weighed } = VARIANTS[config.sparsity];
  if (weighed !== null && weight > 0) own[weighed] = weight;
  const all = { ...own, ...withoutMissing(turned) };
  const idle = new Set(idleKnobs(all)); // a setting of the model that one of now makes idle, such as auxK without AuxK
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => !idle.has(name as KnobName) || turned[name as KnobName] !== undefined),
  );
}

/**
 * The scaling that a run keeps of the model it starts from, so that a latent means the same for the same row; null if the
 * new data are to be scaled by their own numbers.
 *
 * @param options.isOwnData Whether the rows are the user's own; other data are not scaled.
 * @throws {UserError} The model reads scaled rows, and the data are not scaled. Exit code 2.
 */
export function keptScaling(
  { id, scaling }: Pick<StartModel, "id" | "scaling">,
  { turned, isOwnData }: { turned: Partial<Record<KnobName, unknown>>; isOwnData: boolean },
): Scaling | null {
  if (isOwnData) return turned.scale === undefined && turned.subtract === undefined ? scaling : null;
  if (isIdentity(scaling)) return null;
  const now = `its rows were scaled (${scaling.scale}), which these data are not`;
  throw new UserError(`Cannot start from run ${id}: ${now}, expected rows named by --data`, { exitCode: 2 });
}

/**
 * Checks that a run's model can begin with the numbers of another.
 *
 * @throws {UserError} It computes something else, or has fewer latents. Exit code 2.
 */
export function assertCanStart(
  { id, config: from, arch: { dInput, nLatents } }: Pick<StartModel, "id" | "config" | "arch">,
  { config, arch }: { config: Config; arch: Architecture },
): void {
  const fail = (now: string, expected: string) =>
    new UserError(`Cannot start from run ${id}: ${now}, expected ${expected}`, { exitCode: 2 });
  if (baselineOf(config)) {
    const expected = "none: a baseline starts from weights of its own, so that it owes nothing to training";
    throw fail(`baseline is ${config.baseline}`, expected);
  }
  if (arch.dInput !== dInput) throw fail(`the data's rows have ${arch.dInput} values`, `the run's ${dInput}`);
  for (const name of ["sparsity", "hidden", "hiddenActivation", "output", "preBias", "decoderNorm"] as const) {
    if (!hasEffect(name, config)) continue;
    const text = ({ [name]: value }: Config) => Array.isArray(value) ? `"${value}"` : String(value);
    if (text(config) !== text(from)) throw fail(`${name} is ${text(config)}`, `the run's ${text(from)}`);
  }
  if (arch.nLatents < nLatents) throw fail(`there are ${arch.nLatents} latents`, `at least the run's ${nLatents}`);
}

/**
 * The model that a run starts from: that of another run, with further latents as they are initialised usually.
 *
 * @param options.arch The new run's architecture, which {@linkcode assertCanStart} accepted.
 * @param options.pixels Its training rows, `[count, dInput]`.
 */
export function startedModel(
  from: StartModel,
  { config, arch, pixels }: { config: Config; arch: Architecture; pixels: Pixels },
): InitialModel {
  const fresh = initialModel(config, { arch, pixels });
  const mean = fresh.buffers[INPUT_MEAN];
  const earlier = mean ? withoutFoldedMean(from.params, { arch: from.arch, mean }) : from.params;
  const shapes = new Map(parameterSpecs(from.arch).map(({ name, shape }) => [name, shape]));
  const params = parameterSpecs(arch).map(({ name, shape }) =>
    [name, overlaid(fresh.params[name], { shape, by: earlier[name], byShape: shapes.get(name)! })] as const
  );
  const saved = arch.buffers.filter(({ isSaved }) => isSaved).map(({ name }) => [name, from.buffers[name].slice()]);
  return { params: Object.fromEntries(params), buffers: { ...fresh.buffers, ...Object.fromEntries(saved) } };
}

/** A matrix or vector whose first rows and columns are those of a smaller one; written over. */
function overlaid(
  values: Float32Array<ArrayBuffer>,
  { shape, by, byShape }: { shape: number[]; by: Float32Array; byShape: number[] },
): Float32Array<ArrayBuffer> {
  const columns = shape[1] ?? 1, byColumns = byShape[1] ?? 1;
  for (let row = 0; row < byShape[0]; row++) {
    values.set(by.subarray(row * byColumns, (row + 1) * byColumns), row * columns);
  }
  return values;
}

function withoutMissing(turned: Partial<Record<KnobName, unknown>>): Partial<Record<KnobName, unknown>> {
  return Object.fromEntries(Object.entries(turned).filter(([, value]) => value !== undefined));
}
