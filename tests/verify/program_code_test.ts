/**
 * The checksums of a program: those that other programs compute of the same files.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import { programCode } from "../../lib/verify/program_code.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const sha256 = (...bytes: (string | Uint8Array)[]) =>
  bytes.reduce((hash, own) => hash.update(own), createHash("sha256")).digest("hex");

Deno.test(
  "a program's sources are the list of its files with their checksums, in the order of their bytes",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const { path } = place,
      files = { "deno.json": "{}", "deno.lock": "", "lib/a.ts": "1", "lib/a/b.ts": "2", "main.ts": "3" };
    await Deno.mkdir(`${path}/lib/a`, { recursive: true });
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${path}/${name}`, text);
    await Deno.writeTextFile(`${path}/lib/.DS_Store`, "a file manager's");
    await Deno.writeTextFile(`${path}/README.md`, "not run");
    const program = pathToFileURL(`${path}/`);
    // "lib/a.ts" is before "lib/a/b.ts": "." is before "/"
    const listed = Object.entries(files).map(([name, text]) => `${sha256(text)}  ${name}\n`).join("");
    assert.equal((await programCode(program)).sourcesSha256, sha256(listed));
    await Deno.writeTextFile(`${path}/lib/a/b.ts`, "4");
    assert.notEqual((await programCode(program)).sourcesSha256, sha256(listed), "one changed byte is another program");
    await Deno.remove(`${path}/main.ts`);
    assert.equal((await programCode(program)).sourcesSha256, null, "no folder of sources");
    assert.equal((await programCode(new URL("https://example.org/program/"))).sourcesSha256, null);
  },
);

Deno.test("the kernels are the compiled files one after the other, by name", needs("permissions"), async () => {
  const folder = new URL("../../lib/engine/cpu/compiled/", import.meta.url), names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) if (name.endsWith(".wasm")) names.push(name);
  const bytes = names.sort().map((name) => Deno.readFileSync(new URL(name, folder)));
  const { kernelsSha256, sourcesSha256 } = await programCode();
  assert.equal(kernelsSha256, sha256(...bytes));
  assert.match(sourcesSha256!, /^[0-9a-f]{64}$/);
});
