/**
 * The README's page on a variant of one's own, followed to the letter in a copy of the program: only `variants.ts` changes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { temporaryFolder } from "../temporary_folder.ts";
import { needs } from "../needs.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

Deno.test(
  "the README's own variant type-checks, trains and is reported with nothing but variants.ts changed",
  needs("permissions", "time"),
  async () => {
    await using copy = await temporaryFolder();
    for (const file of ["deno.json", "deno.lock", "main.ts"]) await Deno.copyFile(ROOT + file, `${copy.path}/${file}`);
    await copyFolder(`${ROOT}lib`, `${copy.path}/lib`);
    const readme = await Deno.readTextFile(`${ROOT}README.md`);
    const code = readme.match(/```ts ignore\n(\/\*\* Budget:.*?)```/s)![1];
    const folder = `${copy.path}/lib/sae/sparsity`;
    await Deno.writeTextFile(`${folder}/budget.ts`, code);
    await edit(`${folder}/variants.ts`, [
      ["import { gated }", 'import { budget } from "./budget.ts";\nimport { gated }'],
      ["  matryoshka,\n};", "  matryoshka,\n  budget,\n};"],
    ]);
    await deno(copy.path, "check", "main.ts");
    const output = await deno(
      copy.path,
      ...["run", "--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-sys", "main.ts", "train"],
      ...["--dataset", "digits", "--limit", "64", "--epochs", "1", "--batch", "32", "--latent", "16"],
      ...["--sparsity", "budget", "--budget", "8", "--run-id", "own"],
    );
    assert.match(output, /this is budget/, "says why no faster engine trains it");
    const { config, metrics } = JSON.parse(await Deno.readTextFile(`${copy.path}/reports/own/run.json`));
    assert.deepEqual([config.sparsity, config.budget], ["budget", 8]);
    assert.ok(metrics !== undefined);
  },
);

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    await (isDirectory ? copyFolder : Deno.copyFile)(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Replaces each text by another; all must be there. */
async function edit(path: string, changes: [string, string][]): Promise<void> {
  let text = await Deno.readTextFile(path);
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), `${path} has "${from}"`);
    text = text.replace(from, to);
  }
  await Deno.writeTextFile(path, text);
}

/** Runs Deno in a folder; its output. */
async function deno(cwd: string, ...args: string[]): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await command.output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.equal(code, 0, text);
  return text;
}
