/**
 * Tasks that are no command of the program: asked for help they print it, and do nothing.
 *
 * @module
 */
import assert from "node:assert/strict";
import { needs } from "./needs.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** What `deno task NAME …` prints. */
async function taskOutput(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("deno task test --help names its flags and runs no test", needs("permissions"), async () => {
  const help = await taskOutput("test", "--help");
  assert.match(help, /^Usage {2}deno task test \[--quick\]/m);
  assert.match(help, /^ {2}--quick {2,}Leave out doc tests/m);
  assert.doesNotMatch(help, /^ok |running \d+ test/m);
});

Deno.test("deno task kernels --help says what it does and compiles nothing", needs("permissions", "time"), async () => {
  const compiled = new URL("../lib/engine/cpu/compiled/", import.meta.url);
  const times = () =>
    Array.from(Deno.readDirSync(compiled), ({ name }) => Deno.statSync(new URL(name, compiled)).mtime);
  const before = times();
  assert.match(await taskOutput("kernels", "--help"), /^Usage {2}deno task kernels$/m);
  assert.deepEqual(times(), before);
});
