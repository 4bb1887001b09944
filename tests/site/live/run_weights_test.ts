/**
 * Runs of the site in the live page: their weights in half the bytes give the same model, whatever images come after.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Config, resolveConfig, type SettledConfig } from "../../../lib/config.ts";
import { UNSCALED } from "../../../lib/data/scaling.ts";
import { initialState, stepDefinition, type TrainingState } from "../../../lib/engine/engine.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../lib/formats/safetensors.ts";
import { modelFile } from "../../../lib/run/model_file.ts";
import { Rng } from "../../../lib/rng.ts";
import { Inference } from "../../../lib/sae/inference.ts";
import { initialModel } from "../../../lib/sae/init.ts";
import { VARIANT_NAMES } from "../../../lib/sae/sparsity/variants.ts";
import { withPeakRate } from "../../../lib/training/schedule.ts";
import { loadableRun } from "../../../site/src/live/loadable_run.ts";
import { decodeRunWeights, encodeRunWeights, modelOfRun } from "../../../site/src/live/worker/run_weights.ts";
import { assertClose } from "../../engine/assert_close.ts";

const WIDTH = 784;

/** Images of which a fifth of the pixels are not 0. */
function someImages(count: number, stream: string): Uint8Array<ArrayBuffer> {
  const rng = Rng.fromSeed(3, stream);
  return Uint8Array.from({ length: count * WIDTH }, () => rng.uniform() < 0.2 ? rng.below(256) : 0);
}

/** A model as after a training: no number is the one it began with. */
function trained(
  knobs: Partial<Config>,
): { config: SettledConfig; state: TrainingState; file: Uint8Array<ArrayBuffer> } {
  const config = withPeakRate(resolveConfig({ latent: 24, ...knobs }), { totalSteps: 100 });
  const { arch } = stepDefinition(config, WIDTH), rng = Rng.fromSeed(1, "trained");
  const state = initialState(initialModel(config, { arch, pixels: someImages(30, "training") }));
  for (const [name, values] of Object.entries(state.params)) {
    values.forEach((value, i) => values[i] = value + rng.normal(0, name.endsWith("bias") ? 0.1 : 0.02));
  }
  state.buffers.threshold?.fill(0.3);
  const model = modelFile(state, { arch, config, scaling: UNSCALED });
  return { config, state, file: encodeRunWeights(model, { id: "a-run", title: "A run", config }) };
}

for (const sparsity of VARIANT_NAMES) {
  Deno.test(`a run of ${sparsity} starts as the same model, with its settings, on other images too`, () => {
    const { config, state, file } = trained({ sparsity });
    const weights = decodeRunWeights(file, { name: "file" });
    assert.deepEqual([weights.id, weights.title, weights.config], ["a-run", "A run", config]);
    const { arch, objective } = stepDefinition(config, WIDTH);
    const model = modelOfRun(weights, { arch, pixels: someImages(50, "other") });
    assert.deepEqual(Object.keys(model.buffers).sort(), arch.buffers.map(({ name }) => name).sort());
    if (arch.hasCenteredInput) assert.notDeepEqual(model.buffers.inputMean, state.buffers.inputMean);
    const images = someImages(20, "measured");
    const [before, after] = [state, model].map(({ params, buffers }) => {
      const inference = new Inference({ arch, objective, params, buffers });
      return inference.decode(inference.encode(images));
    });
    assertClose(after, before, 4e-3, sparsity);
    // Each weight is the nearest number of 16 bits.
    const name = "decoder.0.weight";
    assert.deepEqual(model.params[name], Float32Array.from(new Float16Array(state.params[name])));
  });
}

Deno.test("the weights of 256 latents have at most 0.81 MB, and those of the default model 0.42 MB", () => {
  for (const [knobs, most] of [[{ sparsity: "topk", latent: 256 }, 810_000], [{ latent: 32 }, 425_000]] as const) {
    const { config, file } = trained(knobs);
    assert.ok(file.length <= most, `${file.length}`);
    const { bytes } = loadable({ config });
    assert.ok(file.length - bytes > 0 && file.length - bytes < 4000, "the rest are names and settings");
  }
});

Deno.test("a damaged file of weights, and one of another model, are refused in one line", () => {
  const { config, file } = trained({ sparsity: "batchtopk" });
  const { tensors, metadata } = decodeSafetensors(file);
  const withMetadata = (changed: Record<string, string>) =>
    encodeSafetensors({ tensors, metadata: { ...metadata, ...changed } }, { dtype: "F16" });
  const open = (file: Uint8Array, knobs: Partial<Config> = {}) => () => {
    const { arch } = stepDefinition({ ...config, ...knobs }, WIDTH);
    modelOfRun(decodeRunWeights(file, { name: "live.safetensors" }), { arch, pixels: someImages(3, "any") });
  };
  open(file)();
  const { "latents.threshold": threshold, ...others } = tensors;
  const withThreshold = (value: number) =>
    encodeSafetensors({
      tensors: { ...others, "latents.threshold": { ...threshold, values: Float32Array.of(value) } },
      metadata,
    }, { dtype: "F16" });
  const refused: [() => void, RegExp][] = [
    [
      open(file.subarray(0, 5)),
      /^Cannot read live\.safetensors: Cannot read safetensors: the file has 5 bytes, expected/,
    ],
    [open(file.subarray(0, -1)), /^Cannot read live\.safetensors: .* of \d+, expected a whole file$/],
    [open(new TextEncoder().encode("<!DOCTYPE html><html></html>")), /^Cannot read live\.safetensors: /],
    [open(encodeSafetensors({ tensors, metadata: {} })), /^Cannot read live\.safetensors: .*JSON/],
    [open(withMetadata({ config: "{" })), /^Cannot read live\.safetensors: .*JSON/],
    [open(withMetadata({ config: '{"latent":0}' })), /Cannot use latent: it is 0, expected an integer of at least 1$/],
    [open(withMetadata({ config: '{"widths":[3]}' })), /"widths" is unknown, expected one of preset, dataset/],
    [open(withMetadata({ config: "{}", id: "" })), /its settings are not a run's, expected those of run\.json$/],
    [
      open(file, { latent: 25 }),
      /^Cannot start from run a-run: these settings make another model, expected the sparsity/,
    ],
    [open(file, { sparsity: "topk" }), /these settings make another model/], // without a threshold
    [
      open(encodeSafetensors({ tensors: others, metadata })),
      /^Cannot start from run a-run: latents\.threshold is missing, expected shape \[1\]$/,
    ],
    [open(withThreshold(NaN)), /^Cannot start from run a-run: latents\.threshold has a number that is not finite/],
    [open(withThreshold(1e9)), /not finite/], // beyond numbers of 16 bits
  ];
  for (const [attempt, message] of refused) {
    assert.throws(attempt, (error: Error) => {
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return error.name === "UserError";
    });
  }
});

/** Whether a run can be opened: one of digits, with some of its facts changed. */
function loadable(
  { config = trained({}).config, dataset = {} }: { config?: SettledConfig; dataset?: Record<string, unknown> },
) {
  const shape = { kind: "image", height: 28, width: 28, channels: 1, black: 0, white: 1, drawn: true };
  const digits = { name: "digits", ...shape, test: { images: 500 }, ...dataset };
  return loadableRun({ id: "a", title: "A", config, dataset: digits } as Parameters<typeof loadableRun>[0]);
}

Deno.test("loadableRun() says why the page cannot open a run: rows without pictures, large images, too large, no engine", () => {
  const deep = trained({ sparsity: "topk", hidden: [5], center: "none" }).config;
  const wide = withPeakRate(resolveConfig({ sparsity: "l1", latent: 40_000 }), { totalSteps: 1 });
  assert.deepEqual([loadable({}).whyNot, loadable({}).data], [null, "digits"]);
  for (
    const dataset of [
      { channels: 3 },
      { height: 32, width: 20 },
      { black: -1 },
      { kind: "vector", height: 1, width: 200 },
    ]
  ) assert.deepEqual([loadable({ dataset }).whyNot, loadable({ dataset }).data], [null, "run:a"]);
  for (
    const [why, options] of [
      [/^its rows have 784 values, and vectors of more than 256 have no pictures in the report, from which/, {
        dataset: { name: "acts", kind: "vector", height: 1, width: 784, drawn: false },
      }],
      [/^its images have 65 × 32 pixels, more than 64 × 64$/, { dataset: { height: 65, width: 32 } }],
      [/^the page can take only 15 of its test rows$/, { dataset: { channels: 3, test: { images: 15 } } }],
      [/^its weights have 126\u00a0MB, more than 105\u00a0MB$/, { config: wide }],
      [/^the page's engine does not train its model: it trains topk only without hidden layers/, { config: deep }],
    ] as const
  ) assert.match(loadable(options).whyNot ?? "it can be opened", why);
});
