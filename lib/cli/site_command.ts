/**
 * `site` and `report`: the static site made of the reports, by the project in `site/`.
 *
 * That project has packages of its own, which Deno installs when it first builds. Draws nothing here.
 *
 * @module
 */
import { exists, fileError } from "../files.ts";
import { resolve } from "node:path";
import { quoted, UserError } from "../errors.ts";
import { suggestion } from "../suggestion.ts";
import { badValue, folderName, parseTrainArguments } from "./args.ts";
import { PROJECT, runDeno } from "./child.ts";
import { type FlagTable, HELP_FLAG, parseFlags, refusePositionals, usage } from "./flags.ts";
import { flagRows } from "./help.ts";
import type { HelpPage } from "./help_page.ts";
import { mnistForSite } from "./site_mnist.ts";
import { sitePermissions } from "./site_permissions.ts";
import { INTERRUPTED } from "./stop.ts";
import { Terminal } from "./terminal.ts";
import { resultOf, trainAndShow } from "./train_command.ts";

const SITE = `${PROJECT}site`;
const DIST = "site/dist/";
const ACTIONS = ["build", "dev", "preview"] as const;

const SITE_FLAGS = {
  "base": { takes: "/PATH/", help: "Build for a server that has the site under this path.", defaults: "/" },
  "reports": { takes: "FOLDER", help: "Where run folders are.", defaults: "reports" },
  "out": {
    takes: "FOLDER",
    help: "Where the site goes: a new or empty folder, or one with an earlier site, which is replaced.",
    defaults: DIST,
  },
  "data-dir": {
    takes: "FOLDER",
    help:
      "Offer 6,000 images of MNIST from here on the page that trains; without it from the folder that SAE_MNIST_DIR " +
      "names, or from the cache of an earlier download.",
  },
  "single-folder": {
    takes: "",
    help:
      "Make every link relative, so that the site opens from a folder without a server, and write FOLDER.zip beside " +
      "it. The pages then have no scripts.",
  },
  "strict": {
    takes: "",
    help: "End at the first report with a damaged file, instead of leaving it out with a notice.",
  },
  "verbose": { takes: "", help: "Print everything that the build says, instead of four lines." },
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
            text:
              `Write ${DIST}; this is what happens if nothing is named. Pages of runs that have not changed since ` +
              "the last build are not drawn again.",
          },
          {
            term: "dev",
            text:
              "Serve the site while it changes. A run that is training shows its curves so far; new runs show up by " +
              "themselves.",
          },
          { term: "preview", text: `Serve ${DIST}.` },
        ],
      },
      { title: "Flags", rows: flagRows(SITE_FLAGS) },
    ],
    examples: [
      { term: "site", text: "build" },
      { term: "site --base /my-project/", text: "to publish under a path" },
      { term: "site --out ~/class/sae --single-folder", text: "for a class: a folder and ~/class/sae.zip" },
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
  const ofOthers = action === "dev" ? ["out" as const] : ["data-dir" as const];
  const ofBuild = [...BUILD_SWITCHES, ...ofOthers].find((flag) => given.has(flag));
  if (ofBuild && action !== "build") throw usage(`Cannot use --${ofBuild} with site ${action}, expected site build`);
  if (given.has("single-folder") && base !== "/") {
    throw usage(`Cannot use --base ${base} with --single-folder: its links are relative, expected one of the two`);
  }
  const reportsDir = folderName(given.get("reports") ?? "reports");
  const out = given.has("out") ? folderName(given.get("out")!) : null;
  const mnist = await mnistForSite(given.get("data-dir"));
  if (action !== "build") {
    const passedOn = [
      ...(base === "/" ? [] : ["--base", base]),
      ...(port === undefined ? [] : ["--port", port]),
      ...(out === null ? [] : ["--outDir", resolve(out)]),
    ];
    const env = { SAE_REPORTS: await absolute(reportsDir), ...mnist };
    return (await runDeno(["task", "-q", action, ...passedOn], { cwd: SITE, env, signal })).code;
  }
  const switches = BUILD_SWITCHES.filter((flag) => given.has(flag));
  return (await buildSite({ reportsDir, out, base, switches, mnist }, { signal })).code;
}

/** Flags that only a build has. */
const BUILD_SWITCHES = ["json", "single-folder", "strict", "verbose"] as const;

/**
 * What keeps a build below 1 GB. Left alone, JavaScript's heap grows to what it may, and the bundler keeps what it has freed:
 * 1.4 GB with 300 runs.
 */
const LESS_MEMORY = {
  flags: "--v8-flags=--max-semi-space-size=16,--max-old-space-size=512",
  env: { MIMALLOC_PURGE_DELAY: "0", RAYON_NUM_THREADS: "1" },
};

/** Builds the site in a process of the site's own project; its exit code and, with `isJson`, what it printed. */
async function buildSite(
  { reportsDir, out, base, switches, mnist }: {
    reportsDir: string;
    /** `site/dist/` if null. */
    out: string | null;
    base: string;
    switches: readonly (typeof BUILD_SWITCHES)[number][];
    mnist: Awaited<ReturnType<typeof mnistForSite>>;
  },
  { signal, isJson = false }: { signal: AbortSignal; isJson?: boolean },
): Promise<{ code: number; output: string }> {
  const where = out === null ? `${SITE}/dist` : resolve(out);
  await assertMayReplace(where);
  const program = ["run", "--no-prompt", LESS_MEMORY.flags, ...sitePermissions({ site: SITE, out: where })];
  const folders = ["--reports", await absolute(reportsDir), "--out", where, "--base", base, "--shown", out ?? DIST];
  const flags = switches.map((flag) => `--${flag}`);
  const env = { __IS_WSL_TEST__: "1", ASTRO_TELEMETRY_DISABLED: "1", ...LESS_MEMORY.env, ...mnist };
  return await runDeno([...program, "build/main.ts", ...folders, ...flags], { cwd: SITE, env, isJson, signal });
}

/** @throws {UserError} The folder has files of somebody's that are no earlier site. */
async function assertMayReplace(folder: string): Promise<void> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) names.push(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw fileError("write", folder, error);
  }
  if (names.length === 0 || ["index.html", "404.html", "_astro"].every((name) => names.includes(name))) return;
  const now = "it has files that are not of an earlier site";
  throw new UserError(
    `Cannot write the site to ${quoted(folder)}: ${now}, expected an empty folder or one that is not there`,
  );
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
  const isCaught = isJson || isQuiet;
  const mnist = await mnistForSite();
  const site = { reportsDir, out: null, base: "/", switches: isCaught ? ["json" as const] : [], mnist };
  const { code, output } = await buildSite(site, { isJson: isCaught, signal });
  if (code !== 0) return code;
  const terminal = new Terminal({ isQuiet, isJson });
  if (isJson) terminal.json({ ...JSON.parse(output), trained: trained && resultOf(trained) });
  else if (isQuiet) terminal.result(DIST);
  else terminal.line("To read it: deno task site:preview");
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
