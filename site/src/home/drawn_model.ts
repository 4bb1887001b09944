/**
 * A run's model for a picture that is drawn on: what is active on a drawing, and what the model makes of it.
 *
 * Computes as the library does, from the weights that the live page loads too. Draws nothing, and knows no page.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { directionsOf } from "../../../lib/analysis/directions.ts";
import { squaredError } from "../../../lib/analysis/squared_error.ts";
import { stepDefinition } from "../../../lib/engine/engine.ts";
import { pixelValues } from "../../../lib/pixels.ts";
import { readModel } from "../../../lib/run/model_file.ts";
import { Inference } from "../../../lib/sae/inference.ts";
import { isLinearDecoder } from "../../../lib/sae/model.ts";
import { N_PIXELS } from "../live/draw/strokes.ts";
import type { RunWeights } from "../live/worker/run_weights.ts";
import type { Activity } from "./picture.ts";

/** Level of what a latent adds most, as `added` in `tile_strip.ts` has it. */
const BRIGHTEST = 254;

/** See the module comment. */
export class DrawnModel {
  readonly #inference: Inference;
  /** What each latent adds, `[nLatents, 784]`; null if that is no fixed image. */
  readonly #directions: Float32Array | null;

  /** @throws {SyntaxError} A tensor is missing or has another shape. */
  constructor({ config, content }: Pick<RunWeights, "config" | "content">) {
    const { arch, objective } = stepDefinition(config, N_PIXELS);
    const { params, buffers } = readModel(content, arch);
    // a mean that inputs were centred on is in the first bias
    this.#inference = new Inference({ arch: { ...arch, hasCenteredInput: false }, objective, params, buffers });
    this.#directions = isLinearDecoder(arch) ? directionsOf(params, arch)!.decoder : null;
  }

  /**
   * What the model makes of an image.
   *
   * @param pixels `[784]` bytes.
   * @returns The latents that are not 0, and the reconstruction as bytes.
   */
  lookAt(pixels: Uint8Array<ArrayBuffer>): { row: Activity; reconstruction: Uint8Array<ArrayBuffer> } {
    const acts = this.#inference.encode(pixels), recon = this.#inference.decode(acts);
    const latents = Array.from(acts.keys()).filter((latent) => acts[latent] !== 0).sort((a, b) => acts[b] - acts[a]);
    const reconstruction = new Uint8ClampedArray(recon.length);
    for (let i = 0; i < recon.length; i++) reconstruction[i] = 255 * recon[i]; // rounds
    return {
      row: {
        active: { latents, activations: latents.map((latent) => acts[latent]) },
        activeLatents: latents.length,
        mse: squaredError(pixelValues(pixels), recon) / N_PIXELS,
      },
      reconstruction: new Uint8Array(reconstruction.buffer),
    };
  }

  /** What a latent adds to an image at full brightness, `[784]` bytes; null if that is no fixed image. */
  added(latent: number): Uint8Array | null {
    const direction = this.#directions?.subarray(latent * N_PIXELS, (latent + 1) * N_PIXELS);
    if (!direction) return null;
    const most = direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return Uint8Array.from(direction, (value) => most > 0 ? Math.round(Math.max(0, BRIGHTEST * value / most)) : 0);
  }
}
