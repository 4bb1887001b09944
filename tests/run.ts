/**
 * `deno task test`: every test, the library's with its doc tests, then the site's in a browser.
 *
 *   deno task test [--quick] [FILE or flag of deno test]…
 *
 * `--quick` leaves out doc tests and what needs an adapter, a browser, a whole run of the program or more than some seconds.
 * With files or flags, the library's tests alone run, by them. Ends with the plain line `N passed, N failed, N ignored`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** The last line of each part: `ok | 3 passed (2 steps) | 0 failed | 1 ignored (1s)`. */
const SUMMARY = /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed(?: \([^)]*\))?(?: \| (\d+) ignored)?/gm;

const isQuick = Deno.args.includes("--quick");
const chosen = Deno.args.filter((argument) => argument !== "--quick");
const locked = ["--lock=deno.lock", "--frozen"];
const parts = [["test", ...locked, "-P=test", ...(isQuick ? ["--parallel"] : ["--doc"]), ...chosen]];
if (!isQuick && chosen.length === 0) parts.push(["task", "-q", "--cwd", "site", "test"]);

const start = performance.now();
const total = { passed: 0, failed: 0, ignored: 0 };
let status = 0;
for (const args of parts) {
  const { code, output } = await runPart(args);
  status ||= code;
  for (const [, passed, failed, ignored = "0"] of output.matchAll(SUMMARY)) {
    total.passed += Number(passed);
    total.failed += Number(failed);
    total.ignored += Number(ignored);
  }
}
const seconds = Math.round((performance.now() - start) / 1000);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.ignored} ignored in ${seconds} s`);
Deno.exit(status);

/** Runs Deno, shows what it prints, and returns that without colours. */
async function runPart(args: string[]): Promise<{ code: number; output: string }> {
  const env: Record<string, string> = { SAE_TEST_QUICK: isQuick ? "1" : "" };
  if (Deno.stdout.isTerminal() && !Deno.noColor) env.FORCE_COLOR = "1";
  const child = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env, stdout: "piped" }).spawn();
  let output = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    Deno.stdout.writeSync(new TextEncoder().encode(text));
  }
  const { code } = await child.status;
  // deno-lint-ignore no-control-regex -- colours are control characters
  return { code, output: output.replace(/\x1b\[[0-9;]*m/g, "") };
}
