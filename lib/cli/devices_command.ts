/**
 * `devices`: what this machine offers, what a default run would choose, and why.
 *
 * @module
 */
import { bold } from "@std/fmt/colors";
import { describeAdapter } from "../engine/adapter.ts";
import { resolveConfig } from "../config.ts";
import { chooseEngine, probeAdapter } from "../engine/choose.ts";
import { stepDefinition } from "../engine/engine.ts";
import { readEnvironment } from "./environment.ts";

/** Runs the command; returns the exit code. */
export async function devicesCommand(): Promise<number> {
  const { cpu, cores, memoryBytes, os, deno } = readEnvironment();
  const { adapter, isSoftware } = await probeAdapter();
  const gpu = adapter ? `${describeAdapter(adapter.info)}${isSoftware ? " (software)" : ""}` : "none";
  const config = resolveConfig({});
  const work = { definition: stepDefinition(config, 28 * 28), batch: config.batch, pixels: new Uint8Array() };
  const { engine, backend, reason } = await chooseEngine(config, work);
  const rows = [
    ["CPU", `${cpu}, ${cores} core${cores === 1 ? "" : "s"}, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ["WebGPU", gpu],
    [
      "shared memory",
      typeof SharedArrayBuffer === "undefined" ? "no: one thread" : "yes: the CPU engine takes every core",
    ],
    ["system", `${os}, Deno ${deno}`],
    ["chosen", `engine ${engine} on ${backend}: ${reason}`],
    ["instead", "--backend webgpu|wasm|cpu, --engine fused|reference, --threads N"],
  ];
  for (const [label, text] of rows) console.log(`${bold(label.padEnd(14))}${text}`);
  return 0;
}
