/**
 * What is drawn of each latent: its mean activation, if the variant penalizes means, else its density; and the target.
 *
 * PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import type { Config } from "../../../../lib/config_knobs.ts";
import { type VariantName, VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import type { LatentValues } from "./bars_svg.ts";
import { knobText } from "./controls.ts";

/** The values of each latent for one of the variants, `[nLatents]`. */
export function valuesOf<Values>(
  { mean, density }: { mean: Values; density: Values },
  sparsity: VariantName,
): Values {
  return areMeans(sparsity) ? mean : density;
}

/** What the values are held against: ρ, or the share of the latents that are active; null if nothing is set. */
export function targetOf(
  { sparsity, rho, k, latent }: Pick<Config, "sparsity" | "rho" | "k" | "latent">,
): LatentValues["target"] {
  if (areMeans(sparsity)) return { label: `ρ ${knobText(rho)}`, value: rho };
  return VARIANTS[sparsity].selects === "all" ? null : { label: `k/n ${knobText(k / latent)}`, value: k / latent };
}

/** What the bars are. */
export function barsCaption(variants: readonly VariantName[]): string {
  const [first, second = first] = variants;
  if (areMeans(first) !== areMeans(second)) return "Mean activation or density of each latent, log scale";
  return areMeans(first) ? "Mean activation ρ̂ of each latent, log scale" : "Density of each latent, log scale";
}

function areMeans(sparsity: VariantName): boolean {
  return VARIANTS[sparsity].penalizes === "means";
}
