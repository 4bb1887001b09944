/**
 * `deno test` typed alone, which grants nothing: it passes, and says at its end how the tests that it ignores are run.
 *
 * This file's name makes it the last.
 *
 * @module
 */
import assert from "node:assert/strict";
import { needs } from "./needs.ts";

const HINT = "The ignored tests need permissions: deno task test runs all; deno test -P=test FILE, those of a file.";
if (needs("permissions").ignore) console.log(HINT);

Deno.test(
  "deno test, typed alone, passes and says which command runs the rest",
  needs("permissions", "time"),
  async () => {
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", "--no-prompt", "--parallel"],
      cwd: new URL("../", import.meta.url).pathname,
      env: { NO_COLOR: "1" },
    }).output();
    const said = new TextDecoder().decode(stdout);
    assert.equal(code, 0, said.slice(said.indexOf(" ERRORS ")));
    assert.ok(said.includes(HINT));
    assert.match(said, /\nok \| \d{3} passed .* \| \d+ ignored /);
  },
);
