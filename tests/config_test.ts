import assert from "node:assert/strict";
import { type Config, KNOBS, PRESETS, resolveConfig } from "../lib/config.ts";
import { whyWithoutEffect } from "../lib/config_rules.ts";
import { DICTIONARY } from "../lib/sae/sparsity/dictionary.ts";
import { AUXK_DEFAULTS } from "../lib/sae/sparsity/topk.ts";
import { VARIANT_KNOBS, VARIANT_NAMES, variantsWith } from "../lib/sae/sparsity/variants.ts";

Deno.test("resolveConfig() gives the tutorial's recipe for preset notebook", () => {
  const config = resolveConfig({ preset: "notebook" });
  const { hidden, latent, hiddenActivation, loss, penalize, ...others } = config;
  const { init, center, outputBias, latentBias, decoderScale, ...rest } = others;
  assert.deepEqual({ hidden, latent, hiddenActivation, loss, penalize }, {
    hidden: [128],
    latent: 32,
    hiddenActivation: "relu",
    loss: "mse",
    penalize: "latent",
  });
  assert.deepEqual({ init, center, outputBias, latentBias, decoderScale }, {
    init: "pytorch",
    center: "none",
    outputBias: "init",
    latentBias: "init",
    decoderScale: "init",
  });
  const { lr, warmupSteps, decay, rho, beta, batch, epochs, adamBeta1, adamBeta2, adamEpsilon } = rest;
  assert.deepEqual([lr, warmupSteps, decay, rho, beta, batch, epochs], [1e-3, 0, "constant", 0.05, 5e-3, 128, 10]);
  assert.deepEqual([adamBeta1, adamBeta2, adamEpsilon], [0.9, 0.999, 1e-8]);
});

Deno.test("resolveConfig() keeps architecture, ρ, β, batch and epochs the same in every preset", () => {
  for (const delta of Object.values(PRESETS)) {
    for (const name of ["hidden", "latent", "rho", "beta", "batch", "epochs", "loss"] as const) {
      assert.ok(!(name in delta));
    }
  }
});

Deno.test("resolveConfig() lets a turned knob win over the preset", () => {
  assert.equal(resolveConfig({ preset: "notebook", lr: 0.5 }).lr, 0.5);
});

Deno.test("resolveConfig() says what is wrong with a knob", () => {
  for (const rho of [0, 1, -0.1, 1.5, NaN, Infinity]) {
    assert.throws(() => resolveConfig({ rho }), /Cannot use rho: .*between 0 and 1/);
  }
  assert.throws(() => resolveConfig({ batch: 0 }), /Cannot use batch: it is 0, expected an integer of at least 1/);
  assert.throws(() => resolveConfig({ hidden: [128, 0] }), /Cannot use hidden/);
  assert.throws(() => resolveConfig({ preset: "best" }), /Cannot use preset: it is "best", expected tuned or notebook/);
  assert.throws(() => resolveConfig({ rhoo: 1 } as never), /"rhoo" is unknown/);
});

Deno.test("resolveConfig() makes hidden layers sigmoid with penalize all, and refuses ReLU there", () => {
  assert.equal(resolveConfig({ penalize: "all" }).hiddenActivation, "sigmoid");
  assert.equal(resolveConfig().hiddenActivation, "relu");
  assert.throws(() => resolveConfig({ penalize: "all", hiddenActivation: "relu" }), /ReLU unit has no mean/);
});

Deno.test("resolveConfig() centres the input of tuned models with hidden layers, and of no other", () => {
  assert.equal(resolveConfig().center, "mean");
  assert.equal(resolveConfig({ sparsity: "topk", hidden: [7] }).center, "mean");
  assert.equal(resolveConfig({ hidden: [] }).center, "none");
  assert.equal(resolveConfig({ sparsity: "topk" }).center, "none");
  assert.equal(resolveConfig({ preset: "notebook" }).center, "none");
  assert.equal(resolveConfig({ preset: "notebook", center: "mean" }).center, "mean");
  assert.throws(
    () => resolveConfig({ hidden: [], center: "mean" }),
    /Cannot use center: it is mean, expected none without hidden layers/,
  );
});

Deno.test("KNOBS describes every knob", () => {
  for (const { name, knob } of KNOBS) {
    assert.ok(knob, name);
    for (const text of [knob.help, knob.expected, knob.source, knob.takes]) assert.ok(text.length > 0, name);
  }
});

Deno.test("resolveConfig() gives each variant the dictionary's defaults and its own, and kl none", () => {
  const own: Partial<Record<Config["sparsity"], Partial<Config>>> = {
    l1: { lambda: 1, auxAlpha: 0 },
    jumprelu: { lambda: 0.1, sparsityWarmupSteps: 500, bandwidth: 0.1, thetaInit: 0.3, thetaRate: 2 },
    gated: { lambda: 1 },
    topk: { k: 16, ...AUXK_DEFAULTS },
    batchtopk: { k: 16, ...AUXK_DEFAULTS },
    matryoshka: { k: 16, ...AUXK_DEFAULTS, prefixes: [1 / 16, 1 / 4] },
    hierarchicaltopk: { k: 16, ...AUXK_DEFAULTS, kStep: 1 },
  };
  const { sparsity, ...rest } = resolveConfig({ sparsity: "kl" });
  assert.deepEqual({ ...rest, sparsity }, resolveConfig());
  for (const [sparsity, expected] of Object.entries(own)) {
    assert.partialDeepStrictEqual(resolveConfig({ sparsity }), { sparsity, ...DICTIONARY, ...expected });
  }
});

Deno.test("resolveConfig() lets what was turned win over the variant, the data set and the preset", () => {
  const turned = {
    hidden: [],
    latent: 32,
    lr: 0.5,
    output: "linear",
    preBias: "none",
    decoderNorm: "free",
  } as const;
  for (const sparsity of VARIANT_NAMES) {
    for (const dataset of ["mnist", "dictionary"]) {
      for (const preset of ["tuned", "notebook"]) {
        assert.partialDeepStrictEqual(resolveConfig({ sparsity, dataset, preset, ...turned }), turned);
      }
    }
  }
  assert.equal(resolveConfig({ sparsity: "topk", preset: "notebook" }).lr, 1e-3, "the preset over the variant");
});

Deno.test("resolveConfig() drops what only a linear one-layer decoder can have, with hidden layers or a sigmoid", () => {
  for (const sparsity of ["topk", "batchtopk", "matryoshka", "hierarchicaltopk"]) {
    assert.partialDeepStrictEqual(resolveConfig({ sparsity, hidden: [7] }), {
      preBias: "none",
      encoderInit: "independent",
      auxAlpha: 0,
    });
    assert.partialDeepStrictEqual(resolveConfig({ sparsity, output: "sigmoid" }), {
      preBias: "none",
      encoderInit: "transpose",
      auxAlpha: 0,
    });
  }
});

Deno.test("resolveConfig() fits the known dictionary with as many latents as features and a linear output", () => {
  for (const sparsity of VARIANT_NAMES) {
    const { hidden, output, latent, k, dictionaryFeatures, dictionaryActive } = resolveConfig({
      dataset: "dictionary",
      sparsity,
    });
    assert.deepEqual({ hidden, output, latent, k }, {
      hidden: [],
      output: "linear",
      latent: dictionaryFeatures,
      k: dictionaryActive,
    });
  }
  assert.equal(resolveConfig({ dataset: "dictionary" }).rho, 3 / 256);
  assert.equal(resolveConfig({ dataset: "dictionary", sparsity: "l1" }).lambda, 0.3);
  assert.equal(resolveConfig({ dataset: "mnist", sparsity: "l1" }).lambda, 1);
  const jumprelu = { thetaInit: 0.1, thetaRate: 1, lr: 0.01 };
  assert.partialDeepStrictEqual(resolveConfig({ dataset: "dictionary", sparsity: "jumprelu" }), jumprelu);
});

Deno.test("resolveConfig() leaves the learning rate of a dictionary open until its steps are known, unless one is named", () => {
  for (const sparsity of VARIANT_NAMES) {
    assert.equal(resolveConfig({ sparsity }).lr, sparsity === "kl" ? 0.01 : null);
    assert.equal(resolveConfig({ sparsity, lr: 0.003 }).lr, 0.003);
    assert.equal(resolveConfig({ sparsity, lr: null }).lr, null);
    assert.equal(resolveConfig({ sparsity, lr: "auto" }).lr, null, "the word that messages say");
    assert.equal(resolveConfig({ sparsity, preset: "notebook" }).lr, 1e-3);
    assert.equal(resolveConfig({ latent: 70 }, { from: { ...resolveConfig({ sparsity }), lr: 0.004 } }).lr, 0.004);
  }
  assert.throws(
    () => resolveConfig({ lr: 0 }),
    /^KnobError: Cannot use lr: it is 0, expected a number above 0, or auto$/,
  );
});

Deno.test("resolveConfig() refuses knobs that exclude each other, each with one line", () => {
  const refused: [Partial<Config>, RegExp][] = [
    [{ loss: "bce", output: "linear" }, /^Cannot use loss: it is bce, expected mse with a linear output/],
    [{ loss: "bce", sparsity: "l1" }, /^Cannot use loss: it is bce/],
    [
      { penalize: "all", sparsity: "l1", hidden: [7] },
      /^Cannot use penalize: it is all, expected latent with sparsity l1/,
    ],
    [{ penalize: "all", hidden: [] }, /^Cannot use penalize: it is all, expected latent without hidden layers$/],
    [{ preBias: "decoder" }, /^Cannot use preBias: it is decoder, expected none without a linear output and one layer/],
    [{ sparsity: "l1", hidden: [7], preBias: "decoder" }, /^Cannot use preBias/],
    [{ encoderInit: "transpose" }, /^Cannot use encoderInit: it is transpose, expected independent with hidden layers/],
    [{ sparsity: "topk", hidden: [7], auxAlpha: 0.1 }, /^Cannot use auxAlpha: it is 0.1, expected 0 without a linear/],
    [{ sparsity: "topk", output: "sigmoid", auxAlpha: 0.1 }, /^Cannot use auxAlpha/],
    [{ sparsity: "batchtopk", latent: 15 }, /^Cannot use k: it is 16, expected at most the 15 latents$/],
    [{ sparsity: "topk", targetL0: 3 }, /^Cannot use targetL0: it is 3, expected off with sparsity topk/],
    [{ sparsity: "l1", targetL0: 256 }, /^Cannot use targetL0: it is 256, expected less than the 256 latents$/],
    [{ sparsity: "l1", targetL0: 3, lambda: 0 }, /^Cannot use lambda: it is 0, expected above 0 with targetL0/],
    [{ targetL0: 3 }, /^Cannot use targetL0: it is 3, expected off with sparsity kl \(.* it follows rho\)$/],
    [{ center: "mean", hidden: [] }, /^Cannot use center: it is mean, expected none without hidden layers/],
    [{ resampleSteps: 100, hidden: [] }, /^Cannot use resampleSteps: it is 100, expected off with sparsity kl/],
    [{ resampleSteps: 100, sparsity: "l1", hidden: [7] }, /^Cannot use resampleSteps/],
    [
      { sparsity: "matryoshka", prefixes: [0.5, 1] },
      /^Cannot use prefixes: it is \[0.5,1\], expected at most 32 numbers between/,
    ],
    [{ bandwidth: 0 }, /^Cannot use bandwidth: it is 0, expected a number above 0$/],
  ];
  for (const [turned, message] of refused) {
    assert.throws(() => resolveConfig(turned), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return error.name === "KnobError";
    });
  }
});

Deno.test("resolveConfig() refuses a turned knob of another variant, and names the variants that it belongs to", () => {
  for (const knob of Object.keys(VARIANT_KNOBS) as (keyof Config)[]) {
    const owners = variantsWith(knob);
    assert.ok(owners.length > 0, knob);
    for (const sparsity of VARIANT_NAMES) {
      const value = resolveConfig({ sparsity: owners[0] })[knob] ?? 1; // its own default changes nothing either
      if (owners.includes(sparsity)) assert.deepEqual(resolveConfig({ sparsity, [knob]: value })[knob], value);
      else {
        assert.throws(() => resolveConfig({ sparsity, [knob]: value }), (error: Error) => {
          assert.match(
            error.message,
            new RegExp(`^Cannot use ${knob}: it is .*, expected it left out with sparsity ${sparsity} `),
          );
          return owners.every((owner) => error.message.includes(owner));
        });
      }
    }
  }
});

Deno.test("resolveConfig() refuses a turned knob that needs another choice, and takes it with that choice", () => {
  const cases: [Partial<Config>, Partial<Config>, RegExp][] = [
    [{ dictionaryWidth: 32 }, { dataset: "dictionary" }, /with dataset auto \(it belongs to dictionary\)$/],
    [{ dictionaryNoise: 0, dataset: "mnist" }, { dataset: "dictionary" }, /with dataset mnist/],
    [{ dataSeed: 1, dataset: "mnist" }, { dataset: "auto" }, /with dataset mnist \(it belongs to generated data/],
    [{ hiddenActivation: "sigmoid", hidden: [] }, { hidden: [7] }, /without hidden layers$/],
    [{ sparsityWarmupSteps: 9, sparsity: "topk" }, { sparsity: "l1" }, /with sparsity topk \(it has no penalty\)$/],
    [{ deadSteps: 9 }, { sparsity: "l1" }, /with sparsity kl \(its latents are never 0\)$/],
    [{ sparsity: "topk", auxAlpha: 0, auxK: 2 }, { auxAlpha: 1 }, /with auxAlpha 0 \(AuxK is off\)$/],
    [
      { threads: 2, engine: "reference" },
      { engine: "auto" },
      /with engine reference \(it belongs to the CPU engine\)$/,
    ],
    [{ sparsity: "topk", decoderScale: "rho" }, { decoderNorm: "free" }, /with decoderNorm unit \(it sets the length/],
    [{ threads: 2, backend: "webgpu" }, { backend: "wasm" }, /with backend webgpu/],
    [{ rho: 0.1, sparsity: "l1" }, { latentBias: "rho" }, /with sparsity l1 \(it belongs to kl\)$/],
  ];
  for (const [turned, with_, message] of cases) {
    assert.throws(() => resolveConfig(turned), message, JSON.stringify(turned));
    assert.throws(() => resolveConfig(turned), /^KnobError: Cannot use \w+: it is \S+, expected it left out with/);
    resolveConfig({ ...turned, ...with_ });
  }
});

Deno.test("resolveConfig() lets defaults, presets, null and the configuration of an earlier run stand", () => {
  for (const sparsity of VARIANT_NAMES) {
    for (const dataset of ["auto", "mnist", "digits", "dictionary"]) {
      for (const preset of Object.keys(PRESETS)) {
        const config = resolveConfig({ sparsity, dataset, preset });
        assert.ok(Object.keys(VARIANT_KNOBS).some((knob) => whyWithoutEffect(knob as keyof Config, config) !== null));
        assert.deepEqual(resolveConfig({}, { from: config }), config);
        assert.deepEqual(resolveConfig({ threads: 3 }, { from: config }), { ...config, threads: 3 });
        assert.equal(resolveConfig({ sparsity, dataset, preset, resampleSteps: null }).resampleSteps, null);
      }
    }
  }
  assert.throws(
    () => resolveConfig({ k: 3 }, { from: resolveConfig() }),
    /it belongs to topk, batchtopk, matryoshka and hierarchicaltopk/,
  );
  assert.equal(resolveConfig({ sparsity: "topk", lr: undefined }).lr, DICTIONARY.lr, "undefined is not turned");
});

Deno.test("resolveConfig() refuses a list that is too long, and shows the value of an earlier run's configuration", () => {
  const hidden = Array(1e6).fill(1);
  assert.throws(
    () => resolveConfig({}, { from: { ...resolveConfig(), hidden } }),
    /^KnobError: Cannot use hidden: it is \[1,1,.*…, expected at most 32 integers of at least 1, separated by commas/,
  );
  assert.throws(() => resolveConfig({}, { from: { ...resolveConfig(), lr: -1 } }), /Cannot use lr: it is -1, expected/);
  assert.equal(resolveConfig({ hidden: hidden.slice(0, 32) }).hidden.length, 32);
});

Deno.test("resolveConfig() quotes a value and cuts it", () => {
  assert.throws(() => resolveConfig({ loss: "\u202e".repeat(99) }), (error: Error) => {
    assert.match(error.message, /^Cannot use loss: it is "(\\u202e){60}…", expected mse or bce$/);
    return true;
  });
  assert.throws(() => resolveConfig({ hidden: Array(99).fill(-1) }), (error: Error) => error.message.length < 160);
});

Deno.test("vectors and images have defaults that follow the size of the data", () => {
  const of = (dataset: string, dInput: number, count: number) => {
    const { sparsity, hidden, latent, k, output, batch, epochs } = resolveConfig({ dataset }, {
      size: { dInput, count },
    });
    return { sparsity, hidden, latent, k, output, batch, epochs };
  };
  const vectors = { sparsity: "topk", hidden: [], output: "linear" };
  assert.deepEqual(of("vectors", 768, 10 ** 6), { ...vectors, latent: 3072, k: 32, batch: 1024, epochs: 10 });
  assert.deepEqual(of("vectors", 4096, 10 ** 6), { ...vectors, latent: 4096, k: 32, batch: 1024, epochs: 10 });
  // 150 rows of iris: 32 of 150 are 5 steps, and 200 epochs 1000.
  assert.deepEqual(of("vectors", 4, 150), { ...vectors, latent: 16, k: 2, batch: 32, epochs: 200 });
  assert.deepEqual(of("vectors", 768, 8192), { ...vectors, latent: 3072, k: 32, batch: 1024, epochs: 125 });
  const images = { sparsity: "kl", hidden: [128], latent: 32, k: 16, output: "sigmoid" };
  assert.deepEqual(of("images", 784, 60_000), { ...images, batch: 128, epochs: 10 });
  assert.deepEqual(of("images", 64, 1600), { ...images, batch: 128, epochs: 80 });
});
