/**
 * What can be said of a built site without a browser: its links lead somewhere, its pages are light and in plain words.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../lib/config.ts";
import { readAddress } from "../../site/src/live/address.ts";
import { LIVE_WEIGHTS_FILE } from "../../site/src/live/loadable_run.ts";
import { PRESETS } from "../../site/src/live/presets.ts";
import { COPY, FORBIDDEN_IN_PROSE, forbiddenIn } from "../forbidden_words.ts";
import { filesUnder } from "./small_site.ts";

const KIB = 1024, LIVE_PAGE = "live/index.html";

/** Every href and src of every page, and every anchor. */
export async function assertLinks(dist: string, base: string): Promise<void> {
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
      if (target === LIVE_PAGE && url.hash.includes("=")) assertLiveAddress(url.hash, { file, files });
      else if (url.hash) {
        assert.ok(ids.get(target)?.has(url.hash.slice(1)), `${file} links to ${address}, which has no such place`);
      }
    }
  }
}

/** The live page reads what a link says, and has the preset and the run that the link names. */
function assertLiveAddress(hash: string, { file, files }: { file: string; files: Set<string> }): void {
  const { address: { preset, run }, unknown } = readAddress(hash);
  assert.deepEqual(unknown, [], `${file} links to ${hash}`);
  if (preset !== null) assert.ok(PRESETS.some(({ id }) => id === preset), `${file} links to preset ${preset}`);
  if (run !== null) assert.ok(files.has(`runs/${run}/${LIVE_WEIGHTS_FILE}`), `${file} links to the weights of ${run}`);
}

/** Learn links to a preset of each method that one shows, and to the KL penalty's. */
export async function assertPresetLinks(dist: string): Promise<void> {
  const shown = new Set(PRESETS.filter(({ isGood }) => isGood).map(({ knobs }) => resolveConfig(knobs).sparsity));
  for (const path of ["learn/", "learn/family/"]) {
    const html = await Deno.readTextFile(`${dist}/${path}index.html`);
    const linked = Array.from(html.matchAll(/live\/#preset=([\w-]+)"/g), ([, id]) => {
      return resolveConfig(PRESETS.find((preset) => preset.id === id)!.knobs).sparsity;
    });
    assert.deepEqual(new Set(linked), shown, `/${path}`);
  }
}

/** No page says a forbidden word, in its text or in the words of its pictures and links; a button may copy. */
export async function assertWords(dist: string): Promise<void> {
  for (const file of [...filesUnder(dist)].filter((file) => file.endsWith(".html"))) {
    const html = (await Deno.readTextFile(`${dist}/${file}`))
      .replace(/<(script|style|pre|code|math|button)\b.*?<\/\1>/gs, " ");
    const labels = Array.from(
      html.matchAll(/\s(?:alt|aria-label|title|placeholder|content)="([^"]*)"/g),
      ([, text]) => text,
    );
    const text = html.replace(/<[^>]*>/g, " ");
    assert.deepEqual(forbiddenIn(`${text}\n${labels.join("\n")}`, [...FORBIDDEN_IN_PROSE, COPY]), [], file);
  }
}

/** What a page's first view takes, compressed: the page, its styles, scripts and images. */
export async function assertWeights(dist: string, base: string): Promise<void> {
  const weigh = async (path: string) => {
    const html = await Deno.readTextFile(`${dist}/${path}index.html`);
    const sizes = await Promise.all([...loadedBy(html, `${base}${path}`)].map(async (url) => {
      const bytes = await Deno.readFile(`${dist}/${url.slice(base.length)}`);
      return { url, size: url.endsWith(".png") ? bytes.length : await gzipped(bytes) };
    }));
    const total = sizes.reduce((sum, { size }) => sum + size, await gzipped(new TextEncoder().encode(html)));
    const script = sizes.filter(({ url }) => url.endsWith(".js")).reduce((sum, { size }) => sum + size, 0);
    return { total, script, html: html.length };
  };
  for (const path of ["runs/digits-a/inputs/", "runs/many/inputs/"]) {
    const { html } = await weigh(path);
    assert.ok(html <= 150 * KIB, `/${path} has ${html} letters of HTML`);
  }
  const home = await weigh("");
  assert.ok(home.total <= 60 * KIB, `Home weighs ${home.total} bytes`);
  for (
    const path of [
      "runs/digits-a/",
      "runs/many/",
      "runs/digits-a/inputs/",
      "runs/many/inputs/",
      "learn/family/",
      "sweeps/few/",
      "stability/seeds/seeds-1/",
    ]
  ) {
    const { total } = await weigh(path);
    assert.ok(total <= 300 * KIB, `/${path} weighs ${total} bytes`);
  }
  const heads = [
    "",
    "explore/",
    "runs/digits-a/",
    "runs/many/inputs/",
    "compare/",
    "learn/",
    "learn/family/",
    "sweeps/few/",
    "stability/seeds/seeds-1/",
  ];
  for (const path of heads) {
    const { script } = await weigh(path);
    assert.ok(script <= 7 * KIB, `/${path} starts ${script} bytes of script`);
  }
}

/** Paths of the style sheets, scripts and pictures that a page loads by itself, links to follow left out. */
function loadedBy(html: string, page: string): Set<string> {
  const elements = html.matchAll(/<(?:link|script|img|image)\b[^>]*?\s(?:href|src)="([^"]*\.(?:css|js|png|svg))"/g);
  const backgrounds = html.matchAll(/url\((?:&quot;|&#39;|["'])?([^"')&]*\.(?:png|svg))/g);
  return new Set(Array.from([...elements, ...backgrounds], ([, url]) => new URL(url, `http://site${page}`).pathname));
}

async function gzipped(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).bytes()).length;
}
