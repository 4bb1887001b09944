/**
 * What the decoder makes of single latents at the largest activation that each reaches, and of none.
 *
 * The other latents are 0, or at their mean activation if they are sigmoids, which are never 0. Decodes some latents at
 * a time, so that the outputs of all are never in memory together.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import { sigmoid } from "../sae/logistic.ts";
import { type Architecture, isLinearDecoder } from "../sae/model.ts";
import type { Directions } from "./directions.ts";
import type { SplitPass } from "./measure.ts";
import { rowsPerPiece } from "./sparse_rows.ts";
import { giveTurns } from "./turns.ts";

/** Shares of its largest activation at which a latent is decoded; the last is all of it. */
const STRENGTHS = [0.2, 0.4, 0.6, 0.8, 1];
/**
 * Numbers in the tiles of all latents, and multiplications of a decoder that is not linear, that are still affordable.
 */
const MOST_VALUES = 2 ** 26, MOST_MULTIPLICATIONS = 2 ** 34;

/** A trained model, and a pass over its test set. */
export interface DecodedModel {
  engine: Pick<Engine, "decode">;
  arch: Architecture;
  /** Of a model without hidden layers. */
  directions: Pick<Directions, "decoder"> | null;
  pass: Pick<SplitPass, "latentsAreSigmoid" | "rhoHat" | "latents">;
}

/** What the decoder makes of some latents. */
export interface DecodedLatents {
  /** Which; consecutive ones of those that were asked for. */
  latents: number[];
  /** x̂ of each at its largest activation, `[latents, dInput]`; `base` for a latent that is always 0. */
  decoder: Float32Array;
  /** That less `base`. */
  effect: Float32Array;
  /** x̂ at five shares of its largest activation, `[latents, 5, dInput]`; null if the decoder is linear. */
  strengths: Float32Array | null;
}

/** See the module comment. */
export class LatentDecoder {
  /** What the other latents are. */
  readonly others: "zero" | "mean";
  /** x̂ of no latent, or of all at their means, `[dInput]`. */
  readonly base: Float32Array;
  /** Whether the latents' images are multiples of fixed directions, so that one image of each shows everything. */
  readonly isLinear: boolean;
  readonly #model: DecodedModel;
  /** The latents of `base`, `[nLatents]`. */
  readonly #origin: Float32Array;

  private constructor(model: DecodedModel, { base, origin }: { base: Float32Array; origin: Float32Array }) {
    this.others = model.pass.latentsAreSigmoid ? "mean" : "zero";
    this.isLinear = isLinearDecoder(model.arch);
    this.base = base;
    this.#model = model;
    this.#origin = origin;
  }

  /** A decoder of single latents, `base` decoded. */
  static async of(model: DecodedModel): Promise<LatentDecoder> {
    const { arch: { nLatents }, pass: { latentsAreSigmoid, rhoHat } } = model;
    const origin = latentsAreSigmoid ? Float32Array.from(rhoHat) : new Float32Array(nLatents);
    return new LatentDecoder(model, { base: await decode(model, origin), origin });
  }

  /** Whether decoding all latents, and what is kept of it, takes no more than some seconds. */
  get canDrawAll(): boolean {
    const { arch: { nLatents, dInput, layers, latentIndex } } = this.#model;
    if (nLatents * dInput > MOST_VALUES) return false;
    const each = layers.slice(latentIndex + 1).reduce((sum, { dIn, dOut }) => sum + dIn * dOut, 0);
    return this.isLinear || STRENGTHS.length * nLatents * each <= MOST_MULTIPLICATIONS;
  }

  /** Decodes latents, some at a time. */
  async *pieces(latents: number[]): AsyncGenerator<DecodedLatents> {
    const { arch: { layers, latentIndex, nLatents, dInput } } = this.#model;
    const widths = layers.slice(latentIndex + 1).reduce((sum, { dOut }) => sum + dOut, nLatents);
    const size = Math.max(1, Math.floor(rowsPerPiece(4 * widths) / STRENGTHS.length));
    for (let first = 0; first < latents.length; first += size) {
      await giveTurns();
      const own = latents.slice(first, first + size);
      const strengths = this.isLinear ? null : await this.#strengths(own); // sync point
      const decoder = strengths ? lastOfEach(strengths, { n: own.length, dInput }) : this.#linear(own);
      const effect = new Float32Array(decoder.length);
      for (let i = 0; i < effect.length; i++) effect[i] = decoder[i] - this.base[i % dInput];
      yield { latents: own, decoder, effect, strengths };
    }
  }

  /** base + (largest − what it is in base) · direction */
  #linear(latents: number[]): Float32Array {
    const { directions, arch: { dInput }, pass: { latents: { largest } } } = this.#model;
    const found = new Float32Array(latents.length * dInput);
    latents.forEach((latent, i) => {
      const change = largest[latent] - this.#origin[latent], row = latent * dInput;
      for (let d = 0; d < dInput; d++) {
        found[i * dInput + d] = this.base[d] + change * directions!.decoder[row + d];
      }
    });
    return found;
  }

  #strengths(latents: number[]): Promise<Float32Array> {
    const { arch: { nLatents }, pass: { latents: { largest } } } = this.#model;
    const acts = new Float32Array(latents.length * STRENGTHS.length * nLatents);
    latents.forEach((latent, i) =>
      STRENGTHS.forEach((share, s) => {
        const start = (i * STRENGTHS.length + s) * nLatents;
        acts.set(this.#origin, start);
        acts[start + latent] = share * largest[latent];
      })
    );
    return decode(this.#model, acts);
  }
}

/** x̂ of latents. */
async function decode({ engine, arch: { layers } }: DecodedModel, acts: Float32Array): Promise<Float32Array> {
  const logits = await engine.decode(acts); // sync point
  return layers.at(-1)!.activation === "sigmoid" ? logits.map(sigmoid) : logits;
}

/** The last of the five images of each latent. */
function lastOfEach(strengths: Float32Array, { n, dInput }: { n: number; dInput: number }): Float32Array {
  const found = new Float32Array(n * dInput);
  for (let i = 0; i < n; i++) {
    const end = (i + 1) * STRENGTHS.length * dInput;
    found.set(strengths.subarray(end - dInput, end), i * dInput);
  }
  return found;
}
