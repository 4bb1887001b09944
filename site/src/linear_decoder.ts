/**
 * Whether the effects of a run's latents add up to the reconstruction.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Run } from "../../lib/report/run_schema.ts";
import type { Layer } from "../../lib/sae/model.ts";

/** The layers after the latents. */
export function decoderLayers({ config, model }: Pick<Run, "config" | "model">): Layer[] {
  return model.layers.slice(config.hidden.length + 1);
}

/** Whether the decoder is one layer with a linear output. */
export function hasLinearDecoder(run: Pick<Run, "config" | "model">): boolean {
  const layers = decoderLayers(run);
  return layers.length === 1 && layers[0].activation === "linear";
}
