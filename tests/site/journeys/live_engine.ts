/// <reference lib="dom" />
/**
 * What the live page's Worker loads to compute with: the kernels that this browser takes and no others, under its policy.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Journey, Site } from "./journey.ts";

/** The strictest policy that a server may send with every file of the page, Workers' included. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self' " +
  "'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'";
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** The live page as a server sends it that adds headers to every file, when a training could begin. */
async function opened(
  { browser, origin }: Pick<Site, "browser" | "origin">,
  headers: Record<string, string>,
): Promise<{ files: string[]; device: string; cores: number; complaints: string[] }> {
  const files: string[] = [], complaints: string[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async ({ url }) => {
    const { pathname } = new URL(url);
    files.push(pathname.split("/").at(-1)!.replace(/-[\w-]{8}(?=\.)/, "")); // without the digest
    const { body, status, headers: own } = await fetch(new URL(pathname, origin));
    return new Response(body, { status, headers: { "content-type": own.get("content-type") ?? "", ...headers } });
  });
  const page = await browser.newPage();
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(`http://127.0.0.1:${server.addr.port}${new URL(`${origin}/live/`).pathname}#engine=cpu`);
  await page.waitForFunction(() => globalThis.live?.state.sides[0].opened);
  const device = await page.evaluate(() => globalThis.live.state.sides[0].opened!.device);
  const cores = await page.evaluate(() => navigator.hardwareConcurrency);
  await page.close();
  return { files, device, cores, complaints };
}

/** See the module comment. */
export const JOURNEYS: Journey[] = [{
  name: "the live page loads one file of kernels and one of products, and trains under a strict policy",
  async go(site) {
    const { files, device, complaints } = await opened(site, { "content-security-policy": POLICY });
    assert.deepEqual(files.filter((file) => file.endsWith(".wasm")).sort(), ["narrow_relaxed.wasm", "relaxed.wasm"]);
    assert.match(device, /^CPU, WebAssembly relaxed SIMD at 128 bits, 1 thread$/);
    assert.deepEqual(files.filter((file) => /^(?:webgpu|kernel_worker|products_module|dictionary)/.test(file)), []);
    assert.deepEqual(complaints, []);
  },
}, {
  name: "the live page takes kernels for several threads where it is isolated from other origins",
  async go(site) {
    const { files, device, cores } = await opened(site, ISOLATED);
    assert.deepEqual(files.filter((file) => file.endsWith(".wasm")).sort(), [
      "narrow_shared_relaxed.wasm",
      "shared_relaxed.wasm",
    ]);
    assert.equal(
      files.includes("kernel_worker.js"),
      cores > 1,
      "a second thread is tried where there is a second core",
    );
    assert.match(device, /\d threads?$/);
  },
}];
