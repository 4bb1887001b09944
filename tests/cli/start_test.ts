/**
 * What a first start has to fetch: each command runs with nothing on disk but the packages that every run needs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** The packages of `train`, `sweep` and `devices`, with those that they need in turn. */
const EVERY_RUN = ["deno-std", "zod"];
/** What an empty machine may have to fetch and compile before the first step, beside Deno itself. */
const MOST_BYTES = 30e6;

/** Runs the program on a machine that has only some packages, and no network. */
async function run(denoDir: string, ...args: string[]): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--cached-only",
      "--lock=deno.lock",
      "--frozen",
      "-P",
      "--no-prompt",
      "--allow-write",
      "main.ts",
      ...args,
    ],
    cwd: ROOT,
    env: { DENO_DIR: denoDir, NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

/** Copies the packages out of this machine's cache, in the versions of the lock file. */
async function copyPackages(cache: string, to: string): Promise<void> {
  const { npm } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.lock`));
  for (const name of EVERY_RUN) {
    const [, version] = Object.keys(npm).find((key) => key.startsWith(`${name}@`))!.split("@");
    await copyFolder(`${cache}/${name}/${version}`, `${to}/${name}/${version}`);
    await Deno.copyFile(`${cache}/${name}/registry.json`, `${to}/${name}/registry.json`);
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    await (isDirectory ? copyFolder : Deno.copyFile)(`${from}/${name}`, `${to}/${name}`);
  }
}

async function bytesOf(folder: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    bytes += isDirectory ? await bytesOf(path) : (await Deno.stat(path)).size;
  }
  return bytes;
}

Deno.test("train, sweep and devices need less than 30 MB, and no tfjs", needs("permissions", "time"), async (t) => {
  await using place = await temporaryFolder();
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], cwd: place.path }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(info.stdout));
  const deno = `${place.path}/deno`;
  await copyPackages(`${npmCache}/registry.npmjs.org`, `${deno}/npm/registry.npmjs.org`);
  const reports = ["--reports", `${place.path}/reports`];
  const knobs = { dataset: "digits", limit: 64, epochs: 1, batch: 32, latent: 4, hidden: [] };
  const flags = ["--dataset=digits", "--limit=64", "--epochs=1", "--batch=32", "--latent=4", "--hidden="];

  await t.step("devices", async () => {
    const { code, said } = await run(deno, "devices");
    assert.equal(code, 0, said);
  });
  await t.step("train", async () => {
    const { code, said } = await run(deno, "train", ...flags, "--backend=wasm", "--run-id=lean", ...reports);
    assert.equal(code, 0, said);
  });
  await t.step("sweep", async () => {
    await Deno.writeTextFile(`${place.path}/s.json`, JSON.stringify({ name: "lean", base: knobs }));
    const { code, said } = await run(deno, "sweep", `${place.path}/s.json`, ...reports);
    assert.equal(code, 0, said);
  });
  await t.step("all of it is less than 30 MB", async () => {
    const bytes = await bytesOf(deno);
    assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
  });
  await t.step("the reference engine says in one line that its packages are not there", async () => {
    const { code, said } = await run(deno, "train", ...flags, "--engine=reference", "--run-id=heavy", ...reports);
    assert.equal(code, 1, said);
    assert.match(said, /^error: Cannot load the reference engine: its packages are not on disk .*expected a network/m);
    assert.doesNotMatch(said, /^ {4}at /m, "no stack");
  });
});

Deno.test(
  "tfjs and its backends are of one version, which docs/engines.md and the lock file name",
  needs("read"),
  async () => {
    const folder = `${ROOT}lib/engine/reference/`;
    const sources = await Promise.all(["tfjs.ts", "tfjs_backends.ts"].map((name) => Deno.readTextFile(folder + name)));
    const named = Array.from(sources.join("").matchAll(/npm:(@tensorflow\/[\w-]+)@([\d.]+)/g), ([, name, version]) => ({
      name,
      version,
    }));
    const { specifiers } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.lock`));
    for (const { name, version } of named) {
      assert.equal(version, named[0].version);
      assert.ok(specifiers[`npm:${name}@${version}`].startsWith(version), name);
    }
    assert.equal(new Set(named.map(({ name }) => name)).size, 3);
    assert.ok((await Deno.readTextFile(`${ROOT}docs/engines.md`)).includes(`tfjs ${named[0].version}`));
  },
);
