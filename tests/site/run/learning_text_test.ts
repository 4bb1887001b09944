/**
 * What the captions of the learning curves say, against curves made for each case.
 *
 * @module
 */
import assert from "node:assert/strict";
import { deadOverTime } from "../../../site/src/run/dead_latents.ts";
import { deadSummary, learningSummary, rhoText, stepCaption } from "../../../site/src/run/learning_text.ts";
import { stepLosses } from "../../../site/src/run/losses.ts";
import { metrics, run, steps } from "./small_run.ts";

const summary = (errors: number[], options: { train?: number; test?: number } = {}) =>
  learningSummary({
    run: run({ train: { mse: options.train ?? 0.1 }, test: { mse: options.test ?? 0.1 } }),
    metrics: metrics(errors),
  });

Deno.test("the summary says from where to where the test error falls", () => {
  assert.match(
    summary([0.5, 0.25]),
    /^The test error falls from 1\.00 before the first step to 0\.250 after 2 epochs\. /,
  );
  assert.match(summary([0.5]), /after 1 epoch\. /);
  assert.match(
    summary([1.5]),
    /^The test error does not fall: it is 1\.00 before the first step and 1\.50 after 1 epoch\.$/,
  );
});

Deno.test("overfitting is a test error that has risen again and ends above the training error", () => {
  assert.match(summary([0.5], { train: 0.1, test: 0.104 }), /no sign of overfitting/);
  const above = { train: 0.1, test: 0.12 };
  assert.match(summary([0.5, 0.12], above), /ends 20\u00a0% above the training error\.$/, "both errors still fall");
  assert.match(summary([0.1165, 0.12], above), /above the training error\.$/, "3 % above the lowest epoch");
  assert.match(summary([0.1, 0.12], above), /above the training error: the model is overfitting\.$/, "20 % above it");
  assert.match(summary([0.5], { train: 0.1, test: 0.08 }), /ends 20\u00a0% below the training error\.$/);
});

Deno.test("an error that rises again is said, with its lowest epoch", () => {
  assert.match(summary([0.5, 0.2, 0.3]), /It was lowest after epoch 2, 0\.200\./);
  assert.doesNotMatch(summary([0.5, 0.2, 0.201]), /lowest/);
});

Deno.test("the caption of the steps names each part by how it is drawn", () => {
  const of = (options: Parameters<typeof steps>[1], symbol: string | null) =>
    stepCaption(stepLosses({ steps: steps([1, 0.5, 0.4], options) }), { symbol }).join(" ");
  assert.match(of({}, null), /^The line is the total loss, which is the reconstruction loss alone\./);
  assert.match(of({ penalty: 0.1 }, "λ"), /The wide grey line is λ · penalty: 22\u00a0% of the total/);
  assert.match(
    of({ penalty: 0.001 }, "β"),
    /differ by β · penalty, which has a panel and a scale of its own below: it is 0\.22\u00a0%/,
  );
  assert.match(of({ auxiliary: 0.1 }, null), /The wide grey line is the auxiliary loss/);
});

Deno.test("a count of dead latents that never changes is a sentence", () => {
  const never = deadOverTime(metrics([0.5, 0.4], { dead: [0, 0] }));
  assert.equal(never.constant, 0);
  assert.match(deadSummary(never, { latents: 32, deadSteps: 30 }), /^No latent is dead/);
  const changing = deadOverTime(metrics([0.5, 0.4], { dead: [7, 3], inactive: [4, 2] }));
  assert.equal(changing.constant, null);
  assert.equal(
    deadSummary(changing, { latents: 32, deadSteps: 30 }),
    "Dots: latents that are active on no test row. Line: latents that were active in none of the last 30 training steps. " +
      "Of 32 latents, none is dead before the first step and 3 at the end, 7 at most.",
  );
  const inTraining = deadOverTime(metrics([0.5], { dead: [0], inactive: [4] }));
  assert.match(
    deadSummary(inTraining, { latents: 32, deadSteps: 30 }),
    / No latent is dead on the test set at every count\.$/,
  );
  const revived = deadOverTime(metrics([0.5], { dead: [0] }));
  revived.rows[0].dead = 5;
  assert.match(
    deadSummary({ ...revived, constant: null }, { latents: 32, deadSteps: 30 }),
    /5 are dead before the first step and none at the end\.$/,
  );
});

Deno.test("a target sparsity keeps the digits that it was given, up to four", () => {
  assert.deepEqual([0.05, 0.125, 0.01171875, 0.3333333].map(rhoText), ["0.05", "0.125", "0.0117", "0.333"]);
});
