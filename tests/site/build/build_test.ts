/**
 * Builds one after the other, and two at the same time: each draws only what has changed, and gives what a build without any memory
 * gives.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decodeSafetensors } from "../../../lib/formats/safetensors.ts";
import { Sweep } from "../../../lib/report/sweep_schema.ts";
import { copyFolder, edit, trainSmallRuns } from "../small_reports.ts";
import { build, filesUnder } from "../small_site.ts";

Deno.test("builds of the site", async (t) => {
  const folder = await Deno.makeTempDir();
  const reports = `${folder}/reports`, cache = `${folder}/cache`;
  await trainSmallRuns(reports);

  /** Builds into a folder of its own; how many runs it drew. */
  const drawn = async (out: string, options: { isClean?: boolean; base?: string } = {}) => {
    const { isClean = false, base } = options;
    const { success, output } = await build({
      ...{ reports, out: `${folder}/${out}`, base, switches: ["--json"] },
      cache: isClean ? undefined : cache,
    });
    assert.ok(success, output);
    return JSON.parse(output) as { runs: number; drawn: number };
  };

  await t.step("the first draws every run, the next one none, and gives the same bytes", async () => {
    assert.deepEqual(counts(await drawn("one")), { runs: 3, drawn: 3 });
    assert.deepEqual(counts(await drawn("two")), { runs: 3, drawn: 0 });
    await assertSame(`${folder}/two`, `${folder}/one`);
  });

  await t.step("each run has its weights for the live page beside its pages, drawn anew or kept", async () => {
    for (const id of ["digits-a", "digits-b", "no-labels"]) {
      const { metadata } = decodeSafetensors(await Deno.readFile(`${folder}/two/runs/${id}/live.safetensors`));
      assert.equal(metadata.id, id);
    }
  });

  await t.step("a changed, a new, a removed and a swept run are what a clean build makes of them", async () => {
    await edit(`${reports}/digits-a/run.json`, (run) => run.title = "Another title");
    await copyFolder(`${reports}/digits-b`, `${reports}/digits-c`);
    await edit(`${reports}/digits-c/run.json`, (run) => run.id = "digits-c");
    await Deno.remove(`${reports}/no-labels`, { recursive: true });
    assert.deepEqual(counts(await drawn("two")), { runs: 3, drawn: 2 });
    await writeSweep(reports, ["digits-b", "digits-d"]);
    const [swept, clean] = await Promise.all([drawn("two"), drawn("clean", { isClean: true })]); // at the same time
    assert.deepEqual(counts(swept), { runs: 3, drawn: 1 }, "digits-b belongs to a sweep now");
    assert.deepEqual(counts(clean), { runs: 3, drawn: 3 });
    await assertSame(`${folder}/two`, `${folder}/clean`);
  });

  await t.step("another base path is another site", async () => {
    assert.deepEqual(counts(await drawn("based", { base: "/some/path/" })), { runs: 3, drawn: 3 });
  });
  await Deno.remove(folder, { recursive: true });
});

function counts({ runs, drawn }: { runs: number; drawn: number }) {
  return { runs, drawn };
}

async function writeSweep(reports: string, ids: string[]): Promise<void> {
  const sweep: Sweep = {
    schemaVersion: 1,
    name: "digits",
    base: {},
    knobs: [{ name: "latent", values: [5, 6] }],
    seeds: [0],
    runs: ids.map((id, i) => ({ id, knobs: { latent: 5 + i }, seed: 0 })),
  };
  await Deno.mkdir(`${reports}/sweeps`);
  await Deno.writeTextFile(`${reports}/sweeps/digits.json`, JSON.stringify(Sweep.parse(sweep)));
}

/** Whether two sites have the same files with the same bytes. */
async function assertSame(site: string, wanted: string): Promise<void> {
  const files = [...filesUnder(wanted)].sort();
  assert.deepEqual([...filesUnder(site)].sort(), files);
  const differ: string[] = [];
  for (const file of files) {
    const [a, b] = await Promise.all([site, wanted].map((folder) => Deno.readFile(`${folder}/${file}`)));
    if (a.length !== b.length || !a.every((byte, i) => byte === b[i])) differ.push(file);
  }
  assert.deepEqual(differ, [], "files of other bytes");
}
