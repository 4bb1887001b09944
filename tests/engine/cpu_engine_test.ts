/**
 * What the CPU engine promises beyond the numbers of `steps_test.ts`: the same bits however it runs, and a clean end.
 *
 * @module
 */
import assert from "node:assert/strict";
import { loadKernels } from "../../lib/engine/cpu/load_kernels.ts";
import { CpuEngine, type CpuEngineOptions } from "../../lib/engine/cpu/cpu_engine.ts";
import type { LoadOptions, StepPlan, TrainingState } from "../../lib/engine/engine.ts";
import { Rng } from "../../lib/rng.ts";
import { assertClose, flat } from "./assert_close.ts";
import { type Case, CASES, CENTERED_CASES, makeCase, planned } from "./cases.ts";
import { CASES as DICTIONARIES } from "./dictionary_cases.ts";
import { Trainer64, widen } from "./float64_model.ts";
import { kernels } from "./kernels.ts";
import { needs } from "../needs.ts";

/** A middling model whose widths are off every tile, with a batch that leaves some threads more rows than others. */
const MIDDLING = makeCase(131, { hidden: [67], latent: 33, batch: 100, lr: 0.01 });

/** Steps over random images of a case. */
function planFor({ count, config }: Case, nSteps: number, batch = config.batch): StepPlan {
  const rng = Rng.fromSeed(3, "order");
  return planned(config, {
    indices: Uint32Array.from({ length: nSteps * batch - (batch > 4 ? 3 : 0) }, () => rng.below(count)),
    batch,
    learningRates: new Float64Array(nSteps).fill(config.lr),
  });
}

/** Runs `use` with an engine that has loaded a case, and disposes it. */
async function withEngine<T>(
  example: Case,
  options: Partial<CpuEngineOptions>,
  use: (engine: CpuEngine) => Promise<T>,
): Promise<T> {
  const engine = await CpuEngine.start(example.definition, { threads: 1, kernels: await kernels(), ...options });
  try {
    const batch = Math.max(256, example.config.batch);
    await engine.load({ state: example.state, pixels: example.pixels, batch });
    return await use(engine);
  } finally {
    await engine.dispose();
  }
}

/** The state after `nSteps` steps. */
function trained(example: Case, options: Partial<CpuEngineOptions>, nSteps = 5): Promise<TrainingState> {
  return withEngine(example, options, async (engine) => {
    await engine.train(planFor(example, nSteps));
    return await engine.state();
  });
}

Deno.test("train() gives the same bits for 1, 2 and 3 threads", needs("permissions"), async () => {
  for (const example of [MIDDLING, CASES[0], CASES[5]]) {
    const one = await trained(example, { threads: 1 });
    for (const threads of [2, 3]) assert.deepEqual(await trained(example, { threads }), one, example.name);
  }
});

Deno.test(
  "train() gives the same bits when threads divide the columns of wide layers, with lists and without",
  needs("permissions"),
  async () => {
    const wide = makeCase(784, { hidden: [1037], latent: 9, batch: 37 });
    const one = await trained(wide, { threads: 1, isSparse: true }, 2);
    for (const threads of [2, 3]) {
      for (const isSparse of [true, false]) assert.deepEqual(await trained(wide, { threads, isSparse }, 2), one);
    }
    const rows = wide.pixels.subarray(0, 50 * 784);
    const forward = (threads: number) => withEngine(wide, { threads }, (engine) => engine.forward(rows));
    assert.deepEqual(await forward(3), await forward(1));
  },
);

Deno.test("train() gives the same bits and losses when it is run again", needs("permissions"), async () => {
  const run = () =>
    withEngine(MIDDLING, { threads: 2 }, async (engine) => ({
      losses: await engine.train(planFor(MIDDLING, 5)),
      state: await engine.state(),
    }));
  assert.deepEqual(await run(), await run());
});

Deno.test(
  "train() gives the same bits with lists of pixels as with the dense product",
  needs("permissions"),
  async () => {
    const large = makeCase(131, { hidden: [67], latent: 33, batch: 600, lr: 0.01 }); // lists of it are made in three parts
    for (const example of [MIDDLING, CASES[1], CASES[2], CASES[6], large]) {
      for (const threads of [1, 3]) {
        const dense = await trained(example, { threads, isSparse: false });
        assert.deepEqual(await trained(example, { threads, isSparse: true }), dense, example.name);
      }
    }
  },
);

Deno.test("train() gives the same bits when one plan is cut into two", needs("permissions"), async () => {
  const plan = planFor(MIDDLING, 300); // more than one call of the kernels takes
  const cut = 120;
  const whole = await withEngine(MIDDLING, {}, async (engine) => {
    await engine.train(plan);
    return await engine.state();
  });
  const twice = await withEngine(MIDDLING, { threads: 2 }, async (engine) => {
    const { batch } = plan;
    await engine.train({
      indices: plan.indices.subarray(0, cut * batch),
      batch,
      learningRates: plan.learningRates.subarray(0, cut),
      weights: plan.weights.subarray(0, cut),
    });
    await engine.train({
      indices: plan.indices.subarray(cut * batch),
      batch,
      learningRates: plan.learningRates.subarray(cut),
      weights: plan.weights.subarray(cut),
    });
    return await engine.state();
  });
  assert.deepEqual(twice, whole);
});

Deno.test(
  "load() again, of other images and another state, gives what a new engine gives",
  needs("permissions"),
  async () => {
    const dictionary = DICTIONARIES.find(({ name }) => /^batchtopk.*aux 0.5/.test(name))!;
    for (const example of [MIDDLING, CENTERED_CASES[0], dictionary]) {
      const { definition, state, pixels } = example, { dInput } = definition.arch;
      const others = pixels.toReversed() as typeof pixels;
      const plan = {
        indices: Uint32Array.from({ length: 40 }, (_, i) => i),
        batch: 20,
        learningRates: Float64Array.of(0.01, 0.01),
        weights: Float64Array.of(0.1, 0.1),
      };
      const run = async (loads: Omit<LoadOptions, "batch">[]) => {
        const engine = await CpuEngine.start(definition, { threads: 2, kernels: await kernels(), isSparse: true });
        let losses;
        for (const load of loads) {
          await engine.load({ ...load, batch: 20 });
          losses = await engine.train(plan);
          await engine.forward(pixels.subarray(0, 9 * dInput) as typeof pixels);
        }
        const result = { losses, state: await engine.state() };
        await engine.dispose();
        return result;
      };
      const { state: trained } = await run([{ state, pixels: others }]);
      assert.deepEqual(
        await run([{ state, pixels: others }, { state: trained, pixels }]),
        await run([{ state: trained, pixels }]),
        example.name,
      );
    }
  },
);

Deno.test(
  "load() makes memory once, anew for a larger batch alone, and no other call makes any",
  needs("permissions"),
  async () => {
    const { Memory } = WebAssembly;
    let made = 0;
    WebAssembly.Memory = class extends Memory {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        super(descriptor);
        made++;
      }
    };
    try {
      await withEngine(MIDDLING, {}, async (engine) => {
        const { state, pixels } = MIDDLING, first = made;
        assert.ok(first > 0);
        await engine.train(planFor(MIDDLING, 2));
        await engine.losses(pixels, { batch: 50 });
        await engine.decode((await engine.forward(pixels)).hidden[1]);
        await engine.load({ state: await engine.state(), pixels: pixels.toReversed(), batch: 256 });
        assert.equal(made, first);
        await engine.load({ state, pixels, batch: 257 });
        assert.ok(made > first);
      });
    } finally {
      WebAssembly.Memory = Memory;
    }
  },
);

Deno.test("train() works on one thread when memory cannot be shared", needs("permissions"), async () => {
  const unshared = await loadKernels({ isShared: false });
  await withEngine(MIDDLING, { threads: 2, kernels: unshared }, async (engine) => {
    assert.match(engine.info.device, /1 thread$/);
    await engine.train(planFor(MIDDLING, 5));
    assert.deepEqual(await engine.state(), await trained(MIDDLING, { threads: 2 }));
  });
});

for (const isRelaxed of [true, false]) {
  Deno.test(
    `train() ${isRelaxed ? "with" : "without"} relaxed SIMD equals float64 when the last batch is short`,
    needs("permissions"),
    async () => {
      const variant = await loadKernels({ isRelaxed });
      for (const example of [CASES[1], CASES[4], CASES[6], CASES[8]]) {
        const { params } = await trained(example, { kernels: variant, threads: 2 }, 3);
        assertClose(flat(params), flat(truthAfter(example, 3)), 1e-6, "parameters");
      }
    },
  );
}

Deno.test("train() equals float64 when widths run over the edges of every tile", needs("permissions"), async () => {
  for (const width of [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 32, 33, 40, 65]) {
    const example = makeCase(width + 1, { hidden: [width], latent: Math.ceil(width / 2), batch: 1 + width % 11 });
    for (const isSparse of [false, true]) {
      const { params } = await trained(example, { threads: 1, isSparse }, 1);
      assertClose(flat(params), flat(truthAfter(example, 1)), 1e-6, "parameters");
    }
  }
});

Deno.test("train() leaves no denormal numbers when moments die out", needs("permissions"), async () => {
  const { state } = MIDDLING;
  const filled = (value: number) =>
    Object.fromEntries(Object.entries(state.params).map(([name, p]) => [name, new Float32Array(p.length).fill(value)]));
  const fading = { ...MIDDLING, pixels: new Uint8Array(MIDDLING.pixels.length) };
  fading.state = { ...state, m: filled(1e-24), v: filled(1e-33) };
  const { params, m, v } = await trained(fading, { threads: 2 }, 320);
  for (const part of [params, m, v]) {
    for (const values of Object.values(part)) {
      assert.ok(values.every((x) => x === 0 || Math.abs(x) > 1.2e-38));
    }
  }
});

Deno.test("train() stays finite when logits are huge", needs("permissions"), async () => {
  for (const loss of ["mse", "bce"] as const) {
    const example = makeCase(24, { hidden: [], latent: 8, loss });
    const output = example.definition.arch.layers[1].name;
    example.state.params[`${output}.bias`].forEach((_, i, bias) => bias[i] = i % 2 ? 1e4 : -1e4);
    await withEngine(example, {}, async (engine) => {
      const { reconstruction } = await engine.train(planFor(example, 2));
      const truth = new Trainer64(example.definition, widen(example.state.params));
      const { dInput } = example.definition.arch;
      const batch = Array.from(
        planFor(example, 2).indices.subarray(0, example.config.batch),
        (row) => Array.from(example.pixels.subarray(row * dInput, (row + 1) * dInput), (byte) => byte / 255),
      );
      const expected = truth.train(batch, example.config.lr).reconstruction;
      assert.ok(Math.abs(reconstruction[0] - expected) < 1e-5 * expected, `${loss}: ${reconstruction[0]}, ${expected}`);
      const { params } = await engine.state();
      assert.ok(Object.values(params).every((p) => p.every(Number.isFinite)));
    });
  }
});

Deno.test("forward() gives σ to float32's rounding", needs("permissions"), async () => {
  const nUnits = 6001;
  const example = makeCase(1, { hidden: [], latent: nUnits });
  const [latent] = example.definition.arch.layers;
  const bias = Float32Array.from({ length: nUnits }, (_, i) => (i - 3000) / 100);
  example.state.params[`${latent.name}.bias`] = bias;
  const { hidden } = await withEngine(example, {}, (engine) => engine.forward(new Uint8Array(1)));
  hidden[0].forEach((act, i) => {
    const expected = 1 / (1 + Math.exp(-bias[i]));
    assert.ok(Math.abs(act - expected) <= 3e-7 * expected, `σ(${bias[i]}) is ${act}, expected ${expected}`);
  });
});

Deno.test(
  "forward() gives each image the same activations when it runs beside others",
  needs("permissions"),
  async () => {
    await withEngine(MIDDLING, { threads: 2 }, async (engine) => {
      const { dInput, layers } = MIDDLING.definition.arch;
      const all = await engine.forward(MIDDLING.pixels); // 160 images, more than one pass takes
      for (const image of [0, 127, 128, 159]) {
        const alone = await engine.forward(MIDDLING.pixels.subarray(image * dInput, (image + 1) * dInput));
        alone.hidden.forEach((acts, l) => {
          const { dOut } = layers[l];
          assert.deepEqual(acts, all.hidden[l].slice(image * dOut, (image + 1) * dOut));
        });
        assert.deepEqual(alone.logits, all.logits.slice(image * dInput, (image + 1) * dInput));
      }
    });
  },
);

Deno.test("dispose() lets the process end when there were workers", needs("permissions"), async () => {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `
    import { CpuEngine } from ${url("../../lib/engine/cpu/cpu_engine.ts")};
    import { makeCase } from ${url("./cases.ts")};
    const { definition, state, pixels } = makeCase(16, {});
    const engine = await CpuEngine.start(definition, { threads: 3 });
    await engine.load({ state, pixels, batch: 256 });
    const rates = Float64Array.of(0.1, 0.1);
    await engine.train({ indices: new Uint32Array(8), batch: 4, learningRates: rates, weights: rates });
    await engine.dispose();
    console.log("disposed");`;
  const child = new Deno.Command("deno", { args: ["run", "-R", "-E", "-"], stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { success, stdout } = await child.output();
  assert.ok(success);
  assert.equal(new TextDecoder().decode(stdout), "disposed\n");
});

Deno.test(
  "start() settles on a thread for each core, or one fewer, when it is not told",
  needs("permissions"),
  async () => {
    const cores = navigator.hardwareConcurrency;
    await withEngine(MIDDLING, { threads: undefined }, async (engine) => {
      const threads = Number(engine.info.device.match(/(\d+) thread/)![1]);
      assert.ok(threads === cores || threads === cores - 1, engine.info.device);
      await engine.train(planFor(MIDDLING, 5));
      assert.deepEqual(await engine.state(), await trained(MIDDLING, { threads: 1 }));
    });
  },
);

function truthAfter(example: Case, nSteps: number) {
  const { dInput } = example.definition.arch;
  const truth = new Trainer64(example.definition, widen(example.state.params));
  const { indices, batch, learningRates } = planFor(example, nSteps);
  learningRates.forEach((lr, i) => {
    const rows = indices.subarray(i * batch, (i + 1) * batch);
    const images = Array.from(
      rows,
      (row) => Array.from(example.pixels.subarray(row * dInput, (row + 1) * dInput), (byte) => byte / 255),
    );
    truth.train(images, lr);
  });
  return truth.params;
}
