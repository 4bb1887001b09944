/**
 * `site` and `report`: the static site made of the reports, by the project in `site/`.
 *
 * That project has packages of its own, which Deno installs when it first builds. Draws nothing here.
 *
 * @module
 */
import { exists } from "../files.ts";
import { resolve } from "node:path";
import { quoted, UserError } from "../errors.ts";
import { suggestion } from "../suggestion.ts";
import { badValue, folderName, parseTrainArguments } from "./args.ts";
import { PROJECT, runDeno } from "./child.ts";
import { type FlagTable, HELP_FLAG, parseFlags, refusePositionals, usage } from "./flags.ts";
import { flagRows } from "./help.ts";
import type { HelpPage } from "./help_page.ts";
import { INTERRUPTED } from "./stop.ts";
import { Terminal } from "./terminal.ts";
import { resultOf, trainAndShow } from "./train_command.ts";

const SITE = `${PROJECT}site`;
const DIST = "site/dist/";
const ACTIONS = ["build", "dev", "preview"] as const;

const SITE_FLAGS = {
  "base": { takes: "/PATH/", help: "Build for a server that has the site under this path.", defaults: "/" },
  "reports": { takes: "FOLDER", help: "Where run folders are.", defaults: "reports" },
  "strict": {
    takes: "",
    help: "End at the first report with a damaged file, instead of leaving it out with a notice.",
  },
  "port": { takes: "N", help: "Port of dev and preview.", defaults: "4321" },
  "json": { takes: "", help: "Print where the site is as one JSON object; everything else goes to standard error." },
  ...HELP_FLAG,
} as const satisfies FlagTable;

/** `site --help`. */
export function siteHelp(): HelpPage {
  return {
    about:
      `Build the site from the reports into ${DIST}, or show it in a browser. Its packages, 350 MB, are installed ` +
      "when they are first needed.",
    usage: "site [build|dev|preview] [flags]",
    sections: [
      {
        title: "What to do",
        rows: [
          {
            term: "build",
            text: `Check the site's types and write ${DIST}; this is what happens if nothing is named.`,
          },
          { term: "dev", text: "Serve the site while it changes; new runs show up by themselves." },
          { term: "preview", text: `Serve ${DIST}.` },
        ],
      },
      { title: "Flags", rows: flagRows(SITE_FLAGS) },
    ],
    examples: [
      { term: "site", text: "build" },
      { term: "site --base /my-project/", text: "to publish under a path" },
      { term: "site preview", text: "read it in a browser" },
    ],
  };
}

/**
 * Runs `site`.
 *
 * @returns The exit code.
 * @throws {UserError} Bad usage.
 */
export async function siteCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { flags, positionals } = parseFlags(args, SITE_FLAGS);
  const given = new Map(flags.map(({ name, value }) => [name, value]));
  const [action = "build", ...extra] = positionals;
  refusePositionals(extra);
  if (!(ACTIONS as readonly string[]).includes(action)) {
    const expected = `one of ${ACTIONS.join(", ")}${suggestion(action, ACTIONS)}`;
    throw usage(`Cannot do ${quoted(action)} with the site: there is no such action, expected ${expected}`);
  }
  const base = given.get("base") ?? "/", port = given.get("port");
  if (!/^\/([\w.~-]+\/)*$/.test(base)) badValue("base", base, "a path such as /my-project/");
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) < 65536)) badValue("port", port, "0 to 65535");
  if (port !== undefined && action === "build") {
    throw usage("Cannot use --port with site build: nothing is served, expected site dev or site preview");
  }
  const isJson = given.has("json");
  if (isJson && action !== "build") {
    throw usage(`Cannot use --json with site ${action}: it goes on until it is stopped, expected site build`);
  }
  const reportsDir = folderName(given.get("reports") ?? "reports");
  const passedOn = [...(base === "/" ? [] : ["--base", base]), ...(port === undefined ? [] : ["--port", port])];
  const code = await runSite([action, ...passedOn], { reportsDir, isJson, isStrict: given.has("strict"), signal });
  if (code === 0 && isJson) new Terminal({ isQuiet: true }).json({ status: "built", site: DIST, base });
  return code;
}

/** Runs a task of the site's own project; its exit code. */
async function runSite(
  task: string[],
  { reportsDir, isJson, isStrict = false, signal }: {
    reportsDir: string;
    isJson: boolean;
    isStrict?: boolean;
    signal: AbortSignal;
  },
): Promise<number> {
  const env = { SAE_REPORTS: await absolute(reportsDir), ...(isStrict ? { SAE_STRICT: "1" } : {}) };
  return (await runDeno(["task", "-q", ...task], { cwd: SITE, env, isJson, signal })).code;
}

/** `report --help`. */
export function reportHelp(): HelpPage {
  return {
    about: `Train a run if there is none, then build the site into ${DIST}. The flags are ` +
      "those of deno task train --help. If there is a run already, nothing is trained.",
    usage: "report [flags of train]",
    sections: [],
    examples: [
      { term: "report", text: "the default run" },
      { term: "report --data-dir ~/fashion-mnist", text: "on other images" },
    ],
  };
}

/**
 * Runs `report`.
 *
 * @returns The exit code.
 * @throws {UserError} Anything the person can mend.
 */
export async function reportCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { reportsDir, isJson, isQuiet } = parseTrainArguments(args).options;
  const trained = await hasRun(reportsDir) ? null : (await trainAndShow(args, { command: "report", signal })).outcome;
  if (trained?.kind === "stopped") return INTERRUPTED;
  const code = await runSite(["build"], { reportsDir, isJson: isJson || isQuiet, signal });
  if (code !== 0) return code;
  const terminal = new Terminal({ isQuiet, isJson });
  if (isJson) terminal.json({ status: "built", site: DIST, trained: trained && resultOf(trained) });
  else if (isQuiet) terminal.result(DIST);
  else terminal.line(`The site is in ${DIST}. To read it: deno task site:preview`);
  return 0;
}

async function hasRun(reportsDir: string): Promise<boolean> {
  const folders = await Array.fromAsync(Deno.readDir(reportsDir)).catch(() => []);
  const finished = await Promise.all(folders.map(({ name }) => exists(`${reportsDir}/${name}/run.json`)));
  return finished.includes(true);
}

/** The site's build starts in another folder. A site without a run says how to train one. */
async function absolute(folder: string): Promise<string> {
  try {
    return await Deno.realPath(folder);
  } catch (error) {
    if (folder === "reports") return resolve(folder);
    const now = `${quoted(folder)} cannot be read`;
    throw new UserError(`Cannot use --reports: ${now}, expected the folder of the reports`, { cause: error });
  }
}
