/**
 * The check of exported folders in numpy, on folders of every variant, scaling and format; left out without python3-numpy.
 *
 * @module
 */
import assert from "node:assert/strict";
import { applyScaling, type Scaling, UNSCALED } from "../../lib/data/scaling.ts";
import { toField } from "../../lib/exchange/field_dictionary.ts";
import { withFoldedScaling } from "../../lib/exchange/fold_scaling.ts";
import { plainFiles } from "../../lib/exchange/write_plain.ts";
import { saelensFiles } from "../../lib/exchange/write_saelens.ts";
import { writeWhole } from "../../lib/files.ts";
import { npyHeader } from "../../lib/formats/npy.ts";
import { Inference } from "../../lib/sae/inference.ts";
import { VARIANT_NAMES } from "../../lib/sae/sparsity/variants.ts";
import { makeVariantCase } from "../engine/variant_cases.ts";
import { rows } from "../exchange/foreign_models.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const D = 8, F = 24, CHECK = new URL("../../bench/check_exported.py", import.meta.url).pathname;

/** Whether numpy is there; says so if it is not. */
async function hasNumpy(): Promise<boolean> {
  const there = await new Deno.Command("python3", { args: ["-c", "import numpy"], stderr: "null" }).output()
    .then(({ success }) => success, () => false);
  if (!there) console.log("left out: python3-numpy is not installed");
  return there;
}

const npy = (
  values: Float32Array<ArrayBuffer>,
  shape: number[],
) => [npyHeader({ type: "f32", shape }), new Uint8Array(values.buffer)];

Deno.test(
  "check_exported.py and the page of each folder compute the program's own latents from exported numbers",
  needs("permissions"),
  async () => {
    if (!await hasNumpy()) return;
    await using place = await temporaryFolder();
    const x = Float32Array.from(rows(50, D, { mean: 0.5 }).flat());
    await writeWhole(`${place.path}/x.npy`, npy(x, [50, D]));
    const offset = Float32Array.from({ length: D }, (_, i) => i / 4), factor = offset.map((value) => 0.5 + value);
    const scalings: Scaling[] = [
      { ...UNSCALED, scale: "standard", subtract: "mean", offset, factor },
      { ...UNSCALED, scale: "row-norm" },
      { ...UNSCALED, scale: "layer-norm" },
    ];
    const scripts: string[] = [];
    for (const [i, sparsity] of VARIANT_NAMES.filter((name) => name !== "kl").entries()) {
      const { definition: { arch, objective }, state: { params, buffers } } = makeVariantCase(D, {
        ...{ sparsity, latent: F, k: 5, output: "linear", preBias: "decoder", decoderNorm: "free" },
      });
      buffers.threshold?.fill(0.1);
      const scaling = scalings[i % scalings.length], scaled = x.slice();
      applyScaling(scaled, { scaling, dInput: D });
      const codes = new Inference({ arch, objective, params, buffers }).encode(scaled);
      await writeWhole(`${place.path}/${sparsity}.npy`, npy(codes, [50, F]));
      const folded = () => withFoldedScaling(toField({ arch, objective, params, buffers }), scaling);
      const facts = { densities: null, metadata: {} };
      const formats = {
        saelens: saelensFiles(folded(), facts),
        safetensors: await plainFiles(folded(), { ...facts, format: "safetensors" }),
        npz: await plainFiles(folded(), { ...facts, format: "npz" }),
      };
      for (const [format, files] of Object.entries(formats)) {
        const folder = `${place.path}/${sparsity}-${format}`;
        for (const { path, chunks } of files) await writeWhole(`${folder}/${path}`, chunks);
        const own = `"${folder}", "${place.path}/x.npy", "${place.path}/${sparsity}.npy"`;
        scripts.push(`check(${own})`, ...(format === "npz" ? [`read_page(${own})`] : []));
      }
    }
    // one Python for all: it takes a fifth of a second to start
    const script = [
      "import os, re, sys",
      "import numpy as np",
      `source = compile(open("${CHECK}").read().replace("TOLERANCE = 2e-6", "TOLERANCE = 1e-6"), "check", "exec")`,
      "def check(*paths):",
      "    sys.argv = ['', *paths]",
      "    try: exec(source, {})",
      "    except SystemExit as end: assert end.code == 0, end.code",
      "def read_page(folder, x, codes):",
      "    os.chdir(folder)",
      "    names = {'x': np.load(x).astype(np.float64)}",
      "    exec(re.search('```python\\n(.*?)```', open('README.md').read(), re.S)[1], names)",
      "    own = np.load(codes)",
      "    assert np.abs(names['f'] - own).max() < 1e-6 * own.max(), folder",
      "    assert names['reconstruction'].shape == names['x'].shape",
      "    print('the page is right')",
      ...scripts,
    ].join("\n");
    const { code, stdout, stderr } = await new Deno.Command("python3", { args: ["-c", script] }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const printed = new TextDecoder().decode(stdout), variants = VARIANT_NAMES.length - 1;
    assert.equal(printed.match(/latents of 50 rows differ by at most/g)?.length, 3 * variants);
    assert.equal(printed.match(/the page is right/g)?.length, variants);
  },
);
