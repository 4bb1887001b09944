/**
 * What `model.safetensors` holds: names for PyTorch, x̄ folded into a bias, nothing of training or of the machine.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Config, resolveConfig } from "../../lib/config.ts";
import { type Scaling, UNSCALED } from "../../lib/data/scaling.ts";
import { decodeSafetensors } from "../../lib/formats/safetensors.ts";
import { asTrained, modelFile, otherBias, readModel, readScaling, readTrainedBias } from "../../lib/run/model_file.ts";
import { runSession } from "../../lib/run/session.ts";
import { INPUT_MEAN } from "../../lib/sae/model.ts";
import { VARIANT_NAMES, type VariantName } from "../../lib/sae/sparsity/variants.ts";
import { assertClose } from "../engine/assert_close.ts";
import { CENTERED_CASES } from "../engine/cases.ts";
import { forward64, images64, widen } from "../engine/float64_model.ts";
import { makeVariantCase } from "../engine/variant_cases.ts";
import { needs } from "../needs.ts";
import { smallDataset } from "./small_dataset.ts";

Deno.test("modelFile() has what inference needs of each variant, and nothing else", needs("read"), () => {
  const document = Deno.readTextFileSync(new URL("../../docs/pytorch.md", import.meta.url));
  // those that have numbers of their own; every other variant, one that is added later too, has none or states them here
  const own: Partial<Record<VariantName, Record<string, number[]>>> = {
    batchtopk: { "latents.threshold": [1] },
    jumprelu: { "latents.theta": [7] },
    gated: { "latents.rMag": [7], "latents.bMag": [7] },
    matryoshka: { "latents.threshold": [1] },
  };
  for (const sparsity of VARIANT_NAMES) {
    const example = makeVariantCase(5, { sparsity, latent: 7, k: 2 }), expected = own[sparsity] ?? {};
    const { arch } = example.definition;
    const { tensors } = decodeSafetensors(
      modelFile(example.state, { arch, config: example.config, scaling: UNSCALED }),
    );
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
    const { tensors } = decodeSafetensors(modelFile(state, { arch, config, scaling: UNSCALED }));
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

Deno.test("the bias as it was trained on centred inputs comes back to the bit, or not at all", () => {
  for (const { definition: { arch }, state, config, name } of CENTERED_CASES) {
    const content = decodeSafetensors(modelFile(state, { arch, config, scaling: UNSCALED }));
    const { params } = readModel(content, { ...arch, hasCenteredInput: false }), mean = state.buffers[INPUT_MEAN];
    const trainedBias = readTrainedBias(content, arch)!;
    assert.deepEqual(trainedBias, state.params["encoder.0.bias"], name);
    assert.deepEqual(asTrained(params, { arch, trainedBias }), state.params, name);
    assert.equal(otherBias(params, { arch, mean, trainedBias }), null, name);
    const other = trainedBias.map((bias, i) => i === 1 ? bias + 0.01 : bias), stored = params["encoder.0.bias"][1];
    const { folded, ...place } = otherBias(params, { arch, mean, trainedBias: other })!;
    assert.deepEqual(place, { name: "encoder.0.bias", unit: 1, stored });
    assertClose([folded], [stored + 0.01], 1e-6, name);
    const rounded = JSON.stringify([...trainedBias].map((bias) => bias * (1 + 1e-9)));
    assert.deepEqual(readTrainedBias({ metadata: { trainedBias: rounded } }, arch), trainedBias, "not a float32 apart");
    const refuses = (text: string) =>
      assert.throws(
        () => readTrainedBias({ metadata: { trainedBias: text } }, arch),
        /^SyntaxError: its trainedBias is not a list of finite numbers, expected \d+ of them$/,
      );
    for (const text of ["", "{", "null", "[]", JSON.stringify([...trainedBias].map(String))]) refuses(text);
    for (const number of ["null", "1e39", "1e999"]) refuses(`[${Array(trainedBias.length).fill(number)}]`);
  }
  const { definition: { arch }, state, config } = makeVariantCase(3, { sparsity: "l1", latent: 2 });
  assert.equal(readTrainedBias(decodeSafetensors(modelFile(state, { arch, config, scaling: UNSCALED })), arch), null);
});

Deno.test(
  "modelFile() gives equal bytes on every machine, and says what the model was trained with",
  needs("permissions"),
  () => {
    const fileOf = (turned: Partial<Config>) => {
      const { definition: { arch }, state } = makeVariantCase(5, { sparsity: "l1", latent: 3 });
      return modelFile(state, {
        arch,
        config: resolveConfig({ sparsity: "l1", latent: 3, ...turned }),
        scaling: UNSCALED,
      });
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

Deno.test("readScaling() reads what modelFile() states, and says in one line what is wrong with another", () => {
  const { definition: { arch }, state, config } = makeVariantCase(3, { sparsity: "l1", latent: 2 });
  const stored = (scaling: Scaling) => decodeSafetensors(modelFile(state, { arch, config, scaling }));
  const all: Scaling[] = [
    UNSCALED,
    { scale: "unit", subtract: "none", offset: Float32Array.of(-1, -1, -1), factor: 0.125, sampledRows: 7 },
    { scale: "mean-norm", subtract: "median", offset: Float32Array.of(0.1, 1e-30, -3), factor: 1 / 3, sampledRows: 90 },
    {
      ...{ scale: "standard", subtract: "mean", sampledRows: 5 },
      ...{ offset: Float32Array.of(1, 2, 3), factor: Float32Array.of(0.1, 4, 1e20) },
    },
    { ...UNSCALED, scale: "row-norm" },
    { ...UNSCALED, scale: "layer-norm" },
  ];
  for (const scaling of all) assert.deepEqual(readScaling(stored(scaling), { dInput: 3 }), scaling, scaling.scale);
  const { metadata } = stored(all[3]);
  assert.equal(
    metadata.scaling,
    '{"scale":"standard","subtract":"mean","offset":[1,2,3],"factor":[0.10000000149011612,4,100000002004087730000],"sampledRows":5}',
  );
  const refuses = (scaling: string | undefined, message: RegExp) =>
    assert.throws(() => readScaling({ metadata: { ...metadata, scaling: scaling! } }, { dInput: 3 }), message);
  const changed = (part: Record<string, unknown>) => JSON.stringify({ ...JSON.parse(metadata.scaling), ...part });
  for (const text of [undefined, "", "{", "null", "[]", "3"]) {
    refuses(text, /^SyntaxError: its scaling is not there or not a JSON object, expected what this program writes$/);
  }
  refuses(changed({ mean: 1 }), /^SyntaxError: its scaling has "mean", expected scale, subtract, offset, factor and/);
  refuses(changed({ scale: "log" }), /unknown scale, expected none, unit, mean-norm, standard, row-norm, layer-norm$/);
  refuses(changed({ subtract: null }), /unknown subtract, expected none, mean, median$/);
  refuses(changed({ offset: [1, 2] }), /wrong offset, expected null or 3 finite numbers$/);
  refuses(changed({ offset: [1, 2, null] }), /wrong offset/);
  refuses(changed({ offset: [1, 2, 1e39] }), /wrong offset/);
  refuses(changed({ offset: undefined }), /wrong offset/);
  refuses(changed({ factor: [1, 2, "3"] }), /wrong factor, expected a number or 3 finite numbers$/);
  refuses(changed({ factor: null }), /wrong factor/);
  refuses(changed({ sampledRows: -1 }), /wrong sampledRows, expected a whole number of at least 0$/);
  refuses(changed({ sampledRows: 1.5 }), /wrong sampledRows/);
});

Deno.test(
  "a run writes the same model.safetensors for any number of threads",
  needs("permissions", "time"),
  async () => {
    for (
      const turned of [{ hidden: [9], latent: 6 }, { sparsity: "topk", latent: 40, k: 3 }, {
        sparsity: "jumprelu",
        latent: 40,
      }]
    ) {
      const files = [];
      for (const threads of [1, 2, 3]) {
        const outcome = await runSession({
          turned: { ...turned, batch: 16, epochs: 2, backend: "wasm", threads },
          ...{ dataset: smallDataset(), reportsDir: null },
        });
        assert.ok(outcome.kind === "finished");
        files.push(outcome.report.model);
      }
      assert.deepEqual(files[1], files[0], JSON.stringify(turned));
      assert.deepEqual(files[2], files[0], JSON.stringify(turned));
    }
  },
);
