/**
 * docs/variants.md followed to the letter in a copy of the program: two new variants, one of them with a way to choose of
 * its own, train on the reference, CPU and WebGPU engines to the same parameters.
 *
 * @module
 */
import assert from "node:assert/strict";
import { needsAdapter } from "../adapter.ts";
import { needs } from "../needs.ts";
import { programCopy, runDeno } from "../program_copy.ts";

const PAGE = new URL("../../docs/variants.md", import.meta.url);
/** Files that the page says to change for a new way to choose. */
const MOST_FILES = 6;

/** Trains each variant for some steps on every engine and prints the largest differences from the reference. */
const SCRIPT = `
  import { resolveConfig } from "./lib/config.ts";
  import { initialState, stepDefinition } from "./lib/engine/engine.ts";
  import { whyNotCpu } from "./lib/engine/capability.ts";
  import { whyNotWebGpu } from "./lib/engine/webgpu_capability.ts";
  import { CpuEngine } from "./lib/engine/cpu/cpu_engine.ts";
  import { ReferenceEngine } from "./lib/engine/reference/reference_engine.ts";
  import { requestDevice } from "./lib/engine/webgpu/gpu_device.ts";
  import { candidateModels } from "./lib/engine/webgpu/gpu_models.ts";
  import { WebGpuEngine } from "./lib/engine/webgpu/webgpu_engine.ts";
  import { Rng } from "./lib/rng.ts";
  import { initialModel } from "./lib/sae/init.ts";

  const device = Deno.args[0] === "adapter" ? await requestDevice() : null;
  const rng = Rng.fromSeed(0, "pixels"), batch = 20, dInput = 16;
  const pixels = Float32Array.from({ length: 100 * dInput }, () => rng.normal(0.2, 0.8));
  const plan = {
    indices: Uint32Array.from({ length: 4 * batch }, (_, i) => i),
    batch,
    learningRates: new Float64Array(4).fill(1e-3),
    weights: new Float64Array(4),
  };
  const starts = {
    cpu: (definition) => CpuEngine.start(definition, { threads: 2 }),
    ...(device && {
      webgpu: (definition) => WebGpuEngine.create(candidateModels(definition, device)[0], { device }),
    }),
  };
  const result = {};
  for (const [sparsity, knobs] of Object.entries({ nested: {}, floor: {} })) {
    const config = resolveConfig({ sparsity, latent: 24, k: 4, batch, deadSteps: 2, adamEpsilon: 1e-4, ...knobs });
    const definition = stepDefinition(config, dInput);
    const state = initialState(initialModel(config, { arch: definition.arch, pixels }));
    const trained = async (start) => {
      const engine = await start(definition);
      await engine.load({ state, pixels, batch });
      const losses = await engine.train(plan);
      const { hidden: [acts] } = await engine.forward(pixels);
      const { params } = await engine.state();
      await engine.dispose();
      return { losses, acts, params };
    };
    const truth = await trained((definition) => ReferenceEngine.start(definition, "cpu"));
    const actives = Array.from({ length: 100 }, (_, row) =>
      truth.acts.subarray(24 * row, 24 * (row + 1)).filter((act) => act > 0).length);
    const active = Math.max(...actives), isAlwaysFull = Math.min(...actives) === active;
    const weakest = Math.min(...truth.acts.filter((act) => act > 0));
    result[sparsity] = {
      why: [whyNotCpu(definition, { batch, pixels }), whyNotWebGpu(definition, { batch, pixels })],
      active,
      isAlwaysFull,
      weakest,
      auxiliary: truth.losses.auxiliary[0],
    };
    for (const [name, start] of Object.entries(starts)) {
      const own = await trained(start);
      const difference = (a, b) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));
      result[sparsity][name] = Math.max(
        difference(own.acts, truth.acts),
        ...["reconstruction", "auxiliary"].map((part) => difference(own.losses[part], truth.losses[part])),
        ...Object.keys(truth.params).map((part) => difference(own.params[part], truth.params[part])),
      );
    }
  }
  device?.destroy();
  console.log(JSON.stringify(result));
`;

Deno.test(
  "docs/variants.md gives two variants that every engine trains, the second one by changing six files",
  needs("permissions", "time"),
  async () => {
    await using copy = await programCopy();
    const sections = (await Deno.readTextFile(PAGE)).split(/^## /m);
    const [ofTwo, ofSix] = ["Two files", "Six files"].map((title) => sections.find((text) => text.startsWith(title))!);
    const [nested] = blocksOf(ofTwo);
    const changed = new Set<string>();
    for (const { path, kind, text } of [nested, ...blocksOf(ofSix)]) {
      const url = `${copy.path}/${path}`;
      if (kind === "diff") await Deno.writeTextFile(url, patched(await Deno.readTextFile(url), text));
      else await Deno.writeTextFile(url, text, { createNew: true });
      if (path !== nested.path) changed.add(path);
    }
    assert.equal(changed.size, MOST_FILES, [...changed].join(", "));

    await runDeno(copy.path, ["check", "main.ts"]);
    await runDeno(copy.path, ["task", "kernels"]);
    const script = `${copy.path}/train_new_variants.ts`;
    await Deno.writeTextFile(script, SCRIPT);
    const device = needsAdapter() ? "adapter" : "none";
    const run = ["run", "-A", "--no-check", "--lock=deno.lock", "--frozen", script, device];
    const result = JSON.parse((await runDeno(copy.path, run)).stdout);
    for (const name of ["nested", "floor"]) {
      const { why, active, isAlwaysFull, auxiliary, weakest, ...differences } = result[name];
      assert.deepEqual(why, [null, null]);
      assert.ok(active <= 4 && active > 0, `${active} latents are active`);
      if (name === "floor") assert.ok(weakest > 0.5 && !isAlwaysFull);
      else assert.ok(auxiliary > 0, "prefixes have losses");
      assert.deepEqual(Object.keys(differences), needsAdapter() ? ["cpu", "webgpu"] : ["cpu"]);
      for (const [engine, difference] of Object.entries(differences)) {
        assert.ok(difference as number < 1e-5, `${name} on ${engine} is off by ${difference}`);
      }
    }
  },
);

/** Each block of code with the file that the words before it name last. */
function blocksOf(section: string): { path: string; kind: string; text: string }[] {
  let path = "";
  return Array.from(section.matchAll(/`((?:lib|docs)\/[^`]+)`|^```(\w+)[^\n]*\n(.*?)^```$/gms)).flatMap(
    ([, named, kind, text]) => {
      if (named) path = named;
      return named ? [] : [{ path, kind, text }];
    },
  );
}

/** A text with one change made, which must fit in one place. */
function patched(text: string, diff: string): string {
  const lines = diff.trimEnd().split("\n");
  const side = (sign: string) =>
    lines.filter((line) => line[0] === " " || line[0] === sign).map((line) => line.slice(1)).join("\n");
  const parts = text.split(`${side("-")}\n`);
  assert.equal(parts.length, 2, `the file has once:\n${side("-")}`);
  return parts.join(`${side("+")}\n`);
}
