/**
 * The WebGPU engine's kernels in a browser, whose reading of WGSL is stricter than Deno's: which operators need parentheses,
 * and where barriers may be. They are compiled in Chromium, on its software adapter, and not run.
 *
 * @module
 */
import assert from "node:assert/strict";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { dictionaryModel } from "../../lib/engine/webgpu/dictionary/dictionary_gpu_model.ts";
import type { GpuModel } from "../../lib/engine/webgpu/gpu_model.ts";
import { layeredModel } from "../../lib/engine/webgpu/layered/layered_gpu_model.ts";
import { PRODUCTS } from "../../lib/engine/webgpu/product_tiles.ts";
import { exists } from "../../lib/files.ts";
import { VARIANT_NAMES } from "../../lib/sae/sparsity/variants.ts";
import { configOf } from "../config_of.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const CHROMIUM = "/usr/bin/chromium";
const { ignore } = needs("permissions", "time");

/** Every product of matrices, with the invocations that it takes. */
const TUNINGS = (Object.keys(PRODUCTS) as (keyof typeof PRODUCTS)[]).map((product) => ({
  product,
  workgroup: product === "shared" ? 64 : 8,
}));

/** Models that have every kernel among them. */
function models(): GpuModel[] {
  const dictionaries = VARIANT_NAMES.filter((name) => name !== "kl").map((sparsity) =>
    stepDefinition(configOf({ sparsity, hidden: [], latent: 61 }), 37)
  );
  const sigmoid = stepDefinition(
    configOf({ sparsity: "topk", hidden: [], latent: 9, k: 2, output: "sigmoid", auxAlpha: 0 }),
    5,
  );
  const layered = [{ hidden: [13], latent: 5, center: "mean" }, { hidden: [], latent: 9, loss: "bce" }] as const;
  return [
    ...[...dictionaries, sigmoid].flatMap((definition) =>
      TUNINGS.map((product) => dictionaryModel(definition, { product, lanes: 32, selectLanes: 256 }))
    ),
    ...layered.flatMap((turned) => {
      const definition = stepDefinition(configOf({ ...turned, hidden: [...turned.hidden] }), 37);
      return [...TUNINGS.map((tuning) => ({ ...tuning, isFused: false })), {
        product: "tile4" as const,
        workgroup: 32,
        isFused: true,
      }].map((tuning) => layeredModel(definition, tuning));
    }),
  ];
}

/** Compiles code that is handed to it, in the page. */
const SCRIPT = `
  const post = (result) => fetch("result", { method: "POST", body: JSON.stringify(result) });
  const complaintsOf = async (device, { label, code }) => {
    const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
    return messages.filter(({ type }) => type === "error")
      .map(({ lineNum, message }) => label + ": " + message + " in " + code.split("\\n")[lineNum - 1]);
  };
  try {
    const adapter = await navigator.gpu?.requestAdapter();
    const device = await adapter?.requestDevice();
    const kernels = await (await fetch("kernels")).json();
    await post(device ? { complaints: (await Promise.all(kernels.map((k) => complaintsOf(device, k)))).flat() } : {});
  } catch (error) {
    await post({ complaints: [String(error)] });
  }
`;

Deno.test(
  { name: "every kernel of the WebGPU engine compiles in Chromium", ignore: ignore || !await exists(CHROMIUM) },
  async () => {
    const codes = new Map<string, string>();
    for (const model of models()) {
      for (const isFloat of [true, false]) {
        const kernels = Object.values({ ...model.kernels({ isFloat }) }).flat();
        for (const { label, code } of kernels) codes.set(code, label);
      }
    }
    const kernels = JSON.stringify(Array.from(codes, ([code, label]) => ({ label, code })));
    const { promise, resolve } = Promise.withResolvers<{ complaints?: string[] }>();
    await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
      if (request.method === "POST") resolve(await request.json());
      if (request.url.endsWith("kernels")) return new Response(kernels);
      const page = `<!doctype html><script type="module">${SCRIPT}</script>`;
      return new Response(page, { headers: { "content-type": "text/html" } });
    });
    await using profile = await temporaryFolder();
    await using browser = new Deno.Command(CHROMIUM, {
      args: [
        ...["--headless", "--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-sync"],
        ...["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", `--user-data-dir=${profile.path}`],
        `http://127.0.0.1:${server.addr.port}/`,
      ],
      stdout: "null",
      stderr: "null",
    }).spawn();
    const { complaints } = await Promise.race([promise, browser.status.then(() => ({ complaints: ["it has ended"] }))]);
    browser.kill();
    await browser.status;
    assert.ok(codes.size > 50, `there are ${codes.size} kernels`);
    assert.deepEqual(complaints, [], "undefined if the browser has no adapter");
  },
);
