/**
 * A model with fewer latents per row: which methods can be used so, and with how many.
 *
 * @module
 */
import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { withFewerLatents } from "../../lib/run/fewer_latents.ts";
import type { TrainedModel } from "../../lib/run/trained_model.ts";
import { VARIANT_NAMES } from "../../lib/sae/sparsity/variants.ts";
import { makeVariantCase } from "../engine/variant_cases.ts";

Deno.test("withFewerLatents() changes k alone, and refuses other methods and more latents in one line", () => {
  for (const sparsity of VARIANT_NAMES) {
    const model = makeVariantCase(5, { sparsity, latent: 7, k: 4 }) as unknown as TrainedModel;
    assert.equal(withFewerLatents(model, null), model);
    const attempt = (k: number) => () => withFewerLatents(model, k);
    const refused = (message: RegExp) => (error: Error) => {
      assert.ok(error instanceof UserError && error.exitCode === 2);
      assert.match(error.message, message);
      return true;
    };
    if (!["topk", "hierarchicaltopk"].includes(sparsity)) {
      assert.throws(
        attempt(1),
        refused(/^Cannot use --k: the run's method is \w+, expected a run of topk or hier\w+$/),
      );
      continue;
    }
    const { definition } = withFewerLatents(model, 2), { objective } = model.definition;
    assert.deepEqual(definition.objective, { ...objective, knobs: { ...objective.knobs, k: 2 } });
    assert.equal(definition.arch, model.definition.arch);
    assert.deepEqual(withFewerLatents(model, 4).definition, model.definition);
    assert.throws(attempt(5), refused(/^Cannot use --k: it is 5, expected at most the 4 latents of each row that the/));
  }
});
