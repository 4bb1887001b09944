/**
 * Which settings a run uses, against those that the command line refuses because they would have no effect.
 *
 * @module
 */
import assert from "node:assert/strict";
import { idleKnobs, KNOBS, resolveConfig } from "../../lib/config.ts";
import { usedSettings } from "../../lib/run/used_settings.ts";
import { VARIANT_NAMES } from "../../lib/sae/sparsity/variants.ts";
import { needs } from "../needs.ts";

Deno.test("usedSettings() leaves out the settings of other methods and of other data", needs("permissions"), () => {
  const kl = usedSettings(resolveConfig({}), { source: "directory", isTrained: true });
  assert.ok(["rho", "beta", "sparsity", "hidden", "lr"].every((name) => kl.includes(name as "rho")));
  const unused = ["k", "lambda", "auxAlpha", "deadSteps", "dictionaryWidth", "dataSeed"];
  assert.deepEqual(unused.filter((name) => kl.includes(name as "k")), []);
  const topk = usedSettings(resolveConfig({ sparsity: "topk" }), { source: "generated", isTrained: true });
  assert.ok(["k", "auxAlpha", "auxK", "deadSteps", "dataSeed"].every((name) => topk.includes(name as "k")));
  assert.deepEqual(["rho", "beta", "lambda", "hiddenActivation"].filter((name) => topk.includes(name as "k")), []);
  const planted = usedSettings(resolveConfig({ dataset: "dictionary", sparsity: "l1" }), {
    source: "generated",
    isTrained: true,
  });
  assert.ok(planted.includes("dictionaryWidth") && planted.includes("lambda") && !planted.includes("k"));
});

Deno.test(
  "usedSettings() has each setting that may be changed, and no other, in the order of `config`",
  needs("permissions"),
  () => {
    for (const sparsity of VARIANT_NAMES) {
      const config = resolveConfig({ sparsity, dataset: "digits" });
      const used = usedSettings(config, { source: "generated", isTrained: true });
      const values = Object.fromEntries(KNOBS.map(({ name }) => [name, config[name]]));
      const idle = new Set(idleKnobs(values));
      const none = ["leaveOut", "snapshots"];
      const asked = KNOBS.map(({ name }) => name).filter((name) => config[name] !== null && !none.includes(name));
      assert.deepEqual(used.filter((name) => asked.includes(name)), asked.filter((name) => !idle.has(name)), sparsity);
    }
  },
);
