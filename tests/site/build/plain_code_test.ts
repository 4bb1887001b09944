/**
 * What a Worker of the site loads without texts: the same values, and the same kernels.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CONFIG_KNOBS } from "../../../lib/config_knobs.ts";
import { CPU_STRUCTS, WGSL_STRUCTS } from "../../../lib/engine/structs.ts";
import { VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import { withoutTexts } from "../../../site/build/plain_code.ts";
import { temporaryFolder } from "../../temporary_folder.ts";

const LIB = new URL("../../../lib/", import.meta.url);

for (const  of of["page", "worker"] as const) {
  Deno.test(`withoutTexts() leaves a ${of} every value of knobs, variants and structs but the texts`, async () => {
    await using folder = await temporaryFolder();
    const saved = await copyWithoutTexts(LIB, `${folder.path}/lib`, of);
    assert.ok(saved > 12_000, `texts of ${saved} letters`);
    const load = (path: string) => import(new URL(`file://${folder.path}/lib/${path}`).href);
    const { CONFIG_KNOBS: knobs } = await load("config_knobs.ts");
    const { VARIANTS: variants } = await load("sae/sparsity/variants.ts");
    const structs = await load("engine/structs.ts");
    const left = ["help", "source", "equation", "doc", ...(of === "worker" ? ["lesson"] : [])];
    const blank = (name: string, value: unknown) => left.includes(name) && typeof value === "string" ? "" : value;
    assert.equal(
      JSON.stringify({ knobs, variants, structs: [structs.CPU_STRUCTS, structs.WGSL_STRUCTS] }),
      JSON.stringify({ knobs: CONFIG_KNOBS, variants: VARIANTS, structs: [CPU_STRUCTS, WGSL_STRUCTS] }, blank),
    );
  });
}

Deno.test("withoutTexts() takes comments out of a kernel, and nothing else", () => {
  const code = "// Doubles.\n/// Twice.\noverride N: u32; // how many\n  // a line\nfn main() {\n  let a = 6 / 2;\n}\n";
  assert.equal(
    withoutTexts(code, { path: "/lib/engine/webgpu/kernels/double.wgsl", of: "page" }),
    "override N: u32;\nfn main() {\n  let a = 6 / 2;\n}\n",
  );
  assert.equal(withoutTexts('const a = { help: "b" };', { path: "/lib/engine/engine.ts", of: "worker" }), undefined);
});

/** Copies TypeScript; returns how many letters were left out. */
async function copyWithoutTexts(from: URL, to: string, of: "page" | "worker"): Promise<number> {
  await Deno.mkdir(to);
  let saved = 0;
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) saved += await copyWithoutTexts(new URL(`${name}/`, from), `${to}/${name}`, of);
    if (!name.endsWith(".ts")) continue;
    const url = new URL(name, from),
      code = await Deno.readTextFile(url),
      plain = withoutTexts(code, { path: url.pathname, of });
    saved += plain === undefined ? 0 : code.length - plain.length;
    await Deno.writeTextFile(`${to}/${name}`, plain ?? code);
  }
  return saved;
}
