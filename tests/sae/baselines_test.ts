/**
 * Baselines: which configurations can have one, what it starts from, and that nobody asks for its name.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Config, KnobError, resolveConfig } from "../../lib/config.ts";
import { flagsFor, turnedKnobs } from "../../lib/config_flags.ts";
import { BASELINE_NAMES, BASELINES, takesSteps } from "../../lib/sae/baselines.ts";
import { initialModel } from "../../lib/sae/init.ts";
import { architecture, LAST_FIRED, parameterSpecs, START_DIRECTIONS } from "../../lib/sae/model.ts";
import { comparisonsWith, sources } from "../compared_names.ts";
import { needs } from "../needs.ts";

Deno.test("a configuration of every baseline is that of its flags", () => {
  for (const baseline of BASELINE_NAMES) {
    const config = resolveConfig({ sparsity: "topk", k: 8, baseline });
    const flags = flagsFor(turnedKnobs(config));
    assert.equal(flags.includes(`--baseline=${baseline}`), BASELINES[baseline] !== null);
    assert.deepEqual(resolveConfig(turnedKnobs(config)), config);
  }
});

Deno.test("resolveConfig() refuses a baseline where it has no meaning, and what would undo it", () => {
  const refused: [Partial<Config>, RegExp][] = [
    [{ baseline: "soft-frozen" }, /^Cannot use baseline: it is soft-frozen, expected none without one layer/],
    [{ baseline: "soft-frozen", sparsity: "topk", decoderNorm: "free" }, /expected none without one layer and decoder/],
    [{ baseline: "pca" }, /^Cannot use baseline: it is pca, expected none without one layer, .* sparsity topk/],
    [{ baseline: "pca", sparsity: "jumprelu" }, /expected none without one layer, a linear output and sparsity topk/],
    [{ baseline: "pca", sparsity: "topk", epochs: 3 }, /^Cannot use epochs: it is 3, .* takes no steps/],
    [
      { baseline: "random", sparsity: "l1", resampleSteps: 50 },
      /^Cannot use resampleSteps: it is 50, expected off with/,
    ],
  ];
  for (const [turned, message] of refused) {
    assert.throws(() => resolveConfig(turned), (error) => error instanceof KnobError && message.test(error.message));
  }
});

Deno.test("what a baseline freezes has no learning rate, and what it bounds keeps its start", () => {
  const pixels = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i));
  const rates = (config: Config) =>
    parameterSpecs(architecture(config, 6)).map(({ name, rate }) => `${name} ${rate}`).filter((text) =>
      text.includes("weight")
    );
  assert.deepEqual(rates(resolveConfig({ baseline: "frozen-encoder", hidden: [5] })), [
    ...["encoder.0.weight 0", "encoder.2.weight 0", "decoder.0.weight 1", "decoder.2.weight 1"],
  ]);
  assert.deepEqual(rates(resolveConfig({ baseline: "random", sparsity: "topk", k: 2, latent: 4 })), [
    ...["encoder.0.weight 0", "decoder.0.weight 0"],
  ]);
  const config = resolveConfig({ baseline: "soft-frozen", sparsity: "topk", k: 2, latent: 4 });
  const arch = architecture(config, 6), { params, buffers } = initialModel(config, { arch, pixels });
  assert.deepEqual(Object.keys(buffers), [LAST_FIRED, START_DIRECTIONS]);
  for (let latent = 0; latent < 4; latent++) {
    for (let i = 0; i < 6; i++) {
      assert.equal(buffers[START_DIRECTIONS][latent * 6 + i], params["decoder.0.weight"][i * 4 + latent]);
    }
  }
  assert.deepEqual(BASELINE_NAMES.filter((baseline) => !takesSteps({ baseline })), ["pca"]);
});

Deno.test("nothing outside the baselines' own file compares a baseline's name", needs("read"), async () => {
  const names = BASELINE_NAMES.filter((name) => BASELINES[name] !== null && !/^(?:pca|random)$/.test(name));
  const found: string[] = [];
  for await (const path of sources()) {
    if (path === "lib/sae/baselines.ts") continue;
    const text = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
    found.push(...comparisonsWith(names, text).map((comparison) => `${path}: ${comparison}`));
    found.push(
      ...(text.match(/\bbaseline\b[^;\n]{0,12}[=!]==?\s*["'`][a-z-]+["'`]/g) ?? []).map((hit) => `${path}: ${hit}`),
    );
  }
  assert.deepEqual(found, []);
});
