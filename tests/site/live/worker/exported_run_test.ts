/**
 * What a report says of a run that was trained in the page.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Dataset } from "../../../../lib/data/dataset.ts";
import { VARIANT_NAMES } from "../../../../lib/sae/sparsity/variants.ts";
import { learningRate } from "../../../../lib/training/schedule.ts";
import { weightOfStep } from "../../../../lib/training/sparsity_weight.ts";
import { liveConfig } from "../../../../site/src/live/settings.ts";
import {
  exportedCommand,
  exportedConfig,
  exportedName,
  exportedRate,
  reportedStep,
  type Training,
} from "../../../../site/src/live/worker/exported_run.ts";

/** A training on 4,976 digits: 39 steps an epoch. */
function training(more: Partial<Training> = {}): Training {
  return {
    settings: { data: "digits", knobs: {}, run: null },
    changes: [],
    dataset: { name: "digits", height: 28, width: 28, channels: 1, train: { count: 4976 } } as Dataset,
    step: 78,
    startedAt: new Date("2026-11-26T10:20:30.400Z"),
    ...more,
  };
}

Deno.test("id and title say that a run was trained in a page", () => {
  const { id, title, note } = exportedName(training());
  assert.equal(id, "2026-11-26-102030-digits-tuned-s0-page");
  assert.equal(title, "Synthetic digits · KL ρ 0.05 · 32 latents · random seed 0 · trained in a page");
  assert.equal(note, "Trained in a page of the site for 2 epochs, 78 steps.");
});

Deno.test("settings that were changed are stated with their steps, and the report has the last ones", () => {
  const changed = training({
    changes: [{ step: 20, knob: "rho", value: 0.1 }, { step: 41, knob: "lr", value: 0.002 }, {
      step: 60,
      knob: "rho",
      value: 0.2,
    }],
  });
  assert.equal(
    exportedName(changed).note,
    "Trained in a page of the site for 2 epochs, 78 steps. Settings were changed during the training: rho was 0.05, then 0.1 " +
      "after step 20, then 0.2 after step 60; lr was 0.01, then 0.002 after step 41. The settings of this report are the last ones.",
  );
  const { rho, lr } = exportedConfig(changed);
  assert.deepEqual([rho, lr], [0.2, 0.002]);
  const rate = exportedRate(changed);
  assert.deepEqual([rate(40), rate(41), rate(77)], [0.01, 0.002, 0.002]);
  assert.deepEqual(exportedCommand(changed, { backend: "wasm" }), []);
});

Deno.test("a command is stated only if it trains the same model", () => {
  const settings = { data: "digits", knobs: {}, run: null } as const;
  const command = (more: Partial<Training>, backend: "wasm" | "webgpu" = "wasm") =>
    exportedCommand(training(more), { backend });
  assert.equal(
    command({}).join(" "),
    "train --dataset=digits --limit=4976 --epochs=2 --warmup-steps=9 --decay=constant --snapshots=40 --backend=wasm",
  );
  assert.ok(!command({}, "webgpu").some((flag) => flag.startsWith("--backend")));
  assert.deepEqual(command({ settings: { ...settings, data: "own" } }), []);
  assert.deepEqual(command({ settings: { ...settings, data: "mnist" } }), []);
  assert.deepEqual(command({ settings: { ...settings, run: "a-run" } }), []);
  const knobs: Training["settings"]["knobs"] = { sparsity: "jumprelu", hidden: [], resampleSteps: 100 };
  assert.deepEqual(command({ settings: { ...settings, knobs } }), []);
});

Deno.test("the program's run of the command has each step's learning rate and weight, whatever the variant", () => {
  for (const sparsity of VARIANT_NAMES) {
    const own = training({ settings: { data: "digits", knobs: { sparsity, resampleSteps: null }, run: null } });
    const page = liveConfig(own.settings, { count: 4976 });
    const config = exportedConfig(own), totalSteps = own.step, rate = exportedRate(own);
    for (let step = 0; step < totalSteps; step++) {
      assert.equal(rate(step), learningRate(step, { config, totalSteps }), sparsity);
      const weights = [{ config: page, totalSteps: 3900 }, { config, totalSteps }].map((options) =>
        weightOfStep(1, step, options)
      );
      assert.equal(weights[0], weights[1], sparsity);
    }
  }
});

Deno.test("a training is reported at the end of an epoch, not before the first", () => {
  assert.deepEqual([39, 40, 78, 79].map((step) => reportedStep(training({ step }))), [39, 78, 78, 117]);
  assert.throws(() => reportedStep(training({ step: 38 })), {
    name: "UserError",
    message: "Cannot export the report: 38 of the 39 steps of the first epoch are taken, expected at least one epoch",
  });
});
