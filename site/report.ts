/**
 * `deno task report`: trains the default run if there is none, then builds the site.
 *
 * Arguments go to the training: `deno task report --data-dir ~/mnist`.
 *
 * @module
 */

const REPORTS = "reports";

if (!await hasRun()) await task("train", ...Deno.args);
await task("site");
console.log("\nThe site is in site/dist/. To read it: deno task site:preview");

async function hasRun(): Promise<boolean> {
  const folders = await Array.fromAsync(Deno.readDir(REPORTS)).catch(() => []);
  const finished = await Promise.all(
    folders.map(({ name }) => Deno.stat(`${REPORTS}/${name}/run.json`).then(() => true, () => false)),
  );
  return finished.includes(true);
}

/** Runs a task of deno.json; leaves with its code where it fails. */
async function task(...args: string[]): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), { args: ["task", "-q", ...args] }).spawn().status;
  if (code !== 0) Deno.exit(code);
}
