/// <reference lib="dom" />
/**
 * Every kind of page as its readers meet it: on a phone and a desk, light and dark, with and without JavaScript.
 *
 * @module
 */
import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import {
  browse,
  build,
  filesUnder,
  HOSTILE,
  needsBrowser,
  serve,
  trainFamily,
  trainSmallRuns,
  writeBench,
} from "./small_site.ts";

/** One of each kind, and what must be seen on it: so many figures, pictures and rows. */
const PAGES = [
  { path: "/", figures: 1 },
  { path: "/theory/", figures: 5 },
  { path: "/runs/", figures: 0 },
  { path: "/family/", figures: 12 },
  { path: "/runs/digits-a/", figures: 11 },
  { path: "/runs/no-labels/", figures: 9 },
  { path: "/runs/many/", figures: 10 },
  { path: "/runs/few-l1/", figures: 11 },
  { path: "/runs/vectors-topk/", figures: 7 },
  { path: "/sweeps/", figures: 0 },
  { path: "/sweeps/few/", figures: 3 },
  { path: "/runs/digits-a/features/", figures: 0 },
  { path: "/runs/digits-a/features/2/", figures: 5 },
  { path: "/runs/many/features/", figures: 0 },
  { path: "/runs/few-l1/features/", figures: 0 },
  { path: "/runs/vectors-topk/features/1/", figures: 4 },
  { path: "/runs/no-labels/features/1/", figures: 4 },
  { path: "/features/", figures: 0 },
  { path: "/compare/", figures: 2 },
  { path: "/speed/", figures: 1 },
  { path: "/glossary/", figures: 0 },
  { path: "/404.html", figures: 0 },
];
const KIB = 1024;

const ignore = !needsBrowser();

Deno.test({ name: "the site of small runs", ignore }, async (t) => {
  const folder = await Deno.makeTempDir();
  const reports = `${folder}/reports`, dist = `${folder}/dist`;
  await trainFamily(reports);
  await trainSmallRuns(reports);
  await writeBench(reports);
  const { success, output } = await build({ reports, out: dist });
  assert.ok(success, output);
  await using server = serve(dist);
  const browser = await browse();
  try {
    for (const page of PAGES) {
      await t.step(
        `${page.path} is accessible, quiet and fits, light and dark`,
        () => inBothSchemes(browser, server, page),
      );
      await t.step(`${page.path} is whole without JavaScript`, () => withoutScript(browser, server, page));
    }
    await t.step(
      "a reader finds the newest run, sorts and opens features, and compares two runs",
      () => read(browser, server),
    );
    await t.step(
      "keyboard reaches links, charts, tables and controls, and a chart comes alive",
      () => byKeyboard(browser, server),
    );
    await t.step("a run without KL speaks of its own variant", () => ownVariant(browser, server));
    await t.step("tiles belong to rows, not to latents", () => tilesOfRows(browser, server));
    await t.step("a run of a sweep has an atlas without pages of latents", () => swept(browser, server, dist));
    await t.step("hostile strings show as text", () => hostile(browser, server));
    await t.step("a chart keeps its place when it comes alive", () => noShift(browser, server));
  } finally {
    await browser.close();
  }
  await t.step("every internal link leads somewhere", () => assertLinks(dist, "/"));
  await t.step("every internal link leads somewhere under a base path", async () => {
    const based = await build({ reports, out: `${folder}/based`, base: "/some/path/" });
    assert.ok(based.success, based.output);
    await assertLinks(`${folder}/based`, "/some/path/");
  });
  await t.step("pages are light", () => assertWeights(dist));
  await Deno.remove(folder, { recursive: true });
});

interface Server {
  origin: string;
}
type Kind = (typeof PAGES)[number];

async function inBothSchemes(browser: Browser, { origin }: Server, { path, figures }: Kind): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 390, height: 800 } });
    const page = await context.newPage();
    const requests: string[] = [], errors: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(origin + path);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await page.waitForLoadState("networkidle");
    assert.equal(await page.locator("figure").count(), figures);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, "wider than a phone");
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
    const found = violations.map(({ id, nodes }) =>
      `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`
    );
    assert.deepEqual(found, [], colorScheme);
    assert.deepEqual(errors, []);
    assert.deepEqual(requests.filter((url) => !url.startsWith(origin) && !url.startsWith("data:")), []);
    await context.close();
  }
}

async function withoutScript(browser: Browser, { origin }: Server, { path, figures }: Kind): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(origin + path);
  assert.ok((await page.locator("h1").innerText()).length > 0);
  assert.equal(await page.locator("figure").count(), figures);
  assert.equal(await page.locator("vega-chart svg").count(), await page.locator("vega-chart").count());
  assert.equal(await page.locator(".controls:visible, [data-compare]:visible").count(), 0, "controls that do nothing");
  await context.close();
}

async function read(browser: Browser, { origin }: Server): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${origin}/`);
  await page.click("main p a[href*='/runs/']");
  assert.equal(await page.locator("h1").innerText(), "no-labels", "the newest run");
  await page.click("text=Runs >> nth=0");
  await page.click("button:has-text('Test MSE')");
  const mses = (await page.locator("tbody tr td:nth-child(7)").allInnerTexts()).map(Number);
  assert.deepEqual(mses, mses.toSorted((a, b) => a - b));
  await page.click("a:has-text('digits-a')");
  await page.click("a:has-text('atlas')");
  await page.selectOption("select", "-density");
  const densities = await page.locator("[data-atlas] li").evaluateAll((items) =>
    items.map((item) => Number((item as HTMLElement).dataset.density))
  );
  assert.deepEqual(densities, densities.toSorted((a, b) => b - a));
  const order = await page.locator("[data-atlas] a").allInnerTexts();
  await page.reload();
  assert.deepEqual(await page.locator("[data-atlas] a").allInnerTexts(), order, "the address keeps the order");
  await page.click("[data-atlas] a >> nth=0");
  assert.match(await page.locator("h1").innerText(), /^Latent \d+$/);
  await page.click("nav >> text=Compare");
  await page.uncheck("input[value='no-labels']");
  await page.reload();
  assert.deepEqual(
    await page.locator("input:checked").evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).value)),
    [
      "digits-b",
      "digits-a",
      "vectors-kl",
      "vectors-topk",
      "many",
    ],
  );
  assert.equal(await page.locator("th[data-run='no-labels']:visible").count(), 0);
  assert.ok(await page.locator("tr:has-text('lr') td:visible").count() >= 2, "a setting that differs");
  await page.waitForFunction(() => document.querySelector("#curves .view > div svg"));
  await page.close();
}

async function byKeyboard(browser: Browser, { origin }: Server): Promise<void> {
  const page = await browser.newPage();
  for (
    const path of ["/runs/digits-a/", "/runs/", "/runs/digits-a/features/", "/compare/", "/family/", "/sweeps/few/"]
  ) {
    await page.goto(origin + path);
    const stops = await page.locator("a[href], button, summary, select, input, [tabindex='0']").evaluateAll((all) =>
      all.filter((element) => element.checkVisibility()).map((element, i) => {
        element.setAttribute("data-stop", String(i));
        return String(i);
      })
    );
    const unreached = new Set(stops);
    for (let presses = 0; presses < 250 && unreached.size > 0; presses++) {
      await page.keyboard.press("Tab");
      unreached.delete(await page.evaluate(() => document.activeElement?.getAttribute("data-stop") ?? ""));
    }
    assert.deepEqual([...unreached], [], path);
    if (path === "/compare/") await page.waitForFunction(() => document.querySelector("vega-chart .view > div svg"));
  }
  await page.close();
}

async function ownVariant(browser: Browser, { origin }: Server): Promise<void> {
  const page = await browser.newPage();
  for (const [run, title] of [["many", "TopK"], ["few-l1", "L1"], ["vectors-topk", "TopK"]]) {
    await page.goto(`${origin}/runs/${run}/`);
    await page.locator("summary").evaluateAll((all) =>
      all.forEach((summary) => (summary as HTMLElement).closest("details")!.open = true)
    );
    const text = await page.locator("main").innerText();
    assert.match(text, new RegExp(`How it is made sparse: ${title}`));
    // The knobs `latentBias` and `decoderScale` name ρ in their values, which a dictionary does not take.
    assert.doesNotMatch(text, /ρ|\bKL\b|β|\bnats\b|\brho\b/, run);
  }
  await page.goto(`${origin}/runs/`);
  const prices = await page.locator("tbody tr:has-text('TopK') td:nth-child(9)").allInnerTexts();
  assert.deepEqual(prices, ["", ""], "no KL figure where there is none");
  await page.close();
}

async function tilesOfRows(browser: Browser, { origin }: Server): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${origin}/runs/many/features/`);
  const items = page.locator("[data-atlas] li");
  assert.equal(await items.count(), 64, "the most active of 70");
  const last = items.nth(63);
  const latent = Number(await last.getAttribute("data-latent"));
  assert.ok(latent > 63);
  assert.equal(await last.locator("svg").getAttribute("viewBox"), "196 196 28 28", "the last tile of 8 × 8");
  await last.locator("a").click();
  assert.equal(await page.locator("h1").innerText(), `Latent ${latent}`);
  assert.equal(await page.locator(".drawn svg").first().getAttribute("viewBox"), "196 196 28 28");
  await page.close();
}

async function swept(browser: Browser, { origin }: Server, dist: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${origin}/sweeps/`);
  await page.click("main a:has-text('few')");
  assert.match(await page.locator("tr:has-text('few-topk')").innerText(), /not finished/);
  await page.click("main a:has-text('few-l1')");
  await page.click("a:has-text('atlas')");
  assert.equal(await page.locator("[data-atlas] li").count(), 64);
  assert.equal(await page.locator("[data-atlas] a").count(), 0);
  assert.deepEqual([...filesUnder(`${dist}/runs/few-l1/features`)].sort(), ["index.html"]);
  await page.close();
}

async function hostile(browser: Browser, { origin }: Server): Promise<void> {
  const page = await browser.newPage();
  page.on("dialog", () => assert.fail("a string of a report was executed"));
  for (const path of ["/", "/runs/", "/runs/no-labels/", "/compare/"]) {
    await page.goto(origin + path);
    assert.ok((await page.locator("main").innerText()).includes(HOSTILE), path);
  }
  await page.close();
}

async function noShift(browser: Browser, { origin }: Server): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  for (const path of ["/runs/digits-a/", "/runs/few-l1/", "/compare/", "/theory/", "/family/", "/sweeps/few/"]) {
    await page.goto(origin + path);
    const charts = page.locator("vega-chart");
    for (let i = 0; i < await charts.count(); i++) {
      const before = await charts.nth(i).boundingBox();
      await charts.nth(i).hover();
      await page.waitForFunction((i) => document.querySelectorAll("vega-chart")[i].querySelector(".view > div svg"), i);
      const after = await charts.nth(i).boundingBox();
      assert.ok(
        Math.abs(after!.height - before!.height) < 1,
        `${path} chart ${i}: ${before!.height} → ${after!.height}`,
      );
    }
  }
  await page.close();
}

/** Every href and src of every page, and every anchor. */
async function assertLinks(dist: string, base: string): Promise<void> {
  const files = new Set(filesUnder(dist));
  const ids = new Map<string, Set<string>>();
  const pages = [...files].filter((file) => file.endsWith(".html"));
  const texts = new Map(
    await Promise.all(pages.map(async (file) => [file, await Deno.readTextFile(`${dist}/${file}`)] as const)),
  );
  for (const [file, text] of texts) {
    ids.set(
      file,
      new Set(Array.from(text.matchAll(/\sid="([^"]*)"/g), ([, id]) => id)),
    );
  }
  for (const [file, text] of texts) {
    for (const [, address] of text.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      const url = new URL(address.replaceAll("&amp;", "&"), `http://site${base}${file.replace(/index\.html$/, "")}`);
      if (url.host !== "site") continue;
      assert.ok(url.pathname.startsWith(base), `${file} links to ${address}, outside ${base}`);
      const target = decodeURIComponent(url.pathname.slice(base.length)).replace(/(^|\/)$/, "$1index.html");
      assert.ok(files.has(target), `${file} links to ${address}, which is not there`);
      if (url.hash) {
        assert.ok(ids.get(target)?.has(url.hash.slice(1)), `${file} links to ${address}, which has no such place`);
      }
    }
  }
}

/** What a page's first view takes, compressed: the page, its styles, scripts and images. */
async function assertWeights(dist: string): Promise<void> {
  const weigh = async (path: string) => {
    const html = await Deno.readTextFile(`${dist}/${path}index.html`);
    const addresses = new Set(
      Array.from(html.matchAll(/(?:href|src)="(\/[^"]*\.(?:css|js|png|svg))"/g), ([, url]) => url),
    );
    const sizes = await Promise.all([...addresses].map(async (url) => {
      const bytes = await Deno.readFile(dist + url);
      return { url, size: url.endsWith(".png") ? bytes.length : await gzipped(bytes) };
    }));
    const total = sizes.reduce((sum, { size }) => sum + size, await gzipped(new TextEncoder().encode(html)));
    const script = sizes.filter(({ url }) => url.endsWith(".js")).reduce((sum, { size }) => sum + size, 0);
    return { total, script };
  };
  const home = await weigh("");
  assert.ok(home.total <= 60 * KIB, `Home weighs ${home.total} bytes`);
  for (const path of ["runs/digits-a/", "runs/many/", "family/", "sweeps/few/"]) {
    const { total } = await weigh(path);
    assert.ok(total <= 250 * KIB, `/${path} weighs ${total} bytes`);
  }
  const heads = [
    "",
    "runs/",
    "runs/digits-a/",
    "runs/digits-a/features/",
    "compare/",
    "theory/",
    "family/",
    "sweeps/few/",
  ];
  for (const path of heads) {
    const { script } = await weigh(path);
    assert.ok(script <= 3 * KIB, `/${path} starts ${script} bytes of script`);
  }
}

async function gzipped(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).bytes()).length;
}
