/**
 * `deno task site`: builds the site, and says in four lines what is done and what came of it.
 *
 *   deno run … build/main.ts --reports DIR --out DIR [--shown NAME] [--base /PATH/] [--single-folder] [--strict] [--verbose] [--json]
 *     [--cache DIR]
 *
 * The program's command line starts it (`lib/cli/site_command.ts`), with flags that it has checked.
 *
 * @module
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildSite, type BuiltSite } from "./build_site.ts";

const { values } = parseArgs({
  options: {
    reports: { type: "string" },
    out: { type: "string" },
    shown: { type: "string" },
    base: { type: "string", default: "/" },
    cache: { type: "string", default: fileURLToPath(new URL("../.cache/pages", import.meta.url)) },
    "single-folder": { type: "boolean", default: false },
    strict: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
/** What the site's folder is called in what is printed. */
const shown = values.shown ?? values.out!;
const { base, json: isJson } = values;
const reports = resolve(values.reports!), out = resolve(values.out!);
const result = console.log;
if (isJson) console.log = console.info = console.error; // one JSON object is all that standard output has

try {
  const built = await buildSite({
    ...{ reports, out, base, cache: resolve(values.cache) },
    ...{ isStrict: values.strict, isVerbose: values.verbose, isSingleFolder: values["single-folder"] },
    onDrawing: ({ runs, drawn }) => isJson || result(`Drawing the pages of ${runsText(runs, drawn)} …`),
    onWaiting: () => isJson || result("Another build of this project draws its pages: waiting for it …"),
  });
  for (const { path, reason } of built.leftOut) console.error(`Left out ${path}: ${reason}`);
  const seconds = performance.now() / 1000;
  if (isJson) result(JSON.stringify({ status: "built", site: shown, base, ...built, seconds }));
  else for (const line of lines(built, seconds)) result(line);
  Deno.exit(0); // Vite's watchers and workers are of no use any more
} catch (error) {
  console.error(
    error instanceof Error && ["BadFile", "UserError"].includes(error.name) ? `error: ${error.message}` : whole(error),
  );
  Deno.exit(1);
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

function runsText(runs: number, drawn: number): string {
  return count(runs, "run") + (drawn === runs ? "" : `, ${drawn === 0 ? "none" : drawn} of them drawn anew`);
}

/** What a person wants to know of a build. */
function lines({ runs, drawn, sweeps, leftOut, zip }: BuiltSite, seconds: number): string[] {
  return [
    `${runsText(runs, drawn)}${sweeps > 0 ? `, ${count(sweeps, "sweep")}` : ""}${
      leftOut.length > 0 ? `, ${count(leftOut.length, "file")} left out` : ""
    }`,
    zip === null
      ? `The site is in ${shown}`
      : `The site is in ${shown} and in ${shown}.zip; it opens without a server: index.html`,
    `Built in ${seconds.toFixed(1)} s`,
  ];
}

/** An error with all that Astro and Vite know of it: where in which file, what is there, what may help. */
function whole(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { stack, message, loc, frame, hint, cause } = error as Error & {
    loc?: { file?: string; line?: number; column?: number };
    frame?: string;
    hint?: string;
  };
  const place = loc?.file ? `${loc.file}:${loc.line ?? 1}:${loc.column ?? 1}` : null;
  return [
    ...[stack?.includes(message) ? stack : `${message}\n${stack ?? ""}`, place && `at ${place}`, frame, hint],
    ...(cause === undefined ? [] : [`Caused by: ${whole(cause)}`]),
  ].filter(Boolean).join("\n");
}
