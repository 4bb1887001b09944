/**
 * What `model.safetensors` holds: names for PyTorch, x̄ folded into a bias, nothing of training or of the machine.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Config, resolveConfig } from "../../lib/config.ts";
import { decodeSafetensors } from "../../lib/formats/safetensors.ts";
import { modelFile } from "../../lib/run/model_file.ts";
import { INPUT_MEAN } from "../../lib/sae/model.ts";
import type { VariantName } from "../../lib/sae/sparsity/variants.ts";
import { assertClose } from "../engine/assert_close.ts";
import { CENTERED_CASES } from "../engine/cases.ts";
import { forward64, images64, widen } from "../engine/float64_model.ts";
import { makeVariantCase } from "../engine/variant_cases.ts";
import { needs } from "../needs.ts";

Deno.test("modelFile() has what inference needs of each variant, and nothing else", needs("read"), () => {
  const document = Deno.readTextFileSync(new URL("../../docs/pytorch.md", import.meta.url));
  const own: Record<VariantName, Record<string, number[]>> = {
    kl: {},
    l1: {},
    topk: {},
    batchtopk: { "latents.threshold": [1] },
    jumprelu: { "latents.theta": [7] },
    gated: { "latents.rMag": [7], "latents.bMag": [7] },
    matryoshka: { "latents.threshold": [1] },
  };
  for (const [sparsity, expected] of Object.entries(own)) {
    const example = makeVariantCase(5, { sparsity: sparsity as VariantName, latent: 7, k: 2 });
    const { arch } = example.definition;
    const { tensors } = decodeSafetensors(modelFile(example.state, { arch, config: example.config }));
    assert.deepEqual(Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape])), {
      "encoder.0.weight": [7, 5],
      "encoder.0.bias": [7],
      "decoder.0.weight": [5, 7],
      "decoder.0.bias": [5],
      ...expected,
    });
    for (const name of Object.keys(expected)) assert.ok(document.includes(`\`${name}\``), `docs/pytorch.md: ${name}`);
    const { params, buffers } = example.state;
    for (const [name, { values }] of Object.entries(tensors)) {
      assert.deepEqual(values, params[name] ?? buffers[name.replace("latents.", "")], name);
    }
  }
});

Deno.test("modelFile() folds the mean input into the first bias: the same function of plain inputs", () => {
  for (const { definition: { arch }, state, config, pixels, name } of CENTERED_CASES) {
    const { tensors } = decodeSafetensors(modelFile(state, { arch, config }));
    assert.ok(!Object.keys(tensors).some((name) => name.includes(INPUT_MEAN)));
    const folded = Object.fromEntries(Object.entries(tensors).map(([name, { values }]) => [name, values]));
    const images = images64(pixels.subarray(0, 20 * arch.dInput), arch.dInput);
    const centred = forward64(images, widen(state.params), arch, state.buffers[INPUT_MEAN]);
    const plain = forward64(images, widen(folded), arch);
    assertClose(plain.preActs.at(-1)!.flat(), centred.preActs.at(-1)!.flat(), 1e-6, name);
    const changed = Object.keys(folded).filter((name) => folded[name].some((v, i) => v !== state.params[name][i]));
    assert.deepEqual(changed, ["encoder.0.bias"]);
  }
});

Deno.test(
  "modelFile() gives equal bytes on every machine, and says what the model was trained with",
  needs("permissions"),
  () => {
    const fileOf = (turned: Partial<Config>) => {
      const { definition: { arch }, state } = makeVariantCase(5, { sparsity: "l1", latent: 3 });
      return modelFile(state, { arch, config: resolveConfig({ sparsity: "l1", latent: 3, ...turned }) });
    };
    const plain = fileOf({});
    for (const turned of [{ threads: 2 }, { backend: "wasm" }, { engine: "reference" }] as const) {
      assert.deepEqual(fileOf(turned), plain, JSON.stringify(turned));
    }
    assert.notDeepEqual(fileOf({ lambda: 0.5 }), plain);
    const { metadata } = decodeSafetensors(plain);
    const from = JSON.parse(metadata.config);
    assert.deepEqual(resolveConfig({}, { from }), resolveConfig({ sparsity: "l1", latent: 3 }));
  },
);
