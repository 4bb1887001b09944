/**
 * `devices`: what this machine offers, which engine a default run would use, and why.
 *
 * @module
 */
import { bold } from "@std/fmt/colors";
import { describeAdapter } from "../engine/adapter.ts";
import { resolveConfig } from "../config.ts";
import { chooseEngine, probeAdapter } from "../engine/open.ts";
import { stepDefinition } from "../engine/engine.ts";
import { printable } from "../errors.ts";
import { readEnvironment } from "../run/environment.ts";
import { type FlagTable, HELP_FLAG, parseFlags, refusePositionals } from "./flags.ts";
import { flagRows } from "./help.ts";
import { type HelpPage, helpWidth, wrapped } from "./help_page.ts";

const DEVICES_FLAGS = {
  "json": { takes: "", help: "Print one JSON object." },
  ...HELP_FLAG,
} as const satisfies FlagTable;

/** `devices --help`. */
export function devicesHelp(): HelpPage {
  return {
    about: "Print what this machine offers for training, which engine a default run would use, and why.",
    usage: "devices [flags]",
    sections: [{ title: "Flags", rows: flagRows(DEVICES_FLAGS) }],
    examples: [],
  };
}

/**
 * Runs the command.
 *
 * @returns The exit code.
 * @throws {UserError} Bad usage.
 */
export async function devicesCommand(args: string[]): Promise<number> {
  const { flags, positionals } = parseFlags(args, DEVICES_FLAGS);
  refusePositionals(positionals);
  const found = await findDevices();
  if (flags.some(({ name }) => name === "json")) console.log(JSON.stringify(found, null, 2));
  else for (const line of deviceLines(found)) console.log(line);
  return 0;
}

/** What `--json` prints. */
type Devices = Awaited<ReturnType<typeof findDevices>>;

async function findDevices() {
  const { adapter, isSoftware } = await probeAdapter();
  const config = resolveConfig({});
  const work = { definition: stepDefinition(config, 28 * 28), batch: config.batch, pixels: new Uint8Array() };
  const environment = readEnvironment();
  const hasSharedMemory = typeof SharedArrayBuffer !== "undefined";
  return {
    environment,
    webgpu: adapter ? { adapter: describeAdapter(adapter.info), isSoftware } : null,
    hasSharedMemory,
    /** Threads that the CPU engine takes at most; fewer if other processes keep cores busy. */
    threads: hasSharedMemory ? navigator.hardwareConcurrency : 1,
    chosen: await chooseEngine(config, work),
  };
}

function deviceLines({ environment, webgpu, hasSharedMemory, threads, chosen }: Devices): string[] {
  const { cpu, cores, memoryBytes, os, deno } = environment;
  const rows = [
    ["CPU", `${cpu}, ${count(cores, "core")}, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB of memory`],
    ["WebGPU", webgpu ? webgpu.adapter + (webgpu.isSoftware ? " (software)" : "") : "no adapter was found"],
    [
      "threads",
      hasSharedMemory
        ? `the CPU engine takes ${threads}, fewer if other processes keep cores busy; --threads N sets their number`
        : "the CPU engine takes 1: there is no shared memory",
    ],
    ["system", `${os}, Deno ${deno}`],
    ["chosen", `engine ${chosen.engine} on ${chosen.backend}: ${chosen.reason}`],
    ["instead", "--backend webgpu|wasm|cpu, --engine fused|reference"],
  ];
  const indent = 10;
  return rows.flatMap(([label, text]) =>
    wrapped(printable(text), { width: helpWidth(), first: bold(label.padEnd(indent)), indent })
  );
}

function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? "" : "s"}`;
}
