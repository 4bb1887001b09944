/// <reference lib="dom" />
/**
 * The site as a folder without a server, as a class gets it: every page opens in a browser from `file://`, and every link on it
 * leads somewhere.
 *
 * @module
 */
import assert from "node:assert/strict";
import { unzipSync } from "fflate";
import type { Browser } from "playwright-core";
import { trainSmallRuns } from "../small_reports.ts";
import { browse, build, filesUnder, needsBrowser } from "../small_site.ts";

Deno.test({ name: "the site opens from a folder without a server", ignore: !needsBrowser() }, async (t) => {
  const folder = await Deno.makeTempDir();
  const out = `${folder}/a class`;
  await trainSmallRuns(`${folder}/reports`);
  const { success, output } = await build({ reports: `${folder}/reports`, out, switches: ["--single-folder"] });
  assert.ok(success, output);
  const files = new Set(filesUnder(out));

  await t.step("every page is reached from the first one, whole, and without a request to anywhere", async () => {
    const browser = await browse();
    try {
      const reached = await follow(browser, out, files);
      const pages = [...files].filter((file) => file.endsWith(".html"));
      const alone = ["404.html", "explore/sweeps/index.html"]; // the latter has a link when there is a sweep
      const isReached = (page: string) => reached.has(page) || alone.includes(page) || leadsOn(`${out}/${page}`);
      assert.deepEqual(pages.filter((page) => !isReached(page)), [], "pages that no link leads to");
    } finally {
      await browser.close();
    }
  });

  await t.step("no page has a script, and the run's files are there to take away", () => {
    assert.deepEqual(
      [...files].filter((file) => /\.(?:js|wasm|bin)$|live\.safetensors$|live\/runs\.json$/.test(file)),
      [],
    );
    for (const file of ["digits-a.zip", "model.safetensors", "run.json"]) {
      assert.ok(files.has(`runs/digits-a/${file}`), file);
    }
  });

  await t.step("the archive beside the folder has the same files, in a folder of its name", async () => {
    const archive = unzipSync(await Deno.readFile(`${out}.zip`));
    assert.deepEqual(Object.keys(archive).sort(), Array.from(files, (file) => `a class/${file}`).sort());
    for (const file of ["index.html", "runs/digits-a/model.safetensors"]) {
      assert.deepEqual(archive[`a class/${file}`], await Deno.readFile(`${out}/${file}`), file);
    }
  });
  await Deno.remove(folder, { recursive: true });
});

/** Opens every page that links lead to, from the first one on; the pages' paths. */
async function follow(browser: Browser, out: string, files: ReadonlySet<string>): Promise<Set<string>> {
  const page = await browser.newPage();
  const root = new URL(`file://${encodeURI(out)}/`).href, wrong: string[] = [];
  page.on("console", (message) => message.type() === "error" && wrong.push(`${page.url()}: ${message.text()}`));
  page.on("request", (request) => {
    if (!/^(?:file|data):/.test(request.url())) wrong.push(`${page.url()} asks for ${request.url()}`);
  });
  page.on("requestfailed", (request) => {
    const reason = request.failure()!.errorText; // what a page still asked for when the next one was opened is no fault
    if (reason !== "net::ERR_ABORTED") wrong.push(`${page.url()} lacks ${request.url()}: ${reason}`);
  });
  const ids = new Map<string, string[]>(), places: { from: string; to: string; id: string }[] = [];
  const waiting = ["index.html"], reached = new Set(waiting);
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    await page.goto(root + encodeURI(path));
    const { links, names } = await page.evaluate(() => ({
      links: Array.from(document.querySelectorAll<HTMLAnchorElement>("a[href]"), ({ href }) => href),
      names: Array.from(document.querySelectorAll("[id]"), ({ id }) => id),
    }));
    ids.set(path, names);
    for (const link of new Set(links)) {
      const url = new URL(link);
      if (url.protocol !== "file:") continue; // another site's
      const to = decodeURI(url.origin === "null" ? url.href.replace(/[?#].*/, "").slice(root.length) : "");
      if (!link.startsWith(root) || !files.has(to)) wrong.push(`${path} links to ${link}, which is not there`);
      else if (to.endsWith(".html")) {
        const isState = url.hash.includes("="); // what the live page would show, not a place on it
        if (url.hash && !isState) places.push({ from: path, to, id: decodeURIComponent(url.hash.slice(1)) });
        if (!reached.has(to)) waiting.push(to);
        reached.add(to);
      }
    }
  }
  for (const { from, to, id } of places) {
    if (!ids.get(to)!.includes(id)) wrong.push(`${from} links to ${to}#${id}, which has no such place`);
  }
  assert.deepEqual(wrong, []);
  return reached;
}

/** Whether a page is one of the earlier site's addresses, which no link has. */
function leadsOn(path: string): boolean {
  return Deno.readTextFileSync(path).includes('http-equiv="refresh"');
}
