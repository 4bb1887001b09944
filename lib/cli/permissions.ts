/**
 * What this Deno process may do, checked before anything is loaded. The message for a missing permission is the command
 * that has it.
 *
 * @module
 */
import { UserError } from "../errors.ts";

/**
 * Refuses a reports folder that this process may not write to.
 *
 * @param options.args The whole command line behind `main.ts`, to be repeated with the permission.
 * @throws {UserError} Deno has not granted it. The message ends with a command that has the permission.
 */
export async function assertMayWrite(folder: string, options: { args: readonly string[] }): Promise<void> {
  const { state } = await Deno.permissions.query({ name: "write", path: folder });
  if (state === "granted") return;
  const command = ["deno", "run", "-P", mayWrite([".cache", folder]), "main.ts", ...options.args].map(shellQuoted);
  throw new UserError(
    `Cannot write ${shellQuoted(folder)}: this Deno process may not write there, expected ${command.join(" ")}`,
  );
}

/**
 * Refuses a file that this process may not write.
 *
 * @param options.args The whole command line behind `main.ts`, to be repeated with the permission.
 * @throws {UserError} Deno has not granted it. The message ends with a command that has the permission.
 */
export async function assertMayWriteFile(path: string, options: { args: readonly string[] }): Promise<void> {
  await assertMayWrite(path.includes("/") ? path.replace(/(?<=.)\/[^/]*$/, "") : ".", options);
}

/**
 * Deno's flag to let a process write to some files and folders; given on the command line, it takes the place of a permission
 * set's. If one of them has a comma in its name, which Deno 2.9.6 takes for the end of a path however it is written, the process may
 * write everywhere.
 *
 * @example
 * ```ts
 * import { mayWrite } from "./permissions.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(mayWrite([".cache", "my reports"]), "--allow-write=.cache,my reports");
 * assert.equal(mayWrite([".cache", "a class, 2026"]), "--allow-write");
 * ```
 */
export function mayWrite(paths: readonly string[]): string {
  return paths.some((path) => path.includes(",")) ? "--allow-write" : `--allow-write=${paths.join(",")}`;
}

/** An argument as it is typed in a shell. */
export function shellQuoted(argument: string): string {
  return /^[\w@%+=:,./~-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
