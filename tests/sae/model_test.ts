import assert from "node:assert/strict";
import { type Config, resolveConfig } from "../../lib/config.ts";
import { Rng } from "../../lib/rng.ts";
import { initialModel, initialParameters, meanImage, typicalImage } from "../../lib/sae/init.ts";
import { architecture, assertParameters, parameterCount, parameterSpecs } from "../../lib/sae/model.ts";

Deno.test("parameterSpecs() gives the names and shapes of the seed's PyTorch model", () => {
  const specs = parameterSpecs(architecture(resolveConfig(), 784)).map(({ name, shape }) =>
    `${name} ${shape.join("x")}`
  );
  assert.deepEqual(specs, [
    "encoder.0.weight 128x784",
    "encoder.0.bias 128",
    "encoder.2.weight 32x128",
    "encoder.2.bias 32",
    "decoder.0.weight 128x32",
    "decoder.0.bias 128",
    "decoder.2.weight 784x128",
    "decoder.2.bias 784",
  ]);
  assert.equal(parameterCount(architecture(resolveConfig(), 784)), 209_968);
});

Deno.test("architecture() mirrors any number of hidden layers and penalizes the layers asked for", () => {
  const shapes = (hidden: number[], penalize: "latent" | "all") =>
    architecture(resolveConfig({ hidden, latent: 3, penalize }), 10).layers
      .map(({ dIn, dOut, isPenalized }) => `${dIn}→${dOut}${isPenalized ? "*" : ""}`);
  assert.deepEqual(shapes([], "latent"), ["10→3*", "3→10"]);
  assert.deepEqual(shapes([8, 5], "latent"), ["10→8", "8→5", "5→3*", "3→5", "5→8", "8→10"]);
  assert.deepEqual(shapes([8, 5], "all"), ["10→8*", "8→5*", "5→3*", "3→5*", "5→8*", "8→10"]);
});

Deno.test("assertParameters() refuses a missing, an extra and a wrongly sized parameter", () => {
  const arch = architecture(resolveConfig({ hidden: [], latent: 2 }), 3);
  const params = initialParameters(resolveConfig({ hidden: [], latent: 2 }), arch, [0.1, 0.1, 0.1]);
  assertParameters(params, arch);
  assert.throws(
    () => assertParameters({ ...params, "encoder.0.bias": new Float32Array(3) }, arch),
    /encoder\.0\.bias: length is 3, expected 2/,
  );
  assert.throws(() => assertParameters({ ...params, extra: new Float32Array(1) }, arch), /extra is there/);
  const { "encoder.0.bias": _, ...missing } = params;
  assert.throws(() => assertParameters(missing, arch), /encoder\.0\.bias: length is undefined/);
});

Deno.test("initialParameters() draws Glorot's bounds, logit biases and decoder weights divided by ρ", () => {
  const config = resolveConfig(), arch = architecture(config, 784);
  const means = Float64Array.from({ length: 784 }, (_, i) => i === 0 ? 0 : i === 1 ? 1 : 0.25);
  const params = initialParameters(config, arch, means);
  const spread = (name: string) => Math.max(...params[name].map(Math.abs));
  const nearly = (value: number, bound: number) =>
    assert.ok(value <= bound && value > 0.99 * bound, `${value} of ${bound}`);
  nearly(spread("encoder.0.weight"), Math.sqrt(6 / (784 + 128)));
  nearly(spread("encoder.2.weight"), Math.sqrt(6 / (128 + 32)));
  nearly(spread("decoder.0.weight"), Math.sqrt(6 / (128 + 32)) / 0.05);
  nearly(spread("decoder.2.weight"), Math.sqrt(6 / (784 + 128)));
  assert.ok(params["encoder.2.bias"].every((b) => b === Math.fround(Math.log(0.05 / 0.95))));
  const outputBias = params["decoder.2.bias"];
  assert.ok(Math.abs(outputBias[0] - Math.log(0.001 / 0.999)) < 1e-6, "a dark pixel is clamped");
  assert.ok(Math.abs(outputBias[1] - Math.log(0.999 / 0.001)) < 1e-6, "a white pixel is clamped");
  assert.ok(Math.abs(outputBias[2] - Math.log(0.25 / 0.75)) < 1e-6);
});

Deno.test("initialParameters() draws PyTorch's bounds for weights and biases with preset notebook", () => {
  const config = resolveConfig({ preset: "notebook" }), arch = architecture(config, 784);
  const params = initialParameters(config, arch, new Float64Array(784));
  for (const { name, dIn } of arch.layers) {
    for (const part of ["weight", "bias"]) {
      const values = params[`${name}.${part}`];
      const largest = Math.max(...values.map(Math.abs));
      assert.ok(largest <= 1 / Math.sqrt(dIn) && largest > 0.8 / Math.sqrt(dIn), `${name}.${part}: ${largest}`);
      assert.ok(Math.abs(values.reduce((a, b) => a + b) / values.length) < 0.5 / Math.sqrt(dIn));
    }
  }
});

Deno.test("initialParameters() starts penalized hidden layers at ρ as it does the latents, with penalize all alone", () => {
  const startOf = (turned: Partial<Config>) => {
    const config = resolveConfig({ hidden: [20, 12], latent: 6, rho: 0.1, ...turned });
    return initialParameters(config, architecture(config, 30), new Float64Array(30).fill(0.5));
  };
  const all = startOf({ penalize: "all" }), latent = startOf({ hiddenActivation: "sigmoid" });
  const logitRho = Math.fround(Math.log(0.1 / 0.9));
  const reader = ["encoder.2", "encoder.4", "decoder.0", "decoder.2", "decoder.4"]; // each reads a penalized layer
  for (const name of ["encoder.0", ...reader]) {
    const isPenalized = name !== "decoder.4"; // the output is not
    if (isPenalized) assert.ok(all[`${name}.bias`].every((b) => b === logitRho), name);
    assert.ok(latent[`${name}.bias`].every((b) => b === (name === "encoder.4" ? logitRho : 0)), name);
    const ratio = reader.includes(name) ? 10 : 1, own = name === "decoder.0" ? 1 : ratio;
    all[`${name}.weight`].forEach((w, i) => {
      assert.ok(Math.abs(w / latent[`${name}.weight`][i] - own) < 1e-5, `${name}[${i}]`);
    });
  }
  const notebook = startOf({ preset: "notebook", penalize: "all" });
  assert.deepEqual(notebook, startOf({ preset: "notebook", hiddenActivation: "sigmoid" }));
});

Deno.test("initialModel() has the mean training input for a model that centres on it", () => {
  const config = resolveConfig({ hidden: [3], latent: 2, center: "mean" });
  const { buffers } = initialModel(config, { arch: architecture(config, 2), pixels: Uint8Array.of(0, 255, 51, 255) });
  assert.deepEqual(buffers, { inputMean: Float32Array.of(0.1, 1) });
  const plain = resolveConfig({ hidden: [3], latent: 2, center: "none" });
  assert.deepEqual(initialModel(plain, { arch: architecture(plain, 2), pixels: Uint8Array.of(0, 1) }).buffers, {});
});

Deno.test("initialModel() takes a typical image that is known, and the model is the same to the bit", () => {
  const rng = Rng.fromSeed(3, "images"), pixels = Uint8Array.from({ length: 40 * 6 }, () => rng.below(256));
  const config = resolveConfig({ sparsity: "topk", latent: 5, k: 2 }), arch = architecture(config, 6);
  const typical = Float32Array.from(typicalImage(config, pixels, 6)); // as a file has it
  const wanted = initialModel(config, { arch, pixels });
  assert.deepEqual(initialModel(config, { arch, pixels, typical }), wanted);
  assert.deepEqual([...wanted.params["decoder.0.bias"]], [...typical]);
  const other = initialModel(config, { arch, pixels, typical: typical.map((value) => value / 2) });
  assert.deepEqual([...other.params["decoder.0.bias"]], [...typical].map((value) => value / 2));
});

Deno.test("meanImage() averages each component over the images, of bytes and of floats", () => {
  assert.deepEqual([...meanImage(Uint8Array.of(0, 255, 51, 255), 2)], [0.1, 1]);
  assert.deepEqual([...meanImage(Float32Array.of(-1, 2, 3, 4), 2)], [1, 3]);
});
