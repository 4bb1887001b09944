/**
 * A copy of the program that a test may change, and commands run in it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { temporaryFolder } from "./temporary_folder.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** Copies the program into a folder that is removed at the end of its scope. */
export async function programCopy(): Promise<Awaited<ReturnType<typeof temporaryFolder>>> {
  const copy = await temporaryFolder();
  for (const file of ["deno.json", "deno.lock", "main.ts"]) await Deno.copyFile(ROOT + file, `${copy.path}/${file}`);
  await copyFolder(`${ROOT}lib`, `${copy.path}/lib`);
  return copy;
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    await (isDirectory ? copyFolder : Deno.copyFile)(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Runs Deno in a folder, which must succeed; what it prints. */
export async function runDeno(cwd: string, args: string[]): Promise<{ stdout: string; stderr: string }> {
  const env = { NO_COLOR: "1" };
  const command = new Deno.Command(Deno.execPath(), { args, cwd, env, stdout: "piped", stderr: "piped" });
  const { code, ...output } = await command.output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, 0, stdout + stderr);
  return { stdout, stderr };
}
