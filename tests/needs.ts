/**
 * What a test needs beside the language: visible as `ignored` where it is missing. A WebGPU adapter is asked for in `adapter.ts`.
 *
 * `deno test`, typed alone, grants nothing: what reads a file, writes one, starts a process or a worker, or asks for a
 * device needs `"permissions"`, which `deno task test` has.
 *
 * @module
 */

/**
 * `read`: the permission to read files. `permissions`: those of the set `test` in deno.json. `signals`: a system that has them.
 * `time`: more than a second or two, or a whole run of the program, which `deno task test --quick` leaves out, and `deno test`
 * typed alone.
 */
export type Need = "read" | "permissions" | "signals" | "time";

const arePermitted = (["read", "write", "env", "sys", "run"] as const)
  .every((name) => Deno.permissions.querySync({ name }).state === "granted");
const canRead = Deno.permissions.querySync({ name: "read" }).state === "granted";
if (canRead && !arePermitted) console.log("Tests are ignored that need more permissions: those of deno test -P=test");
const isQuick = arePermitted && Deno.env.get("SAE_TEST_QUICK") === "1";

/**
 * Options for `Deno.test`.
 *
 * @example
 * ```ts ignore
 * Deno.test("readText() reads a file", needs("permissions"), async () => {});
 * ```
 */
export function needs(...what: Need[]): { ignore: boolean } {
  const isMissing: Record<Need, boolean> = {
    read: !canRead,
    permissions: !arePermitted,
    signals: Deno.build.os === "windows",
    time: isQuick || !arePermitted,
  };
  return { ignore: what.some((need) => isMissing[need]) };
}
