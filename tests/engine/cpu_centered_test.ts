/**
 * A first layer on the CPU engine that reads images less their mean: float64 at awkward widths, the same bits however it
 * runs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CpuEngine } from "../../lib/engine/cpu/cpu_engine.ts";
import { INPUT_MEAN } from "../../lib/sae/model.ts";
import { assertClose, flat } from "./assert_close.ts";
import { type Case, makeCase, planned } from "./cases.ts";
import { images64, Trainer64, widen } from "./float64_model.ts";
import { kernels } from "./kernels.ts";
import { needs } from "../needs.ts";

async function trained({ definition, state, pixels, config }: Case, options: { threads: number; isSparse: boolean }) {
  const engine = await CpuEngine.start(definition, { kernels: await kernels(), ...options });
  await engine.load({ state, pixels, batch: config.batch });
  const indices = Uint32Array.from({ length: 3 * config.batch - 1 }, (_, i) => (7 * i) % 160);
  const learningRates = new Float64Array(Math.ceil(indices.length / config.batch)).fill(1e-3);
  const losses = await engine.train(planned(config, { indices, batch: config.batch, learningRates }));
  const result = { indices, losses, state: await engine.state() };
  await engine.dispose();
  return result;
}

Deno.test(
  "train() with a centred input equals float64 when widths run over the edges of every tile",
  needs("permissions"),
  async () => {
    for (const width of [1, 2, 3, 5, 8, 12, 17, 31, 33, 65]) {
      for (const hiddenActivation of ["relu", "sigmoid"] as const) {
        const example = makeCase(2 * width - 1, {
          hidden: [width],
          latent: Math.ceil(width / 2),
          batch: 2 + width % 11,
          center: "mean",
          beta: 0.02,
          latentBias: "init",
          decoderScale: "init",
          adamEpsilon: 1e-4, // so that a gradient that is all rounding moves nothing
          ...(hiddenActivation === "sigmoid" && { penalize: "all" as const }),
        });
        const { dInput } = example.definition.arch;
        example.pixels.subarray(0, 20 * dInput).fill(0); // whole images without a pixel: their inputs are −x̄
        const images = images64(example.pixels, dInput);
        for (const isSparse of [false, true]) {
          const { indices, state, losses } = await trained(example, { threads: 2, isSparse });
          const truth = new Trainer64(
            example.definition,
            widen(example.state.params),
            example.state.buffers[INPUT_MEAN],
          );
          losses.reconstruction.forEach((loss, i) => {
            const rows = indices.subarray(i * example.config.batch, (i + 1) * example.config.batch);
            const expected = truth.train(Array.from(rows, (row) => images[row]), 1e-3);
            assertClose([loss], [expected.reconstruction], 1e-5, `${example.name}: reconstruction`);
          });
          assertClose(flat(state.params), flat(truth.params), 1e-6, `${example.name}: parameters`);
          assert.deepEqual(state.buffers, example.state.buffers);
        }
      }
    }
  },
);

Deno.test(
  "train() with a centred input gives the same bits for any number of threads, with lists and without",
  needs("permissions"),
  async () => {
    const example = makeCase(131, { hidden: [67], latent: 33, batch: 100, center: "mean" });
    const expected = await trained(example, { threads: 1, isSparse: false });
    for (const [threads, isSparse] of [[1, true], [2, false], [2, true], [3, false], [3, true]] as const) {
      assert.deepEqual(await trained(example, { threads, isSparse }), expected);
    }
  },
);

Deno.test("a mean of 0 gives the bits of an input that is not centred", needs("permissions"), async () => {
  const knobs = { hidden: [67], latent: 33, batch: 100 } as const;
  const plain = makeCase(131, { ...knobs, hidden: [67] });
  const centred = makeCase(131, { ...knobs, hidden: [67], center: "mean" });
  centred.state.buffers[INPUT_MEAN].fill(0);
  for (const isSparse of [false, true]) {
    const { losses, state } = await trained({ ...centred, state: { ...plain.state, buffers: centred.state.buffers } }, {
      threads: 2,
      isSparse,
    });
    const expected = await trained(plain, { threads: 2, isSparse });
    assert.deepEqual(losses, expected.losses);
    assert.deepEqual(state.params, expected.state.params);
  }
});
