/**
 * docs/variants.md, its variant of one file, followed to the letter in a copy of the program: only `variants.ts` changes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { needs } from "../needs.ts";
import { programCopy, runDeno } from "../program_copy.ts";

const PAGE = new URL("../../docs/variants.md", import.meta.url);

Deno.test(
  "the variant of one file in docs/variants.md type-checks, trains and is reported with nothing but variants.ts changed",
  needs("permissions", "time"),
  async () => {
    await using copy = await programCopy();
    const page = await Deno.readTextFile(PAGE);
    const code = page.match(/```ts ignore\n(\/\*\* Budget:.*?)```/s)![1];
    const folder = `${copy.path}/lib/sae/sparsity`;
    await Deno.writeTextFile(`${folder}/budget.ts`, code);
    await edit(`${folder}/variants.ts`, [
      ["import { gated }", 'import { budget } from "./budget.ts";\nimport { gated }'],
      ["  hierarchicaltopk,\n};", "  hierarchicaltopk,\n  budget,\n};"],
    ]);
    await runDeno(copy.path, ["check", "main.ts"]);
    const { stdout, stderr } = await runDeno(copy.path, [
      ...["run", "--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-sys", "main.ts", "train"],
      ...["--dataset", "digits", "--limit", "64", "--epochs", "1", "--batch", "32", "--latent", "16"],
      ...["--sparsity", "budget", "--budget", "8", "--run-id", "own"],
    ]);
    assert.match(
      stdout + stderr,
      /the method budget has formulas for which it has no kernels/,
      "says why no faster engine trains it",
    );
    const { config, metrics } = JSON.parse(await Deno.readTextFile(`${copy.path}/reports/own/run.json`));
    assert.deepEqual([config.sparsity, config.budget], ["budget", 8]);
    assert.ok(metrics !== undefined);
  },
);

/** Replaces each text by another; all must be there. */
async function edit(path: string, changes: [string, string][]): Promise<void> {
  let text = await Deno.readTextFile(path);
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), `${path} has "${from}"`);
    text = text.replace(from, to);
  }
  await Deno.writeTextFile(path, text);
}
