/**
 * A site built from reports, served on this machine, and a browser to read it.
 *
 * @module
 */
import { chromium } from "playwright-core";
import { extname } from "node:path";
import { sitePermissions } from "../../lib/cli/site_permissions.ts";
import { PATIENCE_MS } from "./eventually.ts";

const SITE = new URL("../../site", import.meta.url).pathname;
const CHROMIUM = "/usr/bin/chromium";
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** Whether there is a browser; where `CI=true` promises one, its absence is an error. */
export function needsBrowser(): boolean {
  const isThere = exists(CHROMIUM);
  if (!isThere && Deno.env.get("CI") === "true") throw new Error(`Cannot test the site: ${CHROMIUM} is missing`);
  return isThere;
}

/** How a site is built for a test. */
export interface SmallBuild {
  reports: string;
  out: string;
  base?: string;
  /** Switches of the build, such as `--strict`. */
  switches?: string[];
  /** Where pages are kept between builds; without one this build keeps and finds none. */
  cache?: string;
}

/** Builds the site of some reports into a folder, with the program's permissions; returns what the build said. */
export async function build(
  { reports, out, base = "/", switches = [], cache }: SmallBuild,
): Promise<{ success: boolean; output: string }> {
  const pages = cache ?? `${out}.cache`,
    folders = ["--reports", reports, "--out", out, "--cache", pages, "--base", base];
  const permissions = sitePermissions({ site: SITE, out, others: [pages] });
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...permissions, "build/main.ts", ...folders, ...switches],
    cwd: SITE,
    env: { NO_COLOR: "1", __IS_WSL_TEST__: "1", ASTRO_TELEMETRY_DISABLED: "1" },
  }).output();
  if (cache === undefined) await Deno.remove(`${out}.cache`, { recursive: true }).catch(() => {}); // a build that failed kept none
  return { success, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

/** Serves a folder under a path; `origin`, the path included, ends without a slash. */
export function serve(folder: string, base = "/"): { origin: string } & AsyncDisposable {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const path = decodeURIComponent(new URL(request.url).pathname);
    if (!path.startsWith(base)) return new Response("outside", { status: 404 });
    const file = `${folder}/${path.slice(base.length)}${path.endsWith("/") ? "index.html" : ""}`;
    const body = await Deno.readFile(file).catch(() => null);
    const headers = { "content-type": TYPES[extname(file)] ?? "application/octet-stream" };
    return body ? new Response(body, { headers }) : new Response("not here", { status: 404 });
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}${base.slice(0, -1)}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Debian's Chromium, with a new profile and further flags. */
export async function browse(...flags: string[]) {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [...args, "--disable-component-update", "--disable-sync", ...flags],
  });
  browser.on("context", (context) => context.setDefaultTimeout(PATIENCE_MS));
  return browser;
}

/** Every file under a folder, by its path from there. */
export function* filesUnder(folder: string, prefix = ""): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${prefix}`)) {
    if (isDirectory) yield* filesUnder(folder, `${prefix}${name}/`);
    else yield prefix + name;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
