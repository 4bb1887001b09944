/**
 * Measures one shape: all contenders start from the same weights, must have the same loss, and take turns.
 *
 * Prints what happens. Writes no report.
 *
 * @module
 */
import project from "../deno.json" with { type: "json" };
import { median } from "../lib/analysis/across/figures.ts";
import { type StepDefinition, stepDefinition } from "../lib/engine/engine.ts";
import type { BenchRow, BenchShape } from "../lib/report/bench_schema.ts";
import { busyShare, type CoreTime, watchCores } from "./busy.ts";
import { Contender } from "./contender.ts";
import type { BenchData } from "./data.ts";
import type { Answers, DataFile, OpenRequest } from "./protocol.ts";
import { bestTrials, openPeer, type Peer, peerLabel, type PeerModel, tryPeers } from "./pytorch_peers.ts";
import type { Shape } from "./shapes.ts";
import { note } from "./note.ts";
import { startingState } from "./starting_state.ts";
import { encodeState } from "./state_file.ts";

/** V8's flags of `deno task train`, with which the program's engine is measured as its users have it. */
export const V8_FLAGS: string[] = (/DENO_V8_FLAGS=(\S+)/.exec(project.tasks.train.command)?.[1] ?? "").split(",")
  .filter((flag) => flag !== "");

/** Rounds in which every contender takes a turn. */
const ROUNDS = 5;
/**
 * A contender that has taken as long as this many turns leaves out further turns: a step of tfjs may take ten seconds.
 */
const MOST_TURNS = 5;
/**
 * Pauses before each round: until threads that wait for more work have given up, and then one in which nothing should
 * run.
 */
const SETTLE_MS = 100, IDLE_MS = 100;
/** Two engines' float32 losses of one batch agree to far less. */
const LOSS_TOLERANCE = 1e-3;

/** What all shapes are measured with. */
export interface Bench {
  peers: Peer[];
  /** Whether there is a WebGPU adapter. */
  hasAdapter: boolean;
  isQuick: boolean;
  /** How long a turn is. */
  blockMs: number;
  /** Where files for the contenders are put. */
  folder: string;
  /** Ends the bench; what was measured until then is kept. */
  signal: AbortSignal;
}

type Ending = Pick<BenchRow, "hostUsPerStep" | "dispatchesPerStep" | "peakBytes">;

/** The values of a contender that could not be asked, or has none. */
const UNKNOWN_ENDING: Ending = { hostUsPerStep: null, dispatchesPerStep: null, peakBytes: 0 };

/** A contender that is ready to take steps. */
interface Entrant {
  /** As of `BenchRow.contender`. */
  name: string;
  label: string;
  /** Milliseconds per step, over about this time. */
  block(ms: number): Promise<number>;
  /** What is measured when all rounds are over. */
  end(): Promise<Ending>;
  /** Frees its model or process at once. */
  leave(): Promise<void>;
  /** A figure a turn. */
  msPerStep: number[];
  /** How long its turns took together. */
  spentMs: number;
}

/** A shape on its data; null if it was stopped before the first turn, or there are too few inputs for a batch. */
export async function measureShape(shape: Shape, data: BenchData, bench: Bench): Promise<BenchShape | null> {
  const { config } = shape;
  if (data.count < config.batch) {
    note(`${shape.id} is left out: there are ${data.count} inputs, fewer than a batch of ${config.batch}`);
    return null;
  }
  const definition = stepDefinition(config, data.dInput);
  const state = `${bench.folder}/state`;
  const start = await startingState({ config, definition, pixels: data.pixels, activeLatents: shape.activeLatents });
  await Deno.writeFile(state, encodeState(start, definition.arch));
  const file: DataFile = {
    path: data.path,
    count: data.count,
    dInput: data.dInput,
    isBytes: data.pixels instanceof Uint8Array,
  };
  const { pass } = shape;
  const model = { pass, config, definition, data: file, state };
  const entrants: Entrant[] = [];
  let activeLatents: number | null = null, loss: number | null = null;
  const watched: CoreTime[] = [], tried: BenchShape["tried"] = [];
  try {
    for (const name of ownContenders(shape, bench)) {
      const request: OpenRequest = { command: "open", contender: name, pass, config, data: file, state };
      const { entrant, answer } = await enterOwn(request, bench) ?? {};
      if (!entrant || !answer) continue;
      if (name === "program") ({ activeLatents, loss } = answer);
      if (isOtherModel(entrant.label, answer.loss, loss)) await entrant.leave();
      else entrants.push(entrant);
    }
    await turn(entrants, { ...bench, isFirst: true }); // for the table of a bench that is stopped before the rounds
    const trials = await tryPeers(bench.peers, { ...model, blockMs: bench.blockMs / 4, note, signal: bench.signal });
    tried.push(...trials.map(({ peer, form, ms }) => ({ label: peerLabel(peer, form), msPerStep: ms })));
    for (const { peer, form } of bestTrials(trials)) {
      const { entrant, answer } = await enterPeer(peer, { ...model, form });
      if (isOtherModel(entrant.label, answer.loss, loss)) await entrant.leave();
      else entrants.push(entrant);
    }
    for (let round = 0; round < ROUNDS; round++) {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      watched.push(await watchCores(IDLE_MS));
      await turn(entrants, { ...bench, isFirst: round === 0 });
    }
  } catch (error) {
    if (!bench.signal.aborted) throw error;
  }
  const rows: BenchRow[] = [];
  for (const { name, label, msPerStep, end } of entrants.filter(({ msPerStep }) => msPerStep.length > 0)) {
    const ending = await end().catch((error) => {
      if (!bench.signal.aborted) throw error;
      return UNKNOWN_ENDING;
    });
    rows.push({ contender: name, label, msPerStep, medianMsPerStep: median(msPerStep)!, ...ending });
  }
  for (const entrant of entrants) await entrant.leave();
  if (rows.length === 0) return null;
  return {
    id: shape.id,
    title: shape.title,
    dInput: data.dInput,
    batch: config.batch,
    data: shape.data,
    activeLatents,
    pass,
    flopPerStep: flopPerStep(definition, { batch: config.batch, pass }),
    busyShare: busyShare(watched),
    rows,
    tried,
  };
}

/** Every contender's turn, one after the other; `isFirst` forgets the turns before. */
async function turn(
  entrants: Entrant[],
  { blockMs, isFirst }: Pick<Bench, "blockMs"> & { isFirst: boolean },
): Promise<void> {
  for (const entrant of entrants) {
    if (entrant.spentMs > MOST_TURNS * blockMs) continue;
    const began = performance.now(), ms = await entrant.block(blockMs);
    entrant.spentMs += performance.now() - began;
    entrant.msPerStep = isFirst ? [ms] : [...entrant.msPerStep, ms];
  }
}

/** Our contenders on a shape, `program` first. */
function ownContenders({ field, quickField }: Shape, { hasAdapter, isQuick }: Bench): string[] {
  const program = ["program", ...V8_FLAGS.length > 0 ? ["program:plain"] : []];
  if ((isQuick ? quickField ?? "program" : field) === "program") return program;
  const webgpu = hasAdapter ? ["webgpu", "tfjs:webgpu"] : [];
  if (isQuick) return [...program, ...webgpu];
  return [...program, "cpu:1", ...webgpu, ...hasAdapter ? ["reference:webgpu"] : [], "reference:wasm", "tfjs:wasm"];
}

/** Starts one of our own; null, and a line that says why, if it cannot run here. */
async function enterOwn(
  request: OpenRequest,
  { signal }: Bench,
): Promise<{ entrant: Entrant; answer: Answers["open"] } | null> {
  const { contender: name } = request;
  const contender = Contender.start(name, {
    command: Deno.execPath(),
    args: [
      "run",
      "-q",
      `--lock=${new URL("../deno.lock", import.meta.url).pathname}`,
      "--frozen",
      "-A",
      new URL("./child.ts", import.meta.url).pathname,
    ],
    env: withV8Flags(name === "program:plain" ? [] : V8_FLAGS),
    signal,
  });
  const leave = () => Promise.resolve(contender.kill());
  let answer: Answers["open"];
  try {
    answer = await contender.ask<Answers["open"]>(request);
  } catch (error) {
    await leave();
    if (signal.aborted || !(error instanceof Error)) throw error;
    note(`${name} is left out: ${error.message}`);
    return null;
  }
  const entrant: Entrant = {
    name,
    label: answer.label,
    block: async (ms) => (await contender.ask<Answers["block"]>({ command: "block", ms })).msPerStep,
    end: async () => {
      const host = name === "webgpu" ? await contender.ask<Answers["host"]>({ command: "host" }) : null;
      return {
        hostUsPerStep: host?.hostUsPerStep ?? null,
        dispatchesPerStep: host?.dispatchesPerStep ?? null,
        peakBytes: await contender.stop(),
      };
    },
    leave,
    msPerStep: [],
    spentMs: 0,
  };
  return { entrant, answer };
}

/** This process's variables, with V8's flags as the tasks set them or without any, whatever this process has. */
function withV8Flags(flags: string[]): Record<string, string> {
  const { DENO_V8_FLAGS: _, ...others } = Deno.env.toObject();
  return flags.length > 0 ? { ...others, DENO_V8_FLAGS: flags.join(",") } : others;
}

/** Opens PyTorch in one form; its process stays for the next shape. */
async function enterPeer(
  peer: Peer,
  { form, ...model }: PeerModel & { form: string },
): Promise<{ entrant: Entrant; answer: { loss: number } }> {
  const { contender, probe } = peer, name = form;
  const answer = await openPeer(peer, { ...model, name, form });
  const leave = async () => void await contender.ask({ command: "close", name }).catch(() => {}); // stopped meanwhile
  const entrant: Entrant = {
    name: `pytorch:${probe.version}:${form}`,
    label: peerLabel(peer, form),
    block: async (ms) => (await contender.ask<Answers["block"]>({ command: "block", name, ms })).msPerStep,
    end: () => Promise.resolve(UNKNOWN_ENDING), // its memory holds earlier shapes, too
    leave,
    msPerStep: [],
    spentMs: 0,
  };
  return { entrant, answer };
}

/** Whether a contender computes another loss than the program does; then it is not measured, and a line says so. */
function isOtherModel(label: string, loss: number, expected: number | null): boolean {
  if (expected === null || Math.abs(loss - expected) <= LOSS_TOLERANCE * Math.abs(expected)) return false;
  note(`${label} is left out: its first loss is ${loss}, expected ${expected}`);
  return true;
}

/**
 * Floating-point operations of a step's matrix products: forward, dW, and dx of all layers but the first; of encoding those
 * of the layers up to the latents.
 */
function flopPerStep(
  { arch: { layers, latentIndex } }: StepDefinition,
  { batch, pass }: Pick<Shape, "pass"> & { batch: number },
): number {
  const products = layers.map(({ dIn, dOut }) => 2 * batch * dIn * dOut);
  if (pass === "encode") return products.slice(0, latentIndex + 1).reduce((a, b) => a + b);
  return 3 * products.reduce((a, b) => a + b) - products[0];
}
