/**
 * What must hold of a checkpoint before it is used: its JSON, its tensors, and that they agree.
 *
 * Checks alone; reads no file and changes nothing.
 *
 * @module
 */
import { rowLength } from "../data/row_shape.ts";
import { scalingFrom, storedScaling } from "../data/stored_scaling.ts";
import { z } from "zod";
import { resolveConfig, type SettledConfig } from "../config.ts";
import { quoted } from "../errors.ts";
import type { NamedTensor } from "../formats/safetensors.ts";
import type { RngState } from "../rng.ts";
import { type Architecture, architecture, LAST_FIRED, parameterSpecs } from "../sae/model.ts";
import { type Snapshot, stepsPerEpoch } from "./course.ts";
import { isFiniteArray } from "./divergence.ts";
import type { RunIdentity } from "./run_identity.ts";
import { countedSteps } from "./silent_latents.ts";
import { snapshotSteps } from "./snapshot_steps.ts";
import { lifelineShapes, StoredLifelines } from "./stored_lifelines.ts";
import type { TestRow } from "./test_row.ts";

/** A checkpoint is damaged or contradicts itself. */
export class Damage extends Error {
  /** @param expected Left out if `now` says it already, as another error's message does. */
  constructor(now: string, expected?: string, options?: ErrorOptions) {
    super(expected === undefined ? now : `${now}, expected ${expected}`, options);
  }
}

const count = z.int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const word = z.int().min(0).max(2 ** 32 - 1);

const TestRowSchema = z.strictObject({
  loss: z.number(),
  reconstruction: z.number(),
  penalty: z.number(),
  auxiliary: z.number(),
  mse: z.number(),
  klNats: z.number().nullable(),
  meanActivation: z.number(),
  activeLatents: z.number(),
  deadLatents: count,
  rhoHat: z.strictObject({ min: z.number(), q25: z.number(), median: z.number(), q75: z.number(), max: z.number() }),
}) satisfies z.ZodType<TestRow>;

/** The JSON of a checkpoint. */
const About = z.strictObject({
  version: z.int(),
  identity: z.strictObject({
    id: z.string().min(1),
    title: z.string(),
    note: z.string().nullable(),
    config: z.record(z.string(), z.unknown()),
    command: z.array(z.string()),
    createdAt: z.iso.datetime(),
    initFrom: z.strictObject({
      id: z.string().min(1),
      modelSha256: hash,
      areBytes: z.boolean().optional(),
      scaling: z.unknown(),
    }).nullable(),
    place: z.strictObject({
      dataDir: z.string().optional(),
      data: z.string().optional(),
      test: z.string().optional(),
      testShare: z.number().gt(0).lt(1).optional(),
      labels: z.string().optional(),
      testLabels: z.string().optional(),
      names: z.string().optional(),
      meta: z.string().optional(),
      tensor: z.string().optional(),
      labelColumn: z.string().optional(),
    }),
    data: z.strictObject({
      name: z.string(),
      height: z.int().min(1),
      width: z.int().min(1),
      channels: z.union([z.literal(1), z.literal(3)]),
      count: z.int().min(1),
      sha256: z.strictObject({ train: hash, test: hash, labels: hash }),
      filesSha256: hash.nullable(),
    }),
  }),
  progress: z.strictObject({
    step: count,
    shuffle: z.tuple([word, word, word, word]).refine((words) => words.some((word) => word !== 0)),
    start: TestRowSchema,
    testRows: z.array(TestRowSchema),
    weight: z.number().min(0),
    resampled: z.array(z.strictObject({ step: z.int().min(1), latents: count })),
    silentLatents: z.array(z.strictObject({ step: z.int().min(1), latents: count })).nullable(),
    lifelines: StoredLifelines.nullable().default(null),
    trainMs: z.number().min(0),
    waitMs: z.number().min(0),
    totalMs: z.number().min(0),
  }),
});

/** What a checkpoint says of its run and of how far it is. */
export interface About {
  identity: RunIdentity;
  progress: Omit<Snapshot, "state" | "history" | "lifelines"> & {
    step: number;
    totalMs: number;
    lifelines: StoredLifelines | null;
  };
}

/**
 * The JSON of a checkpoint.
 *
 * @throws {Damage} It is not JSON, of another version, or a field is missing, unknown or out of range.
 */
export function parseAbout(text: string | undefined, { version }: { version: number }): About {
  let json: unknown;
  try {
    json = JSON.parse(text ?? "");
  } catch (error) {
    throw new Damage("it says nothing of its run", `a checkpoint of version ${version}`, { cause: error });
  }
  const stated = z.object({ version: z.unknown() }).safeParse(json).data?.version;
  if (stated !== version) {
    throw new Damage(`it is of version ${quoted(JSON.stringify(stated) ?? "none")}`, `version ${version}`);
  }
  const parsed = About.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    throw new Damage(`its field ${path.join(".") || "at the top"} is wrong (${message})`, "what this program writes");
  }
  const { identity, progress } = parsed.data;
  return {
    identity: { ...identity, config: configOf(identity.config), initFrom: startOf(identity) },
    progress: { ...progress, shuffle: progress.shuffle as RngState },
  };
}

/** The model that the run started from, its scaling checked. */
function startOf(
  { initFrom, data }:
    & { initFrom: { id: string; modelSha256: string; areBytes?: boolean; scaling?: unknown } | null }
    & Pick<RunIdentity, "data">,
): RunIdentity["initFrom"] {
  if (initFrom === null) return null;
  const { scaling, ...start } = initFrom;
  if (scaling === null) return { ...start, scaling };
  try {
    return { ...start, scaling: storedScaling(scalingFrom(scaling, { dInput: rowLength(data) })) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Damage(error.message, undefined, { cause: error });
  }
}

/** The configuration, checked as one from a command line is. */
function configOf(stored: Record<string, unknown>): SettledConfig {
  try {
    const { lr, ...config } = resolveConfig({}, { from: stored });
    if (lr === null) throw new Damage("its learning rate is auto", "the number that it is trained with");
    return { ...config, lr };
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new Damage(`its configuration is not one of this program: ${error.message}`, undefined, { cause: error });
  }
}

/**
 * Checks that the numbers of a run's progress agree with each other and with its configuration.
 *
 * @throws {Damage}
 */
export function assertProgress(progress: About["progress"], { config, data }: RunIdentity): void {
  const { step, testRows, resampled, silentLatents, lifelines } = progress;
  const nSteps = stepsPerEpoch(data.count, config.batch);
  const most = nSteps * config.epochs;
  if (config.batch > data.count) throw new Damage(`its batch is ${config.batch}`, `at most ${data.count}`);
  if (step > most) throw new Damage(`it is ${step} steps far`, `at most the ${most} of ${config.epochs} epochs`);
  const finished = Math.floor(step / nSteps);
  if (testRows.length !== finished) {
    throw new Damage(`it has measured ${testRows.length} epochs after ${step} steps`, `${finished}`);
  }
  const isInOrder = resampled.every(({ step: at, latents }, i) =>
    config.resampleSteps !== null && at % config.resampleSteps === 0 && at <= step && latents <= config.latent &&
    (i === 0 || resampled[i - 1].step < at)
  );
  if (!isInOrder) throw new Damage("its list of resampled latents contradicts its steps", "multiples in order");
  const { buffers, nLatents } = architecture(config, rowLength(data));
  const keepsLastFired = buffers.some(({ name }) => name === LAST_FIRED);
  const counted = keepsLastFired ? countedSteps(most).filter((at) => at <= step) : null;
  const isCounted = `${silentLatents?.map((count) => count.step) ?? null}` === `${counted}` &&
    (silentLatents ?? []).every(({ latents }) => latents <= nLatents);
  if (!isCounted) {
    throw new Damage("its counts of inactive latents contradict its steps", "one at each step of counting");
  }
  // The snapshot of this step is taken when the run goes on.
  const looked = config.snapshots > 0 ? snapshotSteps(most, config).filter((at) => at < step) : null;
  const own = lifelines?.snapshots.map((snapshot) => snapshot.step) ?? null;
  if (`${own}` !== `${looked}` || lifelines && lifelines.hasEvents !== keepsLastFired) {
    throw new Damage("its snapshots of latents contradict its steps", "one at each step of looking");
  }
}

/**
 * Checks that exactly the tensors of a run are there, each of its shape, with values that training can go on from.
 *
 * @throws {Damage}
 */
export function assertTensors(
  tensors: Record<string, NamedTensor>,
  { arch, step, lifelines }: { arch: Architecture; step: number; lifelines: StoredLifelines | null },
): void {
  const wanted = new Map<string, number[]>();
  for (const part of ["params", "m", "v"]) {
    for (const { name, shape } of parameterSpecs(arch)) wanted.set(`${part}.${name}`, shape);
  }
  for (const { name, size } of arch.buffers) wanted.set(`buffers.${name}`, [size]);
  for (const name of ["reconstruction", "penalty", "auxiliary", "weight"]) wanted.set(`history.${name}`, [step]);
  for (const [name, shape] of lifelines ? lifelineShapes(lifelines, arch) : []) wanted.set(name, shape);
  const extra = Object.keys(tensors).find((name) => !wanted.has(name));
  if (extra !== undefined) throw new Damage(`it holds the tensor ${quoted(extra)}`, "only those of its model");
  for (const [name, shape] of wanted) {
    const tensor = tensors[name];
    if (!tensor) throw new Damage(`it lacks the tensor ${name}`, `one of shape [${shape}]`);
    if (`${tensor.shape}` !== `${shape}`) throw new Damage(`${name} has shape [${tensor.shape}]`, `[${shape}]`);
    if (!isFiniteArray(tensor.values)) throw new Damage(`${name} holds a number that is not finite`, "finite numbers");
    if (name.startsWith("v.") && !isAtLeast0(tensor.values)) {
      throw new Damage(`${name} holds a number below 0`, "mean squares");
    }
  }
  const lastFired = tensors[`buffers.${LAST_FIRED}`]?.values ?? new Float32Array();
  for (const fired of lastFired) {
    if (!Number.isInteger(fired) || fired < 0 || fired > step) {
      throw new Damage(`a latent was last active in step ${fired} of ${step}`, "a step before");
    }
  }
}

function isAtLeast0(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] < 0) return false;
  return true;
}
