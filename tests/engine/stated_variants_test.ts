/**
 * Variants that nobody has written, put together from what a variant can state: engines that cover them derive everything
 * from the statements, and must agree with the reference engine, which runs the equations.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Config } from "../../lib/config.ts";
import { whyNotCpu } from "../../lib/engine/capability.ts";
import { whyNotWebGpu } from "../../lib/engine/webgpu_capability.ts";
import { initialState, type StepDefinition, stepDefinition } from "../../lib/engine/engine.ts";
import { Rng } from "../../lib/rng.ts";
import { initialModel } from "../../lib/sae/init.ts";
import { architecture, LAST_FIRED } from "../../lib/sae/model.ts";
import { auxK } from "../../lib/sae/sparsity/topk.ts";
import type { Tensor, Variant } from "../../lib/sae/sparsity/variant.ts";
import { type VariantKnobs, type VariantName, VARIANTS } from "../../lib/sae/sparsity/variants.ts";
import { configOf } from "../config_of.ts";
import { assertClose } from "./assert_close.ts";
import { ENGINES, opened } from "./engines.ts";

type Terms = Variant<Record<never, never>, VariantKnobs>["terms"];
type Made = (typeof VARIANTS)[VariantName];

const WIDTHS = [2, 9];
const BUDGETS = [1, 4, 12];

/** Every prefix reconstructs, and AuxK revives. */
const prefixesAndAuxK: Terms = (ops, pass) => {
  const parts: Tensor[] = WIDTHS.map((width) => pass.reconstructionLoss(ops.prefix(pass.acts, width)));
  const revived = auxK(ops, pass);
  return { auxiliary: [...parts, ...(revived ? [revived] : [])].reduce((a, b) => ops.add(a, b)) };
};

/** The latents' lengths are penalized; prefixes reconstruct, or AuxK revives. */
const lengths: Terms = (ops, { acts, decoderNorms, dInput }) => ({
  penalty: ops.div(ops.mean(ops.sum(ops.mul(acts, decoderNorms), 1)), dInput),
});
const lengthsAndPrefixes: Terms = (ops, pass) => ({
  ...lengths(ops, pass),
  auxiliary: WIDTHS.map((width) => pass.reconstructionLoss(ops.prefix(pass.acts, width))).reduce((a, b) =>
    ops.add(a, b)
  ),
});
const lengthsAndBudgets: Terms = (ops, pass) => {
  const parts = BUDGETS.map((j) => pass.reconstructionLoss(ops.mul(pass.acts, ops.largestInRows(pass.acts, j))));
  const mean = ops.div(
    [...parts, pass.reconstructionLoss(pass.acts)].reduce((a, b) => ops.add(a, b)),
    BUDGETS.length + 1,
  );
  return { ...lengths(ops, pass), auxiliary: ops.sub(mean, pass.reconstructionLoss(pass.acts)) };
};
const lengthsAndAuxK: Terms = (ops, pass) => ({ ...lengths(ops, pass), auxiliary: auxK(ops, pass) });

const { topk, batchtopk, l1, jumprelu } = VARIANTS;

/** By name: the variant, and what its configuration changes from that of the variant it is made from. */
const MADE: Record<string, { base: VariantName; variant: Made; turned?: Partial<Config> }> = {
  "topk with prefixes": {
    base: "topk",
    variant: { ...topk, prefixWidths: () => WIDTHS, terms: prefixesAndAuxK },
  },
  "topk with a penalty": {
    base: "topk",
    variant: { ...topk, penalizes: "length", weight: "lambda", terms: lengthsAndAuxK },
    turned: { decoderNorm: "free", preBias: "none" },
  },
  "batchtopk with a penalty": {
    base: "batchtopk",
    variant: { ...batchtopk, penalizes: "length", weight: "lambda", terms: lengthsAndAuxK },
    turned: { decoderNorm: "free" },
  },
  "l1 with prefixes": {
    base: "l1",
    variant: { ...l1, prefixWidths: () => WIDTHS, terms: lengthsAndPrefixes },
    turned: { decoderNorm: "free" },
  },
  "l1 with budgets": {
    base: "l1",
    variant: { ...l1, budgets: () => BUDGETS, terms: lengthsAndBudgets },
    turned: { decoderNorm: "free" },
  },
  "jumprelu with prefixes and lengths": {
    base: "jumprelu",
    variant: { ...jumprelu, penalizes: "length", prefixWidths: () => WIDTHS, terms: lengthsAndPrefixes },
    turned: { decoderNorm: "free", bandwidth: 0.5 },
  },
};

const D_INPUT = 20, LATENTS = 13, BATCH = 21;

for (const { name, start, ignore } of ENGINES.filter(({ name }) => /^(webgpu|cpu with 2 threads)$/.test(name))) {
  Deno.test({ name: `variants made of statements train on ${name} as on the reference engine`, ignore }, async (t) => {
    for (const [made, { base, variant, turned }] of Object.entries(MADE)) {
      await t.step(made, async () => {
        const known: Record<string, Made> = VARIANTS;
        known[made] = variant;
        try {
          const config = configOf({ sparsity: base, hidden: [], latent: LATENTS, k: 3, deadSteps: 1, ...turned });
          const ofBase = stepDefinition(config, D_INPUT), sparsity = made as VariantName;
          await compare(start, {
            adam: { ...ofBase.adam, epsilon: 1e-4 },
            arch: architecture({ ...config, sparsity }, D_INPUT),
            objective: { ...ofBase.objective, sparsity },
          }, config);
        } finally {
          delete known[made];
        }
      });
    }
  });
}

Deno.test("no engine of ours takes a variant that states what it does not know", () => {
  const known: Record<string, Made> = VARIANTS, pixels = new Float32Array(D_INPUT), made = "unheard of" as VariantName;
  const whys = (variant: Made) => {
    known[made] = variant;
    try {
      const config = configOf({ sparsity: "topk", hidden: [], latent: LATENTS, k: 3 });
      const { objective, adam } = stepDefinition(config, D_INPUT);
      const arch = architecture({ ...config, sparsity: made }, D_INPUT);
      const definition = { arch, adam, objective: { ...objective, sparsity: made } };
      return [whyNotWebGpu, whyNotCpu].map((why) => why(definition, { batch: BATCH, pixels, threads: 1 }));
    } finally {
      delete known[made];
    }
  };
  assert.deepEqual(whys(topk), [null, null]);
  for (
    const stated of [
      { activates: "other" },
      { penalizes: "other" },
      { penalizes: "count" }, // it has no gradient here
      { activates: "jump" }, // without its parameter
      { parameters: () => ({ scale: { initial: 1, rate: 1 } }) },
      { buffers: { mean: 0 } },
      { selects: "batch" }, // without a threshold for afterwards
      { budgets: () => [1], prefixWidths: () => [1] },
      { budgets: () => [1], activates: "jump", selects: "all", revives: false, parameters: jumprelu.parameters },
    ] as Partial<Made>[]
  ) {
    for (const why of whys({ ...topk, ...stated })) {
      assert.match(
        why ?? "nothing",
        /^the method .+ has formulas for which it has no kernels$/,
        JSON.stringify(stated),
      );
    }
  }
});

async function compare(start: (typeof ENGINES)[number]["start"], definition: StepDefinition, config: Config) {
  const { arch } = definition;
  const rng = Rng.fromSeed(3, "stated");
  const pixels = Float32Array.from({ length: 60 * D_INPUT }, () => rng.normal(0.2, 0.8));
  assert.equal(whyNotWebGpu(definition, { batch: BATCH, pixels }), null);
  assert.equal(whyNotCpu(definition, { batch: BATCH, pixels, threads: 2 }), null);
  const state = { ...initialState(initialModel(config, { arch, pixels })), step: 10 };
  state.buffers[LAST_FIRED].forEach((_, j, lastFired) => lastFired[j] = j % 3 === 0 ? 2 : 10);
  const reference = ENGINES.find(({ name }) => name === "reference on cpu")!;
  const results = [];
  for (const begin of [start, reference.start]) {
    await using engine = await opened(begin, definition);
    await engine.load({ state, pixels, batch: BATCH });
    const losses = await engine.train({
      indices: Uint32Array.from({ length: 3 * BATCH - 4 }, (_, i) => (i * 37) % 60),
      batch: BATCH,
      learningRates: Float64Array.of(3e-3, 1e-3, 2e-3),
      weights: Float64Array.of(0.3, 0.6, 0.1),
    });
    results.push({ losses, state: await engine.state(), forward: await engine.forward(pixels) });
  }
  const [own, truth] = results, { budgets } = VARIANTS[definition.objective.sparsity];
  for (const part of ["reconstruction", "penalty", "auxiliary"] as const) {
    // With budgets it is a difference between losses as large as the reconstruction's, and is rounded as they are.
    const floor = part === "auxiliary" && budgets ? truth.losses.reconstruction.reduce((a, b) => Math.max(a, b)) : 0;
    assertClose(own.losses[part], truth.losses[part], 2e-6, part, floor);
  }
  for (const part of ["params", "m", "v", "buffers"] as const) {
    for (const [name, values] of Object.entries(truth.state[part])) {
      assertClose(own.state[part][name], values, 4e-6, `${part} ${name}`, part === "params" ? 1e-2 : 0);
    }
  }
  assertClose(own.forward.hidden[0], truth.forward.hidden[0], 1e-5, "latents");
  assertClose(own.forward.recon, truth.forward.recon, 1e-5, "recon");
}
