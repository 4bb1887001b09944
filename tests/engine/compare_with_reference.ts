/**
 * One engine's training of a dictionary beside the reference engine's: losses, states and passes after 1, 3 and 20 steps.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Engine } from "../../lib/engine/engine.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { VARIANTS } from "../../lib/sae/sparsity/variants.ts";
import { assertClose } from "./assert_close.ts";
import { type Case, planOf } from "./dictionary_cases.ts";

/** Largest error relative to the largest value, after so many steps; twice that for v, a square. */
export const TOLERANCE: Record<number, number> = { 1: 1e-6, 3: 2e-6, 20: 1e-5 };

/** Compares an engine that has loaded a case, and has not trained it yet, with the reference engine on plain JavaScript. */
export async function compareWithReference(engine: Engine, example: Case): Promise<void> {
  const { definition, state, pixels } = example;
  const reference = await ReferenceEngine.start(definition, "cpu");
  await reference.load({ state, pixels, batch: 256 });
  const { budgets } = VARIANTS[definition.objective.sparsity];
  let taken = 0, hasAuxiliary = false;
  for (const until of [1, 3, 20]) {
    const tolerance = TOLERANCE[until], plan = planOf(example, { from: taken, to: until });
    const own = await engine.train(plan), truth = await reference.train(plan);
    hasAuxiliary ||= own.auxiliary.some((loss) => loss > 0);
    for (const part of ["reconstruction", "penalty", "auxiliary"] as const) {
      // With budgets it is a difference between losses as large as the reconstruction's, and is rounded as they are.
      const floor = part === "auxiliary" && budgets ? truth.reconstruction.reduce((a, b) => Math.max(a, b)) : 0;
      assertClose(own[part], truth[part], tolerance, `${part} until ${until}`, floor);
    }
    taken = until;
    const mine = await engine.state(), theirs = await reference.state();
    assert.equal(mine.step, theirs.step);
    for (const part of ["params", "m", "v", "buffers"] as const) {
      assert.deepEqual(Object.keys(mine[part]).sort(), Object.keys(theirs[part]).sort());
      for (const [name, values] of Object.entries(theirs[part])) {
        // Biases may start at 0, and a threshold is the smallest of many preActs, which are about 1.
        const floor = name === "threshold" ? 0.1 : part === "params" ? 1e-2 : 0;
        assertClose(mine[part][name], values, tolerance * (part === "v" ? 2 : 1), `${part} ${name} ${until}`, floor);
      }
    }
  }
  const { threshold } = (await engine.state()).buffers;
  if (threshold) assert.ok(threshold[0] > 0);
  if (state.step > 0) assert.ok(hasAuxiliary, "AuxK, or the gates' reconstruction, has something to do");
  const mine = await engine.forward(pixels), theirs = await reference.forward(pixels);
  assertClose(mine.hidden[0], theirs.hidden[0], TOLERANCE[20], "latents");
  assertClose(mine.logits, theirs.logits, TOLERANCE[20], "logits");
  assertClose(mine.recon, theirs.recon, TOLERANCE[20], "recon");
  const acts = mine.hidden[0].map((act, i) => i % 7 === 0 ? -0.5 : act); // decode() takes any numbers
  assertClose(await engine.decode(acts), await reference.decode(acts), TOLERANCE[20], "decode");
  await reference.dispose();
}
