/**
 * Dictionaries for other programs: SAELens' equations in float64, on rows as they are in the data, give the latents and the
 * reconstructions of this program on scaled rows, for every variant and scaling that has an architecture there.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Config, resolveConfig } from "../../lib/config.ts";
import { applyScaling, SCALES, type Scaling, UNSCALED } from "../../lib/data/scaling.ts";
import { toField, whyNotInField } from "../../lib/exchange/field_dictionary.ts";
import { whyNotFolded, withFoldedScaling } from "../../lib/exchange/fold_scaling.ts";
import { readDictionary } from "../../lib/exchange/read_dictionary.ts";
import { plainFiles } from "../../lib/exchange/write_plain.ts";
import { type DictionaryFacts, type ExchangeFile, saelensFiles } from "../../lib/exchange/write_saelens.ts";
import { joinedBytes } from "../../lib/formats/joined_bytes.ts";
import { decodeSafetensors } from "../../lib/formats/safetensors.ts";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { Inference } from "../../lib/sae/inference.ts";
import { VARIANT_NAMES, type VariantName } from "../../lib/sae/sparsity/variants.ts";
import { assertClose } from "../engine/assert_close.ts";
import { makeVariantCase } from "../engine/variant_cases.ts";
import { needs } from "../needs.ts";
import { folderOf, type ForeignTensor } from "./foreign_files.ts";
import { type Rows, rows, saelens } from "./foreign_models.ts";

const D = 9, F = 20, FACTS: DictionaryFacts = { densities: null, metadata: { dataset_path: "a data set" } };
const EXPECTED: Partial<Record<VariantName, string>> = {
  l1: "standard",
  topk: "topk",
  batchtopk: "jumprelu",
  jumprelu: "jumprelu",
  gated: "gated",
  matryoshka: "jumprelu",
  hierarchicaltopk: "topk",
};

/** A dictionary as after a training, with thresholds on both sides of 0. */
function trained(sparsity: VariantName, preBias: Config["preBias"]) {
  const at = makeVariantCase(D, {
    sparsity,
    latent: F,
    k: 4,
    output: "linear",
    preBias,
    decoderNorm: "free",
    thetaInit: 0.05,
  });
  at.state.buffers.threshold?.fill(0.2);
  const { definition: { arch, objective }, state: { params, buffers } } = at;
  return { arch, objective, params, buffers };
}

/** A scaling of each kind that can be folded or stated. */
function scalings(): Scaling[] {
  const offset = Float32Array.from({ length: D }, (_, i) => 0.3 * i - 1),
    one = Float32Array.from({ length: D }, (_, i) => 0.5 + 0.2 * i);
  return [
    UNSCALED,
    { ...UNSCALED, scale: "unit", offset: new Float32Array(D).fill(-2), factor: 0.25 },
    { ...UNSCALED, scale: "mean-norm", factor: 0.7, sampledRows: 9 },
    { ...UNSCALED, scale: "mean-norm", subtract: "median", offset, factor: 0.7, sampledRows: 9 },
    { ...UNSCALED, scale: "standard", factor: one, sampledRows: 9 },
    { ...UNSCALED, scale: "standard", subtract: "mean", offset, factor: one, sampledRows: 9 },
    { ...UNSCALED, subtract: "mean", offset },
    { ...UNSCALED, scale: "row-norm" },
    { ...UNSCALED, scale: "layer-norm" },
  ];
}

/** A scaled row as it was before, by the raw row that it is of. */
function unscaled(values: number[], { scale, offset, factor }: Scaling, raw: number[]): number[] {
  const mean = raw.reduce((a, b) => a + b) / D;
  const std = Math.sqrt(raw.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (D - 1));
  if (scale === "row-norm") return values.map((value) => value * Math.hypot(...raw) / Math.sqrt(D));
  if (scale === "layer-norm") return values.map((value) => value * std + mean);
  return values.map((value, i) => value / (typeof factor === "number" ? factor : factor[i]) + (offset?.[i] ?? 0));
}

const bytesOf = (files: ExchangeFile[], path: string) => joinedBytes(files.find((file) => file.path === path)!.chunks);
const jsonOf = (files: ExchangeFile[], path: string) => JSON.parse(new TextDecoder().decode(bytesOf(files, path)));

function tensorsOf(bytes: Uint8Array): Record<string, ForeignTensor> {
  return Object.fromEntries(
    Object.entries(decodeSafetensors(bytes).tensors).map((
      [name, { shape, values }],
    ) => [name, { shape, values: [...values] }]),
  );
}

const X: Rows = rows(60, D, { mean: 0.4, spread: 1.2 });

for (const [sparsity, architecture] of Object.entries(EXPECTED) as [VariantName, string][]) {
  for (const preBias of ["decoder", "none"] as const) {
    Deno.test(`saelensFiles() of ${sparsity} with pre-bias ${preBias} compute the same from rows of the data`, () => {
      const model = trained(sparsity, preBias);
      for (const scaling of scalings()) {
        const what = `${sparsity} ${preBias} ${scaling.scale} ${scaling.subtract}`;
        assert.deepEqual([whyNotInField(model), whyNotFolded(scaling)], [null, null]);
        const files = saelensFiles(withFoldedScaling(toField(model), scaling), FACTS);
        assert.deepEqual(files.map(({ path }) => path), ["sae_weights.safetensors", "cfg.json"]);
        const config = jsonOf(files, "cfg.json"), tensors = tensorsOf(bytesOf(files, "sae_weights.safetensors"));
        assert.deepEqual([config.architecture, config.apply_b_dec_to_input], [architecture, preBias === "decoder"]);
        const theirs = saelens(X, { tensors, config });

        const scaled = Float32Array.from(X.flat());
        applyScaling(scaled, { scaling, dInput: D });
        const inference = new Inference(model), acts = inference.encode(scaled), recon = inference.decode(acts);
        assertClose(theirs.latents.flat(), acts, 1e-6, `${what}: latents`);
        const own = X.flatMap((raw, row) => unscaled([...recon.subarray(row * D, (row + 1) * D)], scaling, raw));
        assertClose(theirs.recon.flat(), own, 1e-6, `${what}: reconstructions`);
        const active = acts.filter((value) => value > 0).length;
        assert.ok(active > 60 && active < 60 * F, `${what}: ${active} active`);
      }
    });
  }
}

Deno.test("saelensFiles() has the tensors and the settings that SAELens loads strictly, no more and no less", () => {
  const vectors = {
    standard: ["b_enc"],
    topk: ["b_enc"],
    jumprelu: ["b_enc", "threshold"],
    gated: ["b_gate", "b_mag", "r_mag"],
  };
  for (const [sparsity, architecture] of Object.entries(EXPECTED) as [VariantName, keyof typeof vectors][]) {
    const densities = [0, 1, 0.01, ...Array(F - 3).fill(0.5)];
    const folded = withFoldedScaling(toField(trained(sparsity, "decoder")), UNSCALED);
    const files = saelensFiles(folded, { ...FACTS, densities });
    assert.deepEqual(files.map(({ path }) => path), ["sae_weights.safetensors", "sparsity.safetensors", "cfg.json"]);
    const shapes = Object.entries(tensorsOf(bytesOf(files, files[0].path))).map(([name, { shape }]) => [name, shape]);
    assert.deepEqual(Object.fromEntries(shapes), {
      W_enc: [D, F],
      W_dec: [F, D],
      b_dec: [D],
      ...Object.fromEntries(vectors[architecture].map((name) => [name, [F]])),
    });
    const { sparsity: logs } = tensorsOf(bytesOf(files, files[1].path));
    assertClose(logs.values.slice(0, 4), [-10, 0, -2, Math.log10(0.5)], 1e-6, "log10 of the densities");
    assert.deepEqual(jsonOf(files, "cfg.json"), {
      ...{ architecture, d_in: D, d_sae: F, dtype: "float32", device: "cpu", apply_b_dec_to_input: true },
      ...{ normalize_activations: "none", reshape_activations: "none" },
      ...(architecture === "topk" ? { k: 4, rescale_acts_by_decoder_norm: false } : {}),
      metadata: {
        ...{ sae_lens_version: "6.49.2", sae_lens_training_version: null, model_name: null, hook_name: null },
        ...{ dataset_path: "a data set", input: "The data were not scaled." },
      },
    });
  }
});

Deno.test("a threshold below 0 counts as 0, and a batch threshold that no step has set does too", () => {
  const model = trained("jumprelu", "decoder");
  model.params["latents.theta"].set([-3, 0.5]);
  assert.deepEqual([...toField(model).tensors.threshold.subarray(0, 2)], [0, 0.5]);
  const unset = trained("batchtopk", "decoder");
  unset.buffers.threshold.fill(-1);
  assert.ok(toField(unset).tensors.threshold.every((value) => value === 0));
});

Deno.test("what is written for SAELens is read again as the same function", async () => {
  for (const sparsity of Object.keys(EXPECTED) as VariantName[]) {
    const model = trained(sparsity, "decoder"), field = toField(model);
    const files = saelensFiles(withFoldedScaling(toField(model), UNSCALED), FACTS);
    const read = await readDictionary(
      folderOf(Object.fromEntries(files.map(({ path }) => [path, bytesOf(files, path)]))),
    );
    const { arch, objective } = stepDefinition(resolveConfig(read.knobs), D);
    const again = toField({ arch, objective, params: read.params, buffers: {} });
    assert.deepEqual(again, field, sparsity);
  }
});

Deno.test("whyNotInField() and whyNotFolded() name what has no architecture", () => {
  const of = (turned: Partial<Config>) => whyNotInField(stepDefinition(resolveConfig(turned), D));
  assert.equal(of({}), "has hidden layers of 128 units");
  assert.equal(of({ hidden: [] }), "has a sigmoid output");
  assert.equal(of({ hidden: [], output: "linear" }), "has the latents of KL");
  assert.equal(of({ sparsity: "topk", k: 2, output: "sigmoid" }), "has a sigmoid output");
  assert.equal(of({ sparsity: "topk", k: 2, hidden: [8, 4] }), "has hidden layers of 8, 4 units");
  assert.deepEqual(
    VARIANT_NAMES.filter((sparsity) => of({ sparsity, hidden: [], output: "linear" }) === null),
    Object.keys(EXPECTED),
  );
  for (const scale of SCALES) assert.equal(whyNotFolded({ ...UNSCALED, scale }), null);
  assert.equal(
    whyNotFolded({ ...UNSCALED, scale: "row-norm", factor: 2 }),
    "were shifted or multiplied before row-norm",
  );
  assert.match(whyNotFolded({ ...UNSCALED, scale: "layer-norm", offset: new Float32Array(D) })!, /before layer-norm$/);
  const factor = new Float32Array(D).fill(1);
  factor[3] = 0;
  assert.equal(
    whyNotFolded({ ...UNSCALED, scale: "standard", factor }),
    "were multiplied with 0, which no division undoes",
  );
});

Deno.test("plainFiles() has the same arrays with a page that says how they are read", async () => {
  for (const sparsity of Object.keys(EXPECTED) as VariantName[]) {
    const folded = () => withFoldedScaling(toField(trained(sparsity, "decoder")), scalings()[3]);
    const facts = { ...FACTS, densities: Array(F).fill(0.25) };
    const files = await plainFiles(folded(), { ...facts, format: "safetensors" });
    assert.deepEqual(files.map(({ path }) => path), ["dictionary.safetensors", "dictionary.json", "README.md"]);
    const { tensors, metadata } = decodeSafetensors(bytesOf(files, "dictionary.safetensors"));
    const { density, ...weights } = tensors;
    assert.ok(density.values.every((value) => value === 0.25));
    for (const [name, { values }] of Object.entries(weights)) {
      assert.deepEqual(values, folded().dictionary.tensors[name], name);
    }
    const settings = jsonOf(files, "dictionary.json");
    assert.deepEqual([settings.architecture, settings.dataset_path], [EXPECTED[sparsity], "a data set"]);
    assert.equal(JSON.parse(metadata.architecture), EXPECTED[sparsity]);
    const page = new TextDecoder().decode(bytesOf(files, "README.md"));
    for (const name of Object.keys(weights)) {
      assert.ok(page.includes(`${name} [`) && page.includes(`D['${name}']`), name);
    }
    assert.match(page, /x = x - D\['b_dec'\]\n/);
  }
});

Deno.test("the numpy lines of docs/pytorch.md are those of a TopK's own page", needs("read"), async () => {
  const plain = (code: string) => code.replaceAll("'", '"').split("\n").filter((line) => line.trim() !== "");
  const blockOf = (text: string) => /```python\n(import numpy as np\n[^]*?)```/.exec(text)![1];
  const document = Deno.readTextFileSync(new URL("../../docs/pytorch.md", import.meta.url));
  const documented = plain(blockOf(document.slice(document.indexOf("## In numpy"))).replace("my-arrays/", ""))
    .filter((line) => !line.startsWith("x = np.load"));
  const folded = withFoldedScaling(toField(trained("topk", "decoder")), UNSCALED);
  const files = await plainFiles(folded, { ...FACTS, format: "npz" });
  const page = new TextDecoder().decode(bytesOf(files, "README.md"));
  assert.deepEqual(documented, plain(blockOf(page).replace("k = 4", "k = 32")));
});
