/**
 * On which rows the latents of two models are active together, while both are given the same rows.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { SparseRows } from "../sparse_rows.ts";

/** The latents of two models for the same consecutive rows. */
export interface PairedRows {
  a: SparseRows;
  b: SparseRows;
}

/** A model whose latents are counted. */
export interface CountedModel {
  nLatents: number;
  /** A latent is active above this. */
  activeAbove: number;
}

/** A latent of each model. */
export interface LatentPair {
  a: number;
  b: number;
}

/** Sums of one model's latents over all rows, `[nLatents]` each. */
class LatentMoments {
  readonly activeRows: Uint32Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;

  constructor(nLatents: number) {
    this.activeRows = new Uint32Array(nLatents);
    this.sum = new Float64Array(nLatents);
    this.squares = new Float64Array(nLatents);
  }

  add(latent: number, { value, activeAbove }: { value: number; activeAbove: number }): void {
    this.sum[latent] += value;
    this.squares[latent] += value * value;
    if (value > activeAbove) this.activeRows[latent]++;
  }

  /** Sum of squared differences from the mean. */
  variation(latent: number, rows: number): number {
    return this.squares[latent] - this.sum[latent] ** 2 / rows;
  }
}

/** Sums over rows of two models' latents, each alone and in the pairs that were named. */
export class CoActivity {
  rows = 0;
  readonly a: LatentMoments;
  readonly b: LatentMoments;
  readonly #models: { a: CountedModel; b: CountedModel };
  /** Places of a latent's pairs among all pairs, by the latent of a. */
  readonly #pairsOf: number[][];
  readonly #partners: Int32Array;
  readonly #placeOf = new Map<number, number>();
  readonly #bothActive: Uint32Array;
  readonly #products: Float64Array;
  /** The latents of b on the present row. */
  readonly #valuesB: Float32Array;

  /** @param pairs Some of them may be the same. */
  constructor(models: { a: CountedModel; b: CountedModel }, pairs: readonly LatentPair[]) {
    this.#models = models;
    this.a = new LatentMoments(models.a.nLatents);
    this.b = new LatentMoments(models.b.nLatents);
    this.#pairsOf = Array.from({ length: models.a.nLatents }, () => []);
    this.#partners = new Int32Array(pairs.length);
    for (const pair of pairs) {
      const key = this.#key(pair);
      if (this.#placeOf.has(key)) continue;
      const place = this.#placeOf.size;
      this.#placeOf.set(key, place);
      this.#pairsOf[pair.a].push(place);
      this.#partners[place] = pair.b;
    }
    this.#bothActive = new Uint32Array(this.#placeOf.size);
    this.#products = new Float64Array(this.#placeOf.size);
    this.#valuesB = new Float32Array(models.b.nLatents);
  }

  /** Adds further rows. */
  add({ a, b }: PairedRows): void {
    const { a: modelA, b: modelB } = this.#models, valuesB = this.#valuesB;
    for (let row = 0; row < a.count; row++) {
      for (let e = b.starts[row]; e < b.starts[row + 1]; e++) {
        valuesB[b.columns[e]] = b.values[e];
        this.b.add(b.columns[e], { value: b.values[e], activeAbove: modelB.activeAbove });
      }
      for (let e = a.starts[row]; e < a.starts[row + 1]; e++) {
        const latent = a.columns[e], value = a.values[e];
        this.a.add(latent, { value, activeAbove: modelA.activeAbove });
        for (const place of this.#pairsOf[latent]) {
          const other = valuesB[this.#partners[place]];
          this.#products[place] += value * other;
          if (value > modelA.activeAbove && other > modelB.activeAbove) this.#bothActive[place]++;
        }
      }
      for (let e = b.starts[row]; e < b.starts[row + 1]; e++) valuesB[b.columns[e]] = 0;
    }
    this.rows += a.count;
  }

  /** Rows on which both latents of a pair are active. */
  bothActive(pair: LatentPair): number {
    return this.#bothActive[this.#place(pair)];
  }

  /** Rows on which both are active / rows on which one is; null if none ever is. */
  overlap(pair: LatentPair): number | null {
    const both = this.bothActive(pair), either = this.a.activeRows[pair.a] + this.b.activeRows[pair.b] - both;
    return either > 0 ? both / either : null;
  }

  /** Pearson correlation of the activations over all rows, in [−1, 1]; null if one of them does not vary. */
  correlation(pair: LatentPair): number | null {
    const varyA = this.a.variation(pair.a, this.rows), varyB = this.b.variation(pair.b, this.rows);
    const isVaried = varyA > 1e-12 * this.a.squares[pair.a] && varyB > 1e-12 * this.b.squares[pair.b];
    if (!isVaried) return null;
    const product = this.#products[this.#place(pair)] - this.a.sum[pair.a] * this.b.sum[pair.b] / this.rows;
    return Math.max(-1, Math.min(1, product / Math.sqrt(varyA * varyB)));
  }

  #place(pair: LatentPair): number {
    return this.#placeOf.get(this.#key(pair))!;
  }

  #key({ a, b }: LatentPair): number {
    return a * this.#models.b.nLatents + b;
  }
}

/** Rows on which a group of latents of one model is active beside a latent of the other: how much of it they cover. */
export class Coverage {
  /** Rows on which the whole and at least one part are active, by whole. */
  readonly covered: Uint32Array;
  readonly #wholes: CountedModel;
  readonly #parts: CountedModel;
  /** The whole of each part, −1 for none. */
  readonly #wholeOf: Int32Array;
  /** The last row on which a part of the whole was active, counted from 1. */
  readonly #lastRow: Uint32Array;
  #row = 0;

  /** @param options.wholeOf The whole of each latent of `parts`, −1 for none. */
  constructor({ wholes, parts, wholeOf }: { wholes: CountedModel; parts: CountedModel; wholeOf: Int32Array }) {
    this.#wholes = wholes;
    this.#parts = parts;
    this.#wholeOf = wholeOf;
    this.covered = new Uint32Array(wholes.nLatents);
    this.#lastRow = new Uint32Array(wholes.nLatents);
  }

  /** Adds further rows. */
  add({ wholes, parts }: { wholes: SparseRows; parts: SparseRows }): void {
    for (let row = 0; row < wholes.count; row++) {
      this.#row++;
      for (let e = parts.starts[row]; e < parts.starts[row + 1]; e++) {
        const whole = this.#wholeOf[parts.columns[e]];
        if (whole >= 0 && parts.values[e] > this.#parts.activeAbove) this.#lastRow[whole] = this.#row;
      }
      for (let e = wholes.starts[row]; e < wholes.starts[row + 1]; e++) {
        const whole = wholes.columns[e];
        if (wholes.values[e] > this.#wholes.activeAbove && this.#lastRow[whole] === this.#row) this.covered[whole]++;
      }
    }
  }
}
