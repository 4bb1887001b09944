/**
 * Settings in words: every setting has a label of its own, and a table says what is not used.
 *
 * @module
 */
import assert from "node:assert/strict";
import { KNOB_NAMES } from "../../lib/config_knobs.ts";
import { resolveConfig } from "../../lib/config.ts";
import { labelInSentence, settingLabel, settingsOf, settingText, type SettledRun } from "../../site/src/settings.ts";

Deno.test("every setting of a configuration stands in the tables once, with a label in words", () => {
  const run = {
    config: resolveConfig({ sparsity: "topk", k: 16 }),
    dataset: { name: "mnist" },
    engine: { name: "cpu", backend: "wasm" },
    usedSettings: ["k", "hidden", "lr"],
  } as unknown as SettledRun;
  const settings = settingsOf(run), labels = settings.map(({ label }) => label);
  assert.equal(new Set(labels).size, labels.length);
  assert.equal(settings.length, KNOB_NAMES.length - 1, "backend and engine are one row");
  const textOf = (wanted: string) => settings.find(({ label }) => label === wanted)!.text;
  assert.deepEqual(["Sparsity method", "k", "Target ρ", "Hidden layers", "Data", "Engine"].map(textOf), [
    "TopK",
    "16",
    null,
    "none",
    "MNIST",
    "cpu, wasm",
  ]);
});

Deno.test("settingText() reads as people write", () => {
  assert.deepEqual(
    [
      settingText("latent", 1024),
      settingText("lr", 0.008979068291164665),
      settingText("adamEpsilon", 1e-8),
      settingText("targetL0", null),
      settingText("limit", null),
      settingText("threads", null),
      settingText("prefixes", [0.0625, 0.25]),
      settingText("hidden", []),
      settingText("preBias", "decoder"),
      settingText("preBias", "none"),
      settingText("sparsity", "batchtopk"),
      settingText("constructor", "none"),
    ],
    [
      "1\u202f024",
      "0.008979",
      "1e-8",
      "off",
      "all",
      "auto",
      "0.0625, 0.25",
      "none",
      "decoder’s bias",
      "none",
      "BatchTopK",
      "none",
    ],
  );
  assert.equal(settingLabel("deadSteps"), "Steps until a latent is dead");
  assert.equal(settingLabel("toString"), "toString");
  const inSentence = ["Target L0", "Zipf’s exponent", "Adam ε", "k"].map(labelInSentence);
  assert.deepEqual(inSentence, ["target L0", "Zipf’s exponent", "Adam ε", "k"]);
});
