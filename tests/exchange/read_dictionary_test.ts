/**
 * Folders of other programs become models that compute the same: latents and reconstructions beside float64 references of
 * each program's own equations, from files of every type of number; and one line for each folder that cannot be read.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../lib/config.ts";
import { applyScaling } from "../../lib/data/scaling.ts";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { UserError } from "../../lib/errors.ts";
import { type ReadDictionary, readDictionary } from "../../lib/exchange/read_dictionary.ts";
import { Inference } from "../../lib/sae/inference.ts";
import { assertParameters, initialBuffers } from "../../lib/sae/model.ts";
import { assertClose } from "../engine/assert_close.ts";
import { type Dtype, folderOf, type ForeignTensor, npz, safetensors, stored } from "./foreign_files.ts";
import {
  gemmaScope,
  llamaScope,
  type Outputs,
  type Rows,
  rows,
  saelens,
  sparsify,
  tensor,
  turned,
} from "./foreign_models.ts";

const D = 7, F = 12, X = rows(40, D, { mean: 0.3 });
type Tensors = Record<string, ForeignTensor>;

/** Weights as SAELens names them, with whatever else an architecture has. */
function fieldTensors(own: Record<string, { mean?: number; spread?: number }>): Tensors {
  return {
    W_enc: tensor("W_enc", { shape: [D, F] }),
    W_dec: tensor("W_dec", { shape: [F, D] }),
    b_dec: tensor("b_dec", { shape: [D], spread: 0.4 }),
    ...Object.fromEntries(Object.entries(own).map(([name, kind]) => [name, tensor(name, { shape: [F], ...kind })])),
  };
}

const OWN = {
  standard: { b_enc: { spread: 0.5 } },
  topk: { b_enc: { spread: 0.5 } },
  jumprelu: { b_enc: { spread: 0.5 }, threshold: { mean: 0.4, spread: 0.5 } },
  gated: { b_gate: { spread: 0.5 }, b_mag: { spread: 0.5 }, r_mag: { spread: 0.3 } },
};

/** What stored tensors hold. */
function rounded(tensors: Tensors, dtype: Dtype): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => [
      name,
      { shape, values: values.map((value) => stored(value, dtype)) },
    ]),
  );
}

/** What this program makes of rows with a dictionary that it has read. */
function ownOutputs(x: Rows, { knobs, dInput, params, scaling }: ReadDictionary): Outputs {
  const { arch, objective } = stepDefinition(resolveConfig(knobs), dInput);
  assertParameters(params, arch);
  const inference = new Inference({ arch, objective, params, buffers: initialBuffers(arch) });
  const values = Float32Array.from(x.flat());
  applyScaling(values, { scaling, dInput });
  const acts = inference.encode(values), recon = inference.decode(acts);
  const split = (all: Float32Array, width: number) => x.map((_, i) => [...all.subarray(i * width, (i + 1) * width)]);
  return { latents: split(acts, arch.nLatents), recon: split(recon, dInput) };
}

function assertSame(own: Outputs, theirs: Outputs, what: string): void {
  assertClose(own.latents.flat(), theirs.latents.flat(), 1e-6, `${what}: latents`);
  const active = theirs.latents.flat().filter((value) => value > 0).length;
  assert.ok(active > 20 && active < 40 * F, `${what}: ${active} active`);
}

const WHOLE = { d_in: D, d_sae: F, dtype: "float32", device: "cpu", reshape_activations: "none" };
const METADATA = { sae_lens_version: "6.49.2", sae_lens_training_version: null };

for (const architecture of ["standard", "topk", "jumprelu", "gated"] as const) {
  for (const dtype of ["F32", "F16", "BF16", "F64"] as const) {
    Deno.test(`readDictionary() reads SAELens' ${architecture} of ${dtype}, for every way to normalise rows`, async () => {
      const tensors = rounded(fieldTensors(OWN[architecture]), dtype), weights = safetensors(tensors, { dtype });
      for (const applies of [true, false]) {
        for (const normalize of ["none", "constant_norm_rescale", "layer_norm"]) {
          const config = {
            ...WHOLE,
            ...{ architecture, apply_b_dec_to_input: applies, normalize_activations: normalize, metadata: METADATA },
            ...(architecture === "topk" ? { k: 3, rescale_acts_by_decoder_norm: false } : {}),
          };
          const read = await readDictionary(folderOf({ "cfg.json": config, "sae_weights.safetensors": weights }));
          const { tool, architecture: named, files, dInput } = read;
          assert.deepEqual([tool, named, dInput, files], ["SAELens", architecture, D, [
            "cfg.json",
            "sae_weights.safetensors",
          ]]);
          const theirs = saelens(X, { tensors, config });
          const own = ownOutputs(X, read), what = `${architecture} ${dtype} ${normalize} ${applies}`;
          assertSame(own, theirs, what);
          if (normalize === "none") {
            assertClose(own.recon.flat(), theirs.recon.flat(), 1e-6, `${what}: reconstructions`);
          }
        }
      }
    });
  }
}

Deno.test("readDictionary() folds the decoder's norms of a TopK that selects with them", async () => {
  const tensors = rounded(fieldTensors(OWN.topk), "F32");
  const config = { ...WHOLE, architecture: "topk", k: 4, rescale_acts_by_decoder_norm: true, metadata: METADATA };
  const read = await readDictionary(folderOf({ "cfg.json": config, "sae_weights.safetensors": safetensors(tensors) }));
  const theirs = saelens(X, { tensors, config }), own = ownOutputs(X, read);
  assertSame(own, theirs, "rescaled");
  assertClose(own.recon.flat(), theirs.recon.flat(), 1e-6, "reconstructions");
  assert.deepEqual(read.notes, [
    "The lengths of the decoder's rows are folded into the encoder, which selects with them.",
  ]);
});

Deno.test("readDictionary() reads folders of SAELens before version 6", async () => {
  const tensors = rounded(fieldTensors(OWN.topk), "F32");
  const older = { ...tensors, scaling_factor: { shape: [F], values: Array(F).fill(1) } };
  const config = {
    d_in: D,
    d_sae: F,
    activation_fn_str: "topk",
    activation_fn_kwargs: { k: 3 },
    normalize_activations: null,
  };
  const read = await readDictionary(folderOf({ "cfg.json": config, "sae_weights.safetensors": safetensors(older) }));
  const theirs = saelens(X, { tensors, config: { architecture: "topk", k: 3 } });
  assertSame(ownOutputs(X, read), theirs, "before version 6");
  const plain = {
    d_in: D,
    d_sae: F,
    architecture: "standard",
    activation_fn: "relu",
    normalize_activations: "expected_average_only_in",
  };
  const unfolded = await readDictionary(
    folderOf({ "cfg.json": plain, "sae_weights.safetensors": safetensors(tensors) }),
  );
  assertSame(ownOutputs(X, unfolded), saelens(X, { tensors, config: { architecture: "standard" } }), "unfolded");
  assert.match(
    unfolded.notes[0],
    /^Its cfg\.json states expected_average_only_in, whose factor the folder does not hold/,
  );
});

/** Tensors of sparsify or Llama Scope. */
function linearTensors(): Tensors {
  return {
    "encoder.weight": tensor("encoder", { shape: [F, D] }),
    "encoder.bias": tensor("bias", { shape: [F], spread: 0.4 }),
    W_dec: tensor("decoder", { shape: [F, D] }),
    b_dec: tensor("b_dec", { shape: [D], spread: 0.4 }),
  };
}

for (const dtype of ["F32", "BF16", "F16", "F64"] as const) {
  Deno.test(`readDictionary() reads sparsify of ${dtype}, whose decoder is not transposed`, async () => {
    const tensors = rounded(linearTensors(), dtype);
    const config = {
      activation: "topk",
      expansion_factor: 32,
      normalize_decoder: true,
      num_latents: F,
      k: 3,
      multi_topk: true,
      skip_connection: false,
      transcode: false,
      d_in: D,
    };
    const read = await readDictionary(
      folderOf({ "cfg.json": config, "sae.safetensors": safetensors(tensors, { dtype }) }),
    );
    assert.deepEqual([read.tool, read.architecture, read.knobs.k], ["sparsify", "topk", 3]);
    const theirs = sparsify(X, { tensors, k: 3 }), own = ownOutputs(X, read);
    assertSame(own, theirs, dtype);
    assertClose(own.recon.flat(), theirs.recon.flat(), 1e-6, "reconstructions");
  });

  Deno.test(`readDictionary() reads Llama Scope of ${dtype}, with the mean length of its data`, async () => {
    const { W_dec, b_dec, ...encoder } = linearTensors();
    const tensors = rounded({ ...encoder, "decoder.weight": turned(W_dec), "decoder.bias": b_dec }, dtype);
    const threshold = 0.53125, norm = 9.25;
    const config = {
      d_model: D,
      d_sae: F,
      jump_relu_threshold: threshold,
      dataset_average_activation_norm: { in: norm, out: norm },
      act_fn: "jumprelu",
    };
    const files = { "hyperparams.json": config, "checkpoints/final.safetensors": safetensors(tensors, { dtype }) };
    const read = await readDictionary(folderOf(files));
    const x = X.map((row) => row.map((value) => 4 * value));
    const theirs = llamaScope(x, { tensors, threshold, norm }), own = ownOutputs(x, read);
    assertSame(own, theirs, dtype);
    const factor = read.scaling.factor as number;
    assertClose([factor], [Math.sqrt(D) / norm], 1e-12, "the factor");
    assertClose(own.recon.flat().map((value) => value / factor), theirs.recon.flat(), 1e-6, "reconstructions");
  });

  Deno.test(`readDictionary() reads Gemma Scope 2 of ${dtype}`, async () => {
    const { W_enc, W_dec, ...others } = rounded(fieldTensors(OWN.jumprelu), dtype);
    const tensors = { w_enc: W_enc, w_dec: W_dec, ...others };
    const files = {
      "config.json": { architecture: "jump_relu", width: F },
      "params.safetensors": safetensors(tensors, { dtype }),
    };
    const read = await readDictionary(folderOf(files));
    const theirs = gemmaScope(X, tensors), own = ownOutputs(X, read);
    assert.deepEqual([read.tool, read.knobs.preBias], ["Gemma Scope 2", "none"]);
    assertSame(own, theirs, dtype);
    assertClose(own.recon.flat(), theirs.recon.flat(), 1e-6, "reconstructions");
  });
}

for (
  const how of [
    {},
    { isDeflated: true },
    { isFortran: true },
    { isBigEndian: true, dtype: "F64" },
    { isDeflated: true, isFortran: true, dtype: "F16" },
  ] as const
) {
  Deno.test(`readDictionary() reads Gemma Scope's npz, ${JSON.stringify(how)}`, async () => {
    const tensors = rounded(fieldTensors(OWN.jumprelu), "dtype" in how && how.dtype || "F32");
    const read = await readDictionary(folderOf({ "params.npz": npz(tensors, how) }));
    const theirs = gemmaScope(X, tensors), own = ownOutputs(X, read);
    assert.deepEqual([read.tool, read.architecture, read.files], ["Gemma Scope", "JumpReLU", ["params.npz"]]);
    assertSame(own, theirs, JSON.stringify(how));
    assertClose(own.recon.flat(), theirs.recon.flat(), 1e-6, "reconstructions");
  });
}

type Files = Parameters<typeof folderOf>[0];

async function refuses(files: Files, message: RegExp): Promise<void> {
  await assert.rejects(readDictionary(folderOf(files, { name: "some/sae" })), (error: Error) => {
    assert.ok(error instanceof UserError, error.stack);
    assert.match(error.message, message);
    assert.ok(!error.message.includes("\n"), "one line");
    return true;
  });
}

Deno.test("readDictionary() says in one line which folders it takes, what a folder lacks, and how a pickle is converted", async () => {
  await refuses(
    {},
    /^Cannot import some\/sae: it has no files, expected one of: sae_weights\.safetensors and cfg\.json \(SAELens\); /,
  );
  await refuses(
    { "notes.txt": {} },
    /^Cannot import some\/sae: it has "notes\.txt" and no known file, expected one of: /,
  );
  await refuses({ "cfg.json": {} }, /: it has "cfg\.json" and no known file/);
  await refuses(
    { "sae_weights.safetensors": safetensors({}) },
    /: it lacks cfg\.json, expected sae_weights\.safetensors and cfg\.json \(SAELens\)$/,
  );
  await refuses(
    { "run.json": {}, "model.safetensors": {} },
    /: it is a run of this program already, expected another program's folder; train --init-from takes a run$/,
  );
  await refuses(
    { "ae.pt": {}, "config.json": {} },
    /^Cannot read some\/sae\/ae\.pt: it is a PyTorch pickle, .*import torch.*torch\.load.*save_file/,
  );
});

Deno.test("readDictionary() refuses in one line what it cannot compute, and what contradicts itself", async () => {
  const tensors = fieldTensors(OWN.topk), config = { ...WHOLE, architecture: "topk", k: 3, metadata: METADATA };
  const saelensWith = (more: object, changed: Tensors = tensors): Files => ({
    "cfg.json": { ...config, ...more },
    "sae_weights.safetensors": safetensors(changed),
  });
  const cases: [Files, RegExp][] = [
    [
      saelensWith({ architecture: "transcoder" }),
      /cfg\.json has "architecture": "transcoder", expected one of standard, topk, jumprelu, gated$/,
    ],
    [saelensWith({ architecture: 3 }), /cfg\.json has "architecture": 3, expected a word$/],
    [
      saelensWith({ normalize_activations: "other" }),
      /expected one of none, expected_average_only_in, constant_norm_rescale, layer_norm$/,
    ],
    [
      saelensWith({ reshape_activations: "hook_z" }),
      /"reshape_activations": "hook_z", expected none: a row must be one vector$/,
    ],
    [saelensWith({ activation_fn: "tanh-relu" }), /"activation_fn": "tanh-relu", expected one of relu, topk$/],
    [saelensWith({ k: null }), /cfg\.json's "activation_fn_kwargs" lacks "k", expected a whole number of at least 1$/],
    [saelensWith({ k: 0 }), /cfg\.json has "k": 0, expected a whole number of at least 1$/],
    [saelensWith({ k: 13 }), /: k is 13, expected at most its 12 latents$/],
    [saelensWith({ d_in: undefined }), /cfg\.json lacks "d_in", expected a whole number of at least 1$/],
    [saelensWith({ apply_b_dec_to_input: "yes" }), /"apply_b_dec_to_input": "yes", expected true or false$/],
    [saelensWith({ d_in: 8 }), /: W_enc of sae_weights\.safetensors has shape \[7, 12\], expected \[8, 12\]$/],
    [
      saelensWith({}, { ...tensors, W_dec: turned(tensors.W_dec) }),
      /W_dec of sae_weights\.safetensors has shape \[7, 12\], expected \[12, 7\]$/,
    ],
    [
      saelensWith({}, { W_enc: tensors.W_enc }),
      /: sae_weights\.safetensors lacks the tensor b_enc, expected one of shape \[12\]$/,
    ],
    [
      saelensWith({}, { ...tensors, threshold: tensors.b_enc }),
      /has the tensor "threshold", expected only W_enc, b_enc, W_dec, b_dec$/,
    ],
    [
      saelensWith({}, { ...tensors, b_enc: { shape: [F], values: [1, 2, NaN, ...Array(9).fill(0)] } }),
      /: number 2 of b_enc in sae_weights\.safetensors is NaN, expected finite numbers$/,
    ],
    [saelensWith({}, { ...tensors, scaling_factor: tensors.b_enc }), /has the tensor "scaling_factor", expected only/],
    [
      { ...saelensWith({}), "cfg.json": new TextEncoder().encode("{") },
      /: cfg\.json is not JSON, expected a JSON object$/,
    ],
    [{ ...saelensWith({}), "cfg.json": [1] }, /: cfg\.json is not an object, expected a JSON object$/],
    [{ ...saelensWith({}), "sae_weights.safetensors": new Uint8Array(3) }, /^Cannot read /],
  ];
  const hook = { activation: "topk", expansion_factor: 2, num_latents: 0, k: 3, d_in: 6 },
    sparse = safetensors(linearTensors());
  const sparsifyWith = (more: object): Files => ({ "cfg.json": { ...hook, ...more }, "sae.safetensors": sparse });
  cases.push(
    [
      sparsifyWith({ activation: "groupmax" }),
      /cfg\.json has "activation": "groupmax", expected topk: the largest of each group are not/,
    ],
    [
      sparsifyWith({ transcode: true }),
      /"transcode": true, expected false: this program reconstructs a row from itself/,
    ],
    [sparsifyWith({ skip_connection: true }), /"skip_connection": true, expected false/],
    [sparsifyWith({}), /encoder\.weight of sae\.safetensors has shape \[12, 7\], expected \[12, 6\]$/],
  );
  const gemma = fieldTensors(OWN.jumprelu), wrong = { shape: [D, D], values: Array(D * D).fill(0) };
  cases.push(
    [{ "params.npz": npz({ b_enc: gemma.b_enc }) }, /: params\.npz lacks W_enc, expected W_enc of shape \[d, F\]$/],
    [
      { "params.npz": npz({ ...gemma, W_enc: gemma.b_enc }) },
      /W_enc of params\.npz has shape \[12\], expected W_enc of shape \[d, F\]$/,
    ],
    [
      { "config.json": {}, "params.safetensors": safetensors({ ...gemma, affine_skip_connection: wrong }) },
      /has the tensor affine_skip_connection, expected a dictionary that reconstructs a row from itself, not a transcoder$/,
    ],
    [
      { "config.json": { architecture: "clt" }, "params.safetensors": safetensors(gemma) },
      /config\.json has "architecture": "clt", expected jump_relu$/,
    ],
  );
  const { W_dec, b_dec, ...encoder } = linearTensors();
  const llama = safetensors({ ...encoder, "decoder.weight": turned(W_dec), "decoder.bias": b_dec });
  const llamaWith = (more: object): Files => ({
    "hyperparams.json": {
      d_model: D,
      d_sae: F,
      jump_relu_threshold: 1,
      dataset_average_activation_norm: { in: 3 },
      ...more,
    },
    "checkpoints/final.safetensors": llama,
  });
  cases.push(
    [
      llamaWith({ jump_relu_threshold: null }),
      /hyperparams\.json has "jump_relu_threshold": null, expected a number$/,
    ],
    [llamaWith({ dataset_average_activation_norm: { in: 0 } }), /"in": 0, expected a number above 0$/],
    [llamaWith({ dataset_average_activation_norm: { in: 3, out: 4 } }), /"out": 4, expected 3, as "in"/],
    [llamaWith({ dataset_average_activation_norm: 3 }), /"dataset_average_activation_norm": 3, expected an object$/],
  );
  for (const [files, message] of cases) await refuses(files, message);
});
