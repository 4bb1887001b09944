/**
 * PyTorch as a contender: which interpreters have it, whether their matrix products are fast enough for a fair
 * comparison, and which thread settings and forms of a step are its best on a shape.
 *
 * PyTorch is not a dependency of this project: if it is missing, the bench says so and measures without.
 *
 * @module
 */
import type { Config } from "../lib/config.ts";
import type { StepDefinition } from "../lib/engine/engine.ts";
import { auxWidthOf, prefixesOf } from "../lib/engine/model_kind.ts";
import { parameterSpecs } from "../lib/sae/model.ts";
import { VARIANTS } from "../lib/sae/sparsity/variants.ts";
import { initialWeight } from "../lib/training/sparsity_weight.ts";
import { Contender } from "./contender.ts";
import type { Answers, DataFile } from "./protocol.ts";
import { BENCH_RATE } from "./starting_state.ts";

/** The variable that names further interpreters, separated as in PATH. */
export const PYTHON_VARIABLE = "SAE_BENCH_PYTHON";

/**
 * Slower products are not an optimised BLAS's: the reference BLAS reaches 1 to 3 GFLOP/s, OpenBLAS 20 to 200 on one
 * core.
 */
const LEAST_GFLOPS = 8;

/** What a PyTorch process answers about itself. */
export interface Probe {
  version: string;
  /** The file of its module, by which two names of one installation are recognised. */
  file: string;
  /** The library behind its matrix products. */
  blas: string;
  device: string;
  /** Of a float32 product of 768³. */
  gflops: number;
}

/** Threads of OpenMP and of the BLAS. */
export interface ThreadSetting {
  omp: number;
  blas: number;
}

/** One PyTorch with one thread setting: a process that stays for the whole bench. */
export interface Peer {
  contender: Contender;
  probe: Probe;
  setting: ThreadSetting;
}

/** What a PyTorch child answers to `open`. */
interface Opened {
  loss: number;
  form: string;
  /** Milliseconds per step of each form that was tried. */
  forms: Record<string, number>;
}

/** A peer's time on a shape before the rounds. */
export interface Trial {
  peer: Peer;
  form: string;
  ms: number;
}

/** What a peer is opened with. */
export interface PeerModel {
  pass: "step" | "encode";
  config: Config;
  definition: StepDefinition;
  data: DataFile;
  state: string;
}

/** A peer in words: `PyTorch 2.13.0 with MKL, OMP 2, BLAS 2, gather`. */
export function peerLabel({ probe: { version, blas, device }, setting }: Peer, form: string): string {
  const threads = device === "cpu" ? `OMP ${setting.omp}, BLAS ${setting.blas}` : device;
  return `PyTorch ${version} with ${blas}, ${threads}, ${form}`;
}

/**
 * Interpreters in the order of their precedence: those that the variable names, the system's, and PATH's; none for
 * `none`.
 */
export function pythonCandidates(named: string | undefined, { isWindows = false } = {}): string[] {
  if (named === "none") return [];
  const given = (named ?? "").split(isWindows ? ";" : ":").filter((path) => path !== "");
  return [...new Set([...given, ...(isWindows ? ["python"] : ["/usr/bin/python3", "python3"])])];
}

/** Why a PyTorch is not to be compared with, in words, or null. */
export function whyNotCompare({ version, blas, gflops, device }: Probe, path: string): string | null {
  if (device !== "cpu" || gflops >= LEAST_GFLOPS) return null;
  return `Cannot compare with PyTorch ${version} of ${path}: ${blas} multiplies at ${gflops.toFixed(1)} GFLOP/s, ` +
    `expected at least ${LEAST_GFLOPS}, as an optimised BLAS does (Debian: apt-get install libopenblas0-pthread)`;
}

/**
 * Starts a process for every PyTorch that is here and every thread setting.
 *
 * @param options `note` gets the reason if one is left out.
 */
export async function startPeers(
  { cores, note, signal }: { cores: number; note: (text: string) => void; signal: AbortSignal },
): Promise<Peer[]> {
  const named = Deno.env.get(PYTHON_VARIABLE);
  const isWindows = Deno.build.os === "windows";
  const seen = new Set<string>(), peers: Peer[] = [];
  for (const path of pythonCandidates(named, { isWindows })) {
    const first = await startPeer(path, { setting: { omp: 1, blas: 1 }, signal });
    if (!first) {
      if (named?.includes(path)) note(`${PYTHON_VARIABLE} names ${path}, which has no PyTorch`);
      continue;
    }
    const why = seen.has(first.probe.file) ? "" : whyNotCompare(first.probe, path);
    if (why !== null) {
      if (why) note(why);
      first.contender.kill();
      continue;
    }
    seen.add(first.probe.file);
    peers.push(first);
    if (first.probe.device !== "cpu") continue;
    const others = settings(cores).filter(({ omp, blas }) => omp > 1 || blas > 1);
    const started = await Promise.all(others.map((setting) => startPeer(path, { setting, signal })));
    peers.push(...started.filter((peer) => peer !== null));
  }
  return peers;
}

/** One thread and as many as there are cores, of either kind. */
function settings(cores: number): ThreadSetting[] {
  const counts = [...new Set([1, cores])];
  return counts.flatMap((omp) => counts.map((blas) => ({ omp, blas })));
}

/** null if the interpreter is missing, or has no PyTorch. */
async function startPeer(
  path: string,
  { setting, signal }: { setting: ThreadSetting; signal: AbortSignal },
): Promise<Peer | null> {
  const { omp, blas } = setting;
  const env = {
    ...Deno.env.toObject(),
    OMP_NUM_THREADS: `${omp}`,
    OPENBLAS_NUM_THREADS: `${blas}`,
    MKL_NUM_THREADS: `${blas}`,
    BLIS_NUM_THREADS: `${blas}`,
  };
  const script = new URL("./pytorch/child.py", import.meta.url).pathname;
  try {
    const contender = Contender.start(`${path}, OMP ${omp}, BLAS ${blas}`, {
      command: path,
      args: ["-B", script],
      env,
      signal,
    });
    return { contender, setting, probe: await contender.ask<Probe>({ command: "probe" }) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Deno.errors.NotFound || error instanceof Error) return null;
    throw error;
  }
}

/** Loads a model into a peer under a name; without `form` it takes the form that is fastest there. */
export async function openPeer(
  { contender }: Peer,
  { pass, config, definition, data, state, name, form = null }: PeerModel & { name: string; form?: string | null },
): Promise<Opened> {
  return await contender.ask<Opened>({
    command: "open",
    name,
    spec: peerSpec(definition),
    encodes: pass === "encode",
    data,
    state,
    batch: config.batch,
    lr: BENCH_RATE,
    weight: initialWeight(config),
    form,
  });
}

/** What `pytorch/steps.py` gets to know of a model. */
export function peerSpec(definition: StepDefinition) {
  const { arch, objective: { sparsity, knobs, deadSteps }, adam } = definition;
  return {
    sparsity,
    selects: VARIANTS[sparsity].selects,
    knobs,
    deadSteps,
    layers: arch.layers.map(({ name, activation, isPenalized }) => ({ name, activation, isPenalized })),
    hasPreBias: arch.hasPreBias,
    hasCenteredInput: arch.hasCenteredInput,
    hasUnitDecoder: arch.hasUnitDecoder,
    rates: Object.fromEntries(parameterSpecs(arch).map(({ name, rate }) => [name, rate])),
    adam: [adam.beta1, adam.beta2, adam.epsilon],
    prefixes: prefixesOf(definition),
    auxWidth: auxWidthOf(definition),
  };
}

/**
 * Tries every peer for some steps, in each form.
 *
 * @param options `note` gets the reason if one does not support this model, which has no trials then.
 */
export async function tryPeers(
  peers: Peer[],
  { blockMs, note, signal, ...model }: PeerModel & {
    blockMs: number;
    note: (text: string) => void;
    signal: AbortSignal;
  },
): Promise<Trial[]> {
  const trials: Trial[] = [], name = "trial";
  for (const peer of peers) {
    try {
      const { form, forms } = await openPeer(peer, { ...model, name });
      const { msPerStep } = await peer.contender.ask<Answers["block"]>({ command: "block", name, ms: blockMs });
      await peer.contender.ask({ command: "close", name });
      trials.push({ peer, form, ms: msPerStep });
      for (const [other, ms] of Object.entries(forms)) {
        if (other !== form) trials.push({ peer, form: other, ms });
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof Error)) throw error;
      note(error.message);
    }
  }
  return trials;
}

/** The form that the usual tools have. */
export const USUAL_FORM = "dense";

/** Of all trials the best of each version, and the best in the usual form. */
export function bestTrials(trials: Trial[]): Trial[] {
  const best = (of: Trial[]) => of.toSorted((a, b) => a.ms - b.ms).slice(0, 1);
  const versions = Map.groupBy(trials, ({ peer }) => peer.probe.file);
  const chosen = [...versions.values()].flatMap(best);
  const usual = best(trials.filter(({ form }) => form === USUAL_FORM));
  return [...new Set([...chosen, ...usual])];
}
