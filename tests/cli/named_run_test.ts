/**
 * Runs named on the command line: by id, by folder, with a slash at the end; and one line for a run that is not there.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runFolderOf } from "../../lib/cli/named_run.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { needs } from "../needs.ts";

Deno.test("runFolderOf() finds a finished run by its id and by its folder", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const reportsDir = `${place.path}/reports`, folder = `${reportsDir}/a`;
  await Deno.mkdir(`${reportsDir}/stopped`, { recursive: true });
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/run.json`, "{}");
  assert.equal(await runFolderOf("a", { reportsDir }), folder);
  assert.equal(await runFolderOf(`${folder}/`, { reportsDir: "elsewhere" }), folder);
  for (const named of ["b", "stopped"]) {
    await assert.rejects(runFolderOf(named, { reportsDir }), {
      name: "UserError",
      message:
        `Cannot open run "${named}": there is no finished run of this name in ${reportsDir}, expected its id or folder`,
    });
  }
});
