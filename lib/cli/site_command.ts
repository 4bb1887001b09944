/**
 * `site` and `report`: the static site made of the reports, by the project in `site/`.
 *
 * That project has packages of its own, which Deno installs when it first builds. Draws nothing here.
 *
 * @module
 */
import { exists } from "../files.ts";
import { quoted } from "../errors.ts";
import { badValue, folderName, parseTrainArguments } from "./args.ts";
import { PROJECT, runDeno } from "./child.ts";
import { closest, type FlagTable, HELP_FLAG, parseFlags, refusePositionals, usage } from "./flags.ts";
import { flagRows } from "./help.ts";
import type { HelpPage } from "./help_page.ts";
import { trainCommand } from "./train_command.ts";

const SITE = `${PROJECT}site`;
const DIST = "site/dist/";
const ACTIONS = ["build", "dev", "preview"] as const;

const SITE_FLAGS = {
  "base": { takes: "/PATH/", help: "Build for a server that has the site under this path.", defaults: "/" },
  "reports": { takes: "FOLDER", help: "Where run folders are.", defaults: "reports" },
  "port": { takes: "N", help: "Port of dev and preview.", defaults: "4321" },
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
    const expected = `one of ${ACTIONS.join(", ")}; did you mean ${closest(action, [...ACTIONS])}?`;
    throw usage(`Cannot do ${quoted(action)} with the site: there is no such action, expected ${expected}`);
  }
  const base = given.get("base") ?? "/", port = given.get("port");
  if (!/^\/([\w.~-]+\/)*$/.test(base)) badValue("base", base, "a path such as /my-project/");
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) < 65536)) badValue("port", port, "0 to 65535");
  if (port !== undefined && action === "build") {
    throw usage("Cannot use --port with site build: nothing is served, expected site dev or site preview");
  }
  const reports = given.get("reports");
  const { code } = await runDeno(
    ["task", "-q", action, ...(base === "/" ? [] : ["--base", base]), ...(port === undefined ? [] : ["--port", port])],
    { cwd: SITE, env: reports === undefined ? {} : { SAE_REPORTS: await absolute(folderName(reports)) }, signal },
  );
  return code;
}

/** `report --help`. */
export function reportHelp(): HelpPage {
  return {
    about: `One line for everything: train a run if there is none, then build the site into ${DIST}. The flags are ` +
      "those of train; a second run is trained by deno task train.",
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
  const { reportsDir } = parseTrainArguments(args).options;
  if (!await hasRun(reportsDir)) {
    const code = await trainCommand(args, signal);
    if (code !== 0) return code;
  }
  const code = await siteCommand(["--reports", reportsDir], signal);
  if (code === 0) console.log(`\nThe site is in ${DIST}. To read it: deno task site:preview`);
  return code;
}

async function hasRun(reportsDir: string): Promise<boolean> {
  const folders = await Array.fromAsync(Deno.readDir(reportsDir)).catch(() => []);
  const finished = await Promise.all(folders.map(({ name }) => exists(`${reportsDir}/${name}/run.json`)));
  return finished.includes(true);
}

/** The site's build starts in another folder. */
async function absolute(folder: string): Promise<string> {
  try {
    return await Deno.realPath(folder);
  } catch {
    throw usage(`Cannot use --reports: ${quoted(folder)} is no folder, expected the folder of the reports`);
  }
}
