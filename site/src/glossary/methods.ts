/**
 * The sparsity variants as entries, from their files in `lib/sae/sparsity/`. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { VARIANT_NAMES, VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import type { Entry } from "./entry.ts";

/** In the order in which a page explains them. */
export const METHODS: readonly Entry[] = VARIANT_NAMES.map((name) => {
  const { title, equation, lesson, source } = VARIANTS[name];
  return {
    anchor: `method-${name}`,
    name: title,
    forms: [name, `--sparsity ${name}`],
    tex: equation,
    meaning: lesson,
    facts: [{ name: "trained by", value: `\`deno task train --sparsity ${name}\`` }, {
      name: "written in",
      value: `\`lib/sae/sparsity/${name}.ts\``,
      file: `lib/sae/sparsity/${name}.ts`,
    }],
    source,
  };
});
