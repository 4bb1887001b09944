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
import { setColorEnabled } from "@std/fmt/colors";
import project from "../deno.json" with { type: "json" };
import { wantsHelp } from "../lib/cli/flags.ts";
import { type HelpPage, helpText } from "../lib/cli/help_page.ts";

/** The longest tests, which run beside the others. */
const ENGINES = "tests/engine/", PAGES = "../tests/site/pages_test.ts";
/** Parts that run at the same time, for most of each keeps one core busy; the next one begins when one of them has ended. */
const AT_A_TIME = 3;
const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** The last line of each part: `ok | 3 passed (2 steps) | 0 failed | 1 ignored (1s)`. */
const SUMMARY = /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed(?: \([^)]*\))?(?: \| (\d+) ignored)?/gm;

const HELP: HelpPage = {
  about: "Run every test: the library's with its doc tests, and the site's in Chromium if it is installed. Ends with " +
    "the line `N passed, N failed, N ignored in N s`.",
  usage: "test [--quick] [FILE or flag of deno test]…",
  sections: [{
    title: "Flags",
    rows: [
      {
        term: "--quick",
        text:
          "Leave out doc tests and what needs a WebGPU adapter, a browser, a whole run of the program or more than " +
          "some seconds.",
      },
      { term: "FILE", text: "Run the library's tests of this file or folder alone; may be repeated." },
      {
        term: "--filter TEXT",
        text: "Run the library's tests whose name has this text alone; so does any other flag of deno test.",
      },
      { term: "--help", text: "Print this." },
    ],
  }],
  examples: [
    { term: "test --quick", text: "what a change needs first" },
    { term: "test tests/engine", text: "the engines' tests" },
  ],
};

if (wantsHelp(Deno.args)) {
  setColorEnabled(Deno.stdout.isTerminal() && !Deno.noColor);
  console.log(helpText(HELP));
  Deno.exit(0);
}

const isQuick = Deno.args.includes("--quick");
const chosen = Deno.args.filter((argument) => argument !== "--quick");
const locked = ["--lock=deno.lock", "--frozen"];
const library = ["test", ...locked, "-P=test", ...(isQuick ? ["--parallel"] : ["--doc"])];
// --ignore takes the place of deno.json's list. Types are checked by deno task check, and by deno test of what is named.
const isWhole = !isQuick && chosen.length === 0;
const site = ["task", "-q", "--cwd", "site", "test"];
const parts = isWhole
  ? [
    [...site, PAGES],
    [...library, "--no-check", `--ignore=${[...project.exclude, ENGINES].join(",")}`],
    ["test", ...locked, "-P=test", "--no-check", ENGINES],
    [...site, `--ignore=${PAGES}`, "../tests/site"],
  ]
  : [[...library, ...chosen]];

const start = performance.now();
const total = { passed: 0, failed: 0, ignored: 0 };
/** Parts that ended badly, each with what Deno was asked to do. */
const badly: string[] = [];
// What the parts print comes one after the other.
for (const part of startInTurn(parts)) {
  const { args, output, status: ended } = await part;
  let text = "";
  for await (const piece of output) {
    text += piece;
    Deno.stdout.writeSync(new TextEncoder().encode(piece));
  }
  // deno-lint-ignore no-control-regex -- colours are control characters
  const plain = text.replace(/\x1b\[[0-9;]*m/g, "");
  const summaries = [...plain.matchAll(SUMMARY)];
  for (const [, passed, failed, ignored = "0"] of summaries) {
    total.passed += Number(passed);
    total.failed += Number(failed);
    total.ignored += Number(ignored);
  }
  const { code, signal } = await ended;
  if (code === 0) continue;
  const reason = signal ?? `code ${code}`;
  badly.push(
    `deno ${args.join(" ")}: ended with ${reason}${summaries.length ? "" : " before its first test or in one"}`,
  );
  // Types that are wrong, or a process that is ended, leave no count behind.
  if (summaries.every(([, , failed]) => failed === "0")) total.failed++;
}
const seconds = Math.round((performance.now() - start) / 1000);
for (const line of badly) console.log(`\n${line}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.ignored} ignored in ${seconds} s`);
Deno.exit(badly.length ? 1 : 0);

/** A part that has begun. */
interface Part {
  args: string[];
  output: AsyncIterable<string>;
  status: Promise<Deno.CommandStatus>;
}

/** Starts parts in their order, {@linkcode AT_A_TIME}; each promise is that of a part that has begun. */
function startInTurn(parts: string[][]): Promise<Part>[] {
  const begun = parts.map(() => Promise.withResolvers<Part>()), running = new Set<Promise<unknown>>();
  void (async () => {
    for (const [i, args] of parts.entries()) {
      if (running.size === AT_A_TIME) await Promise.race(running);
      const part = startPart(args), end: Promise<unknown> = part.status.then(() => running.delete(end));
      running.add(end);
      begun[i].resolve(part);
    }
  })();
  return begun.map(({ promise }) => promise);
}

/** Starts Deno; its output is kept until it is read. */
function startPart(args: string[]): Part {
  const env: Record<string, string> = { SAE_TEST_QUICK: isQuick ? "1" : "" };
  if (Deno.stdout.isTerminal() && !Deno.noColor) env.FORCE_COLOR = "1";
  const child = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env, stdout: "piped" }).spawn();
  return { args, output: kept(child.stdout.pipeThrough(new TextDecoderStream())), status: child.status };
}

/** Reads a stream at once, however late its pieces are asked for: a full pipe would stop the process that writes it. */
function kept(stream: ReadableStream<string>): AsyncIterable<string> {
  const { readable, writable } = new TransformStream<string, string>({}, {}, { highWaterMark: Infinity });
  void stream.pipeTo(writable);
  return readable;
}
