/**
 * Up to which difference two measurements of one number are equal.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Run } from "../report/schema.ts";
import type { Architecture } from "../sae/model.ts";

/** Half the distance of neighbouring float32 numbers near 1. */
const ROUND_OFF = 2 ** -24;
/** Room for layers in sequence, for differences of nearly equal numbers, and for what changes sides of a threshold. */
const ROOM = 64;
/** What figures of small trained probes may differ by: accuracies of a thousand rows change in steps of 0.001. */
export const PROBE_DIFFERENCE = 0.02;

/**
 * The relative difference that sums of float32 products in another order may have: 64 · layers · √n · 2⁻²⁴, n the terms of
 * the longest sum. The rounding errors of n terms add up like a random walk, to √n of them.
 *
 * @example
 * ```ts
 * import { architecture } from "../sae/model.ts";
 * import { resolveConfig } from "../config.ts";
 * import { float32Tolerance } from "./tolerance.ts";
 * import assert from "node:assert/strict";
 *
 * const deep = architecture(resolveConfig(), 784); // four layers, the longest sum has 784 terms
 * assert.equal(float32Tolerance(deep).toExponential(1), "4.3e-4");
 * ```
 */
export function float32Tolerance({ layers }: Pick<Architecture, "layers">): number {
  const terms = layers.reduce((most, { dIn }) => Math.max(most, dIn), 1);
  return ROOM * layers.length * Math.sqrt(terms) * ROUND_OFF;
}

/** The engine and the machine that measure again. */
export interface Measurer {
  engine: Pick<Run["engine"], "name" | "backend" | "device" | "versions">;
  environment: { cpu: string; v8: string; os: string };
}

/**
 * Why another engine or machine is not expected to compute the same bits; null if it is: the engine, its versions and the
 * machine are of the run's kind.
 */
export function whyNotExact(run: Pick<Run, "engine" | "environment">, now: Measurer): string | null {
  const { engine, environment } = run;
  if (engine.name !== now.engine.name || engine.backend !== now.engine.backend) {
    return `the run's engine was ${engine.name} on ${engine.backend}, this one is ${now.engine.name} on ${now.engine.backend}`;
  }
  if (engine.name === "webgpu") return "the WebGPU engine chooses its kernels by measuring them";
  if (!("cpu" in environment)) return "the run was trained in a page";
  if (environment.cpu !== now.environment.cpu || kindOf(engine.device) !== kindOf(now.engine.device)) {
    return `the run's processor was ${environment.cpu} (${kindOf(engine.device)})`;
  }
  if (environment.v8 !== now.environment.v8) return `the run's V8 was ${environment.v8}`;
  const versions = (of: Record<string, string>) => JSON.stringify(Object.entries(of).sort());
  if (versions(engine.versions) !== versions(now.engine.versions)) {
    return "the kernels, or the libraries that compute, have another version";
  }
  return null;
}

/** The device without what changes no bit: the number of threads, and how wide the product's tile is. */
function kindOf(device: string): string {
  return device.replace(/ at \d+ bits/, "").replace(/, \d+ threads?$/, "");
}
