/**
 * What can be taken away of a run: every file of its report, described, with the size and the checksum that it has.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileBehind, isReportFile, publishAllRunFiles, publishedFiles } from "../../site/build/run_files.ts";
import { fileSize } from "../../site/src/format.ts";

Deno.test("isReportFile() takes what a report has, and nothing that is private or unfinished", () => {
  const taken = ["run.json", "latents/000.json", "inputs/originals-000.png", "model.safetensors"];
  const refused = [
    ".lock",
    "checkpoint.safetensors",
    "progress.json",
    "run.json.0a1b.part",
    "../other/run.json",
    "latents/../run.json",
    "/etc/x.json",
    "notes.txt",
    "a/.hidden/x.json",
  ];
  for (const path of taken) assert.ok(isReportFile(path), path);
  for (const path of refused) assert.ok(!isReportFile(path), path);
});

Deno.test("the files of a run are copied beside its pages, and served at the same addresses", async () => {
  const folder = await Deno.makeTempDir();
  const write = async (path: string, text: string) => {
    await Deno.mkdir(`${folder}/${path}`.replace(/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  };
  for (const file of ["run.json", "latents/000.json", "model.safetensors", "checkpoint.safetensors", ".lock"]) {
    await write(`reports/a/${file}`, `content of ${file}`);
  }
  await write("reports/unfinished/progress.json", "{}");
  await write("out/runs/a/index.html", "");
  await write("out/runs/gone/index.html", "");
  assert.deepEqual(await publishedFiles(`${folder}/reports/a`), [
    { path: "latents/000.json", bytes: 27 },
    { path: "model.safetensors", bytes: 28 },
    { path: "run.json", bytes: 19 },
  ]);
  await publishAllRunFiles(`${folder}/reports`, `${folder}/out`);
  assert.equal(await Deno.readTextFile(`${folder}/out/runs/a/latents/000.json`), "content of latents/000.json");
  assert.deepEqual(Array.from(Deno.readDirSync(`${folder}/out/runs/a`), ({ name }) => name).sort(), [
    "index.html",
    "latents",
    "model.safetensors",
    "run.json",
  ]);
  const behind = (address: string, base = "/") => fileBehind(address, { reportsDir: `${folder}/reports`, base });
  assert.equal(behind("/runs/a/latents/000.json"), `${folder}/reports/a/latents/000.json`);
  assert.equal(behind("/some/path/runs/a/run.json", "/some/path/"), `${folder}/reports/a/run.json`);
  for (
    const address of [
      "/runs/a/",
      "/runs/a/latents/",
      "/runs/a/gone.json",
      "/runs/../a/run.json",
      "/runs/%2e%2e/a/run.json",
      "/runs/a/..%2fa%2frun.json",
      "/runs/a/checkpoint.safetensors",
      "/runs/%",
      "/learn/run.json",
    ]
  ) assert.equal(behind(address), null, address);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("fileSize() has at most three digits", () => {
  const sizes = [0, 999, 1000, 9949, 9950, 999_499, 999_500, 1_949_999, 102_829_056, 999_499_999, 4_294_967_295];
  assert.deepEqual(sizes.map(fileSize), [
    ...["0 B", "999 B", "1.0 kB", "9.9 kB", "10 kB", "999 kB", "1.0 MB", "1.9 MB", "103 MB", "999 MB", "4.3 GB"]
      .map((text) => text.replace(" ", "\u00a0")),
  ]);
});
