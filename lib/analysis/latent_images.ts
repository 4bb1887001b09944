/**
 * What the decoder makes of single latents at the largest activation that each reaches, and of none.
 *
 * The other latents are 0, or at their mean activation if they are sigmoids, which are never 0. Decodes some latents at
 * a time, so that the outputs of all are never in memory together. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Engine, StepDefinition } from "../engine/engine.ts";
import { sigmoid } from "../sae/logistic.ts";
import { type Architecture, isLinearDecoder } from "../sae/model.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import type { Directions } from "./directions.ts";
import type { LatentSums } from "./latent_sums.ts";
import type { SplitPass } from "./measure.ts";
import { rowsPerPiece } from "./sparse_rows.ts";
import { giveTurns } from "./turns.ts";

/** Shares of its largest activation at which a latent is decoded; the last is all of it. */
const STRENGTHS = [0.2, 0.4, 0.6, 0.8, 1];
/**
 * Numbers in the tiles of all latents, and multiplications of a decoder with hidden layers, that are still affordable.
 */
const MOST_VALUES = 2 ** 26, MOST_MULTIPLICATIONS = 2 ** 34;

/** A trained model, and a pass over its test set. */
export interface DecodedModel {
  engine: Pick<Engine, "decode">;
  arch: Architecture;
  /** Of a model without hidden layers. */
  directions: Pick<Directions, "decoder"> | null;
  pass: Pick<SplitPass, "latentsAreSigmoid" | "rhoHat"> & { latents: Pick<LatentSums, "largest"> };
}

/** What the decoder makes of some latents. */
export interface DecodedLatents {
  /** Which; consecutive ones of those that were asked for. */
  latents: number[];
  /** x̂ of each at its largest activation, `[latents, dInput]`; `base` for a latent that is always 0. */
  decoder: Float32Array;
  /** That less `base`. */
  effect: Float32Array;
  /** x̂ at five shares of its largest activation, `[latents, 5, dInput]`; null if the decoder is linear or they are not wanted. */
  strengths: Float32Array | null;
}

/**
 * The effect of every latent of a model that trains, some latents at a time: at its largest activation on the rows that were
 * counted. A latent that is active on none of them is decoded at 1, to show what it has learned or not.
 */
export async function* effectsOfAll(
  { engine, arch, objective, sums }: Pick<StepDefinition, "arch" | "objective"> & {
    engine: Pick<Engine, "decode">;
    sums: LatentSums;
  },
): AsyncGenerator<Pick<DecodedLatents, "latents" | "effect">> {
  const decoder = await LatentDecoder.of({
    engine,
    arch,
    directions: null,
    pass: {
      latentsAreSigmoid: VARIANTS[objective.sparsity].activates === "sigmoid",
      rhoHat: sums.means(),
      latents: { largest: sums.largest.map((value) => value > 0 ? value : 1) },
    },
  }); // sync point
  const all = Array.from({ length: arch.nLatents }, (_, latent) => latent);
  yield* decoder.pieces(all, { hasStrengths: false });
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
  /** `base` before the output's activation, `[dInput]`. */
  readonly #baseLogits: Float32Array;
  /** The latents of `base`, `[nLatents]`. */
  readonly #origin: Float32Array;

  private constructor(model: DecodedModel, { logits, origin }: { logits: Float32Array; origin: Float32Array }) {
    this.others = model.pass.latentsAreSigmoid ? "mean" : "zero";
    this.isLinear = isLinearDecoder(model.arch);
    this.base = activated(logits, model.arch);
    this.#model = model;
    this.#baseLogits = logits;
    this.#origin = origin;
  }

  /** A decoder of single latents, `base` decoded. */
  static async of(model: DecodedModel): Promise<LatentDecoder> {
    const { engine, arch: { nLatents }, pass: { latentsAreSigmoid, rhoHat } } = model;
    const origin = latentsAreSigmoid ? Float32Array.from(rhoHat) : new Float32Array(nLatents);
    return new LatentDecoder(model, { logits: await engine.decode(origin), origin }); // sync point
  }

  /** Whether decoding so many latents, and what is kept of it, takes no more than some seconds. */
  canDraw(count: number): boolean {
    const { arch: { dInput, layers, latentIndex } } = this.#model;
    const images = this.isLinear ? count : STRENGTHS.length * count;
    if (images * dInput > MOST_VALUES) return false;
    const decoder = layers.slice(latentIndex + 1);
    const each = decoder.reduce((sum, { dIn, dOut }) => sum + dIn * dOut, 0);
    return decoder.length === 1 || images * each <= MOST_MULTIPLICATIONS;
  }

  /** Whether a latent of a linear decoder changes the output at all: it is drawn at another activation than in `base`. */
  hasEffect(latent: number): boolean {
    const { arch: { dInput }, directions, pass: { latents: { largest } } } = this.#model;
    if (largest[latent] === this.#origin[latent]) return false;
    const start = latent * dInput;
    return directions!.decoder.subarray(start, start + dInput).some((value) => value !== 0);
  }

  /**
   * Decodes latents, some at a time.
   *
   * @param options.hasStrengths Whether latents of a decoder that is not linear are decoded at shares of their largest
   * activations too, which takes five times as long.
   */
  async *pieces(latents: number[], { hasStrengths = !this.isLinear } = {}): AsyncGenerator<DecodedLatents> {
    const { arch: { layers, latentIndex, nLatents, dInput } } = this.#model;
    const widths = layers.slice(latentIndex + 1).reduce((sum, { dOut }) => sum + dOut, nLatents);
    const size = Math.max(1, Math.floor(rowsPerPiece(4 * widths) / STRENGTHS.length));
    for (let first = 0; first < latents.length; first += size) {
      await giveTurns();
      const own = latents.slice(first, first + size);
      const strengths = !hasStrengths ? null : await this.#imagesAt(STRENGTHS, own); // sync point
      const decoder = strengths ? lastOfEach(strengths, { n: own.length, dInput }) : await this.#imagesAt([1], own); // sync point
      const effect = new Float32Array(decoder.length);
      for (let i = 0; i < effect.length; i++) effect[i] = decoder[i] - this.base[i % dInput];
      yield { latents: own, decoder, effect, strengths };
    }
  }

  /** x̂ of latents at shares of their largest activations, `[latents, shares, dInput]`. */
  async #imagesAt(shares: number[], latents: number[]): Promise<Float32Array> {
    const { engine, arch, directions } = this.#model;
    const logits = directions
      ? this.#alongDirections(shares, { latents, decoder: directions.decoder })
      : await engine.decode(this.#actsAt(shares, latents)); // sync point
    return activated(logits, arch);
  }

  /** base + (activation − what it is in base) · direction, of a decoder of one layer. */
  #alongDirections(
    shares: number[],
    { latents, decoder }: { latents: number[]; decoder: Float32Array },
  ): Float32Array {
    const { arch: { dInput }, pass: { latents: { largest } } } = this.#model;
    const base = this.#baseLogits, logits = new Float32Array(latents.length * shares.length * dInput);
    let at = 0;
    for (const latent of latents) {
      for (const share of shares) {
        const change = share * largest[latent] - this.#origin[latent];
        for (let d = 0, row = latent * dInput; d < dInput; d++) logits[at++] = base[d] + change * decoder[row + d];
      }
    }
    return logits;
  }

  #actsAt(shares: number[], latents: number[]): Float32Array {
    const { arch: { nLatents }, pass: { latents: { largest } } } = this.#model;
    const acts = new Float32Array(latents.length * shares.length * nLatents);
    latents.forEach((latent, i) =>
      shares.forEach((share, s) => {
        const start = (i * shares.length + s) * nLatents;
        acts.set(this.#origin, start);
        acts[start + latent] = share * largest[latent];
      })
    );
    return acts;
  }
}

/** The output layer's activation. */
function activated(logits: Float32Array, { layers }: Architecture): Float32Array {
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
