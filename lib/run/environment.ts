/**
 * The machine and the runtime of the program, as the report states them.
 *
 * @module
 */
import os from "node:os";
import type { ProgramEnvironment } from "../report/schema.ts";

/** Needs `--allow-sys=cpus,osRelease,systemMemoryInfo`. */
export function readEnvironment(): ProgramEnvironment {
  const cpus = os.cpus();
  return {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    os: `${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}`,
    cpu: cpus[0]?.model.trim() ?? "unknown",
    cores: cpus.length,
    memoryBytes: Deno.systemMemoryInfo().total,
  };
}
