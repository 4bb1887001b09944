/**
 * Which of our own engines takes a model, and why: the rule that the program and a page share.
 *
 * Starts no engine, and does not know the reference engine or the command line (`open.ts`). PORTABLE: no Deno, no Node, no
 * tfjs.
 *
 * @module
 */
import { type Pixels, pixelsRoom } from "../pixels.ts";
import { describeAdapter, isSoftwareAdapter } from "./adapter.ts";
import { whyNotCpu } from "./capability.ts";
import type { EngineInfo, StepDefinition } from "./engine.ts";

/** A choice, with its reason in words. */
export interface Choice {
  engine: EngineInfo["name"];
  backend: EngineInfo["backend"];
  reason: string;
}

/** What is to be trained, as far as an engine may not support it. */
export interface Work {
  definition: StepDefinition;
  /** Images a step. */
  batch: number;
  /** The training images, or a sample of them. */
  pixels: Pixels;
  /** How many training images the engine has at a time; by default those of `pixels`. */
  mostRows?: number;
  /** Threads of the CPU engine; by default one for each core. */
  threads?: number;
}

/** What is known of this machine's WebGPU adapter. */
export interface AdapterReport {
  adapter: GPUAdapter | null;
  isSoftware: boolean;
  /** In words, as a reason for a choice. */
  summary: string;
}

/** A backend of our own engines, with the reason for it. */
export interface OwnBackend {
  backend: "webgpu" | "wasm";
  reason: string;
}

/** Our engine for a model; or, if there is none, why each is refused. */
export type OwnChoice = (Choice & { engine: "cpu" | "webgpu" }) | { engine: null; refusals: string[] };

const WEBGPU = { engine: "webgpu", backend: "webgpu" } as const;
const CPU = { engine: "cpu", backend: "wasm" } as const;

/** Asks for an adapter and says what it is. */
export async function findAdapter(): Promise<AdapterReport> {
  const adapter = await navigator.gpu?.requestAdapter() ?? null;
  if (!adapter) return { adapter, isSoftware: false, summary: "no WebGPU adapter was found" };
  const isSoftware = isSoftwareAdapter(adapter.info), name = describeAdapter(adapter.info);
  const summary = isSoftware ? `the only WebGPU adapter is software (${name})` : `hardware WebGPU adapter (${name})`;
  return { adapter, isSoftware, summary };
}

/**
 * Which backend: WebGPU on a hardware adapter, else WebAssembly, unless one is asked for.
 *
 * @param options.asked How the wish is named as a reason.
 */
export async function settleBackend(
  wanted: "auto" | "webgpu" | "wasm",
  { asked }: { asked: string },
): Promise<OwnBackend & { adapter: GPUAdapter | null }> {
  if (wanted === "wasm") return { backend: wanted, reason: asked, adapter: null };
  const { adapter, isSoftware, summary } = await findAdapter();
  if (wanted === "webgpu") return { backend: wanted, reason: asked, adapter };
  return { backend: adapter && !isSoftware ? "webgpu" : "wasm", reason: summary, adapter };
}

/**
 * Our engine for a model on a settled backend. Where the backend was not asked for, the CPU engine takes what the WebGPU
 * engine does not support.
 *
 * @param options `isAsked`: whether the backend was asked for. `adapter`: of WebGPU, whose limits count.
 */
export async function chooseOwnEngine(
  work: Work,
  { backend, reason, adapter, isAsked }: OwnBackend & { adapter: GPUAdapter | null; isAsked: boolean },
): Promise<OwnChoice> {
  const candidates = backend === "wasm" ? [CPU] : isAsked ? [WEBGPU] : [WEBGPU, CPU];
  const refusals: string[] = [];
  for (const candidate of candidates) {
    const why = candidate === WEBGPU
      ? (await import("./webgpu_capability.ts")).whyNotWebGpu(work.definition, {
        batch: work.batch,
        pixels: pixelsRoom(work.pixels, { mostRows: work.mostRows, dInput: work.definition.arch.dInput }),
        limits: adapter?.limits,
      })
      : whyNotCpu(work.definition, work);
    if (why === null) return { ...candidate, reason: [reason, ...refusals].join("; ") };
    refusals.push(`the ${candidate.engine} engine does not support this model: ${why}`);
  }
  return { engine: null, refusals };
}
