/**
 * What a process that is started for a folder may write, whatever the folder is called.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mayWrite } from "../../lib/cli/permissions.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

Deno.test(
  "mayWrite() lets a process write to its folders, also to one with a comma in its name",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const program = `${place.path}/write.ts`, outside = `${place.path}/outside`;
    await Deno.writeTextFile(program, "for (const path of Deno.args) Deno.writeTextFileSync(path, path);\n");
    const write = async (folder: string, path: string) => {
      await Deno.mkdir(folder, { recursive: true });
      const args = ["run", "--no-prompt", mayWrite([`${place.path}/cache`, folder]), program, path];
      return (await new Deno.Command(Deno.execPath(), { args, stderr: "null" }).output()).success;
    };
    for (const name of ["reports", "a class, 2026", "a,,b", "quotes \" and '"]) {
      const folder = `${place.path}/${name}`;
      assert.ok(await write(folder, `${folder}/x`), name);
    }
    assert.equal(await write(`${place.path}/reports`, outside), false);
  },
);
