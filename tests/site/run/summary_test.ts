/**
 * The head of a run's page, against runs made for each case.
 *
 * @module
 */
import assert from "node:assert/strict";
import { TUTORIAL } from "../../../lib/report/tutorial.ts";
import {
  activeText,
  firstUse,
  hasTutorialNumbers,
  keyNumbers,
  runSummary,
  timeSentence,
} from "../../../site/src/run/summary.ts";
import { metrics, run } from "./small_run.ts";

const thin = (text: string) => text.replaceAll("\u202f", "");
const vectors = { name: "dictionary", kind: "vector" as const, height: 8, width: 8, source: "generated" as const };

Deno.test("the summary names latents, epochs, inputs, explained variance and active latents", () => {
  assert.equal(
    thin(runSummary(run())),
    "A sparse autoencoder with 32 latents, trained for 10 epochs on 60000 images of MNIST. It explains 88\u00a0% of the variance of the " +
      "test images. On an average image, 31.5 of 32 latents exceed 0.01, and 3.5 exceed 0.1.",
  );
  assert.equal(
    thin(runSummary(run({ knobs: { sparsity: "topk", latent: 1, k: 1, epochs: 1 }, dataset: vectors }))),
    "A sparse autoencoder with 1 latent, trained for 1 epoch on 60000 vectors of known features. It explains 88\u00a0% of the variance of " +
      "the test vectors. On average, 3.5 of 1 latents are active per vector.",
  );
});

Deno.test("a model that explains nothing, data that do not vary, and latents that are never active are said", () => {
  assert.match(runSummary(run({ test: { fvu: 1.2 } })), /It explains none of the variance/);
  assert.doesNotMatch(runSummary(run({ test: { fvu: null } })), /variance/);
  assert.match(runSummary(run({ test: { activeLatents: 0 } })), /No latent is active on any of them\.$/);
});

Deno.test("the tutorial's numbers stand beside a run on the tutorial's data, and only where they compare", () => {
  const kl = keyNumbers(run(), metrics([0.5], { train: 0.0084 }));
  const tutorial = Object.fromEntries(kl.map(({ metric, tutorial }) => [metric, tutorial]));
  assert.deepEqual(tutorial, {
    mse: TUTORIAL.testMse.toFixed(5),
    fvu: null,
    activeLatents: null,
    meanActivation: "0.0691",
    klNats: "0.0687",
    deadLatents: null,
    l2Ratio: null,
    loss: "0.0147",
  });
  assert.deepEqual(kl.filter(({ isOneBatch }) => isOneBatch).map(({ metric }) => metric), ["meanActivation", "klNats"]);
  const loss = (knobs: Record<string, unknown>) =>
    keyNumbers(run({ knobs }), metrics([0.5])).find(({ metric }) => metric === "loss")!.tutorial;
  assert.equal(loss({ loss: "bce" }), null, "another loss");
  assert.equal(loss({ sparsity: "topk" }), null, "another method");
  assert.ok(hasTutorialNumbers(run()) && !hasTutorialNumbers(run({ dataset: vectors })));
});

Deno.test("values read with their unit, and a run without KL has no row of KL", () => {
  const topk = keyNumbers(
    run({
      knobs: { sparsity: "l1", targetL0: 4 },
      more: {
        sparsity: { weight: 1, target: { targetL0: 4, l0: 3.5, isMissed: true }, silentLatents: 0, resampled: [] },
      },
    }),
    metrics([0.5]),
  );
  const of = (name: string) => topk.find(({ metric }) => metric === name);
  assert.deepEqual(
    [of("activeLatents")!.value, of("activeLatents")!.unit],
    ["3.5", "of 1\u202f024, target 4"].map((text) => text.replace("1\u202f024", of("deadLatents")!.unit!.slice(3))),
  );
  assert.equal(of("fvu")!.value, "87.5\u00a0%");
  assert.deepEqual([of("klNats"), of("meanActivation"), of("dictionary")], [undefined, undefined, undefined]);
  assert.equal(keyNumbers(run({ test: { fvu: 1.25 } }), metrics([0.5]))[1].value, "−0.25");
});

Deno.test("data of known features have their recovery", () => {
  const made = run({ dataset: vectors });
  const figures = { mcc: 0.9974, uniqueness: 1, precision: null, recall: null, f1: null, deadLatents: 0 };
  const older = { byLatent: null, features: null, foundFeatures: null, trueL0: null, absorption: null, trees: null };
  const dictionary = { ...figures, ...older, byFrequency: [] };
  const rows = keyNumbers({ ...made, metrics: { ...made.metrics, dictionary } }, metrics([0.5]));
  assert.equal(rows.find(({ metric }) => metric === "dictionary")!.value, "0.997");
});

Deno.test("the time names the device", () => {
  assert.equal(timeSentence(run()), "Training took 7.0\u00a0s on 2 CPU threads, 14\u00a0s with data and evaluation.");
  assert.equal(
    timeSentence(run({ knobs: { sparsity: "topk", baseline: "pca" } })),
    "Nothing was trained: the dictionary was fitted. With data and evaluation this took 14\u00a0s on 2 CPU threads.",
  );
});

Deno.test("a mean number of active latents near 0 keeps a digit", () => {
  assert.deepEqual([16.48, 0.1, 0.0001, 0].map(activeText), ["16.5", "0.1", "0.0001", "0"]);
});

Deno.test("the first use of a term is found, with the text around it", () => {
  assert.deepEqual(firstUse("with 32 latents: latents", /latents?\b/), ["with 32 ", "latents", ": latents"]);
  assert.equal(firstUse(runSummary(run({ knobs: { latent: 1, sparsity: "topk", k: 1 } })), /latents?\b/)[1], "latent");
  assert.throws(() => firstUse("none", /latents?\b/), RangeError);
});
