/**
 * The files of a report: what is written to disk, byte for byte, and nothing if a value is wrong.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Latents, Run } from "../../lib/report/schema.ts";
import { type Report, reportFiles } from "../../lib/report/report_files.ts";
import { copyReport, VERIFICATION_FILE, writeReport } from "../../lib/report/writer.ts";
import { runSession } from "../../lib/run/session.ts";
import { needs } from "../needs.ts";
import { smallDataset } from "../run/small_dataset.ts";
import { temporaryFolder } from "../temporary_folder.ts";

Deno.test("writeReport() writes what reportFiles() returns, run.json last", needs("permissions"), async () => {
  const report = await smallReport();
  await using folder = await temporaryFolder();
  await writeReport(folder.path, report);
  const files = await Array.fromAsync(reportFiles(report));
  assert.deepEqual(files.at(-1)!.path, "run.json");
  const json = (path: string) => JSON.parse(new TextDecoder().decode(files.find((file) => file.path === path)!.bytes));
  const { files: listed } = Run.parse(json("run.json"));
  const hashed = files.slice(0, -1).map(({ path, bytes }) => ({
    name: path,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  }));
  assert.deepEqual(listed, hashed, "run.json states every other file");
  Latents.parse(json("latents.json"));
  for (const { path, bytes } of files) assert.deepEqual(await Deno.readFile(`${folder.path}/${path}`), bytes, path);
  const written = Array.from(Deno.readDirSync(folder.path)).filter(({ isFile }) => isFile).map(({ name }) => name);
  assert.deepEqual(written.sort(), files.map(({ path }) => path).filter((path) => !path.includes("/")).sort());
});

Deno.test("a value that a schema refuses is found before the first file", needs("permissions"), async () => {
  const report = await smallReport();
  report.inputs.rows[0].row = NaN;
  await assert.rejects(reportFiles(report).next(), {
    name: "UserError",
    message: /^Cannot report rows\[0\]\.row: it is NaN, expected a finite number; /,
  });
});

Deno.test(
  "a copied report states the checksums of the report, also of a file that was changed, and nothing that is not of it",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const { run, ...others } = await smallReport(),
      [first, copy, older] = ["first", "copy", "older"]
        .map((name) => `${place.path}/${name}`);
    await writeReport(first, { run, ...others });
    const readRun = async (folder: string) => Run.parse(JSON.parse(await Deno.readTextFile(`${folder}/run.json`)));
    const { files } = await readRun(first);
    await Deno.writeTextFile(`${first}/metrics.json`, "changed");
    for (const name of [VERIFICATION_FILE, "stray.txt"]) await Deno.writeTextFile(`${first}/${name}`, "{}");
    await copyReport(first, copy, { run: { ...run, id: "copy" }, files });
    assert.deepEqual((await readRun(copy)).files, files);
    assert.equal(await Deno.readTextFile(`${copy}/metrics.json`), "changed");
    const names = async (folder: string) =>
      (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).filter((name) => name !== "latents").sort();
    assert.deepEqual(await names(copy), (await names(first)).filter((name) => !/stray|verification/.test(name)));
    await copyReport(copy, older, { run: { ...run, id: "older" }, files: [] });
    const made = (await readRun(older)).files;
    assert.deepEqual(made.map(({ name }) => name), files.map(({ name }) => name).sort());
    for (const { name, sha256 } of made) {
      assert.equal(sha256 === files.find((file) => file.name === name)!.sha256, name !== "metrics.json", name);
    }
  },
);

async function smallReport(): Promise<Report> {
  const outcome = await runSession({
    dataset: smallDataset(),
    reportsDir: null,
    turned: { sparsity: "topk", k: 2, latent: 6, batch: 8, epochs: 1, engine: "reference", backend: "cpu" },
  });
  assert.ok(outcome.kind === "finished");
  return outcome.report;
}
