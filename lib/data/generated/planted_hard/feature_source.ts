/**
 * Draws which features are active in a row, and how strongly: correlated, in trees, with magnitudes of their own.
 *
 *     drawn:      g = F z + √(1 − |F|²) e > Φ⁻¹(1 − p),  z and e normal, F with `rank` columns   (a Gaussian copula)
 *     magnitude:  max(0, m + σ ε)
 *     trees:      0 without the parent, else times parent / m(parent); of several active children one is left, by chance
 *
 * Source: SynthSAEBench (arXiv 2602.14687, version 2), sections on firing, correlation, hierarchy and magnitudes. Makes no
 * vectors. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { norm } from "../../../norm.ts";
import type { Rng } from "../../../rng.ts";
import type { Forest } from "./forest.ts";
import { normalCdf, normalQuantile } from "./normal_cdf.ts";

/** Means of magnitudes fall evenly from the first feature's to the last one's. */
const MEANS = { first: 5, last: 4 };
/** Their standard deviations are absolute values of normal numbers of this mean and standard deviation. */
const DEVIATION = { mean: 0.5, deviation: 0.5 };
/** Causes are added up so many at a time; the last ones are filled up with zeros. */
const AT_ONCE = 5;
/** Upper bounds of Φ between −REACH and REACH, so many for each unit: most features end at one without Φ itself. */
const REACH = 8, BOUNDS_PER_UNIT = 32;
const BOUNDS = Float64Array.from(
  { length: 2 * REACH * BOUNDS_PER_UNIT },
  (_, i) => normalCdf((i + 1) / BOUNDS_PER_UNIT - REACH),
);
/** |F|² is at most this, so that a part of each feature's chance is its own. */
const MOST_SHARED = 0.99;

/** What is drawn from. */
export interface FeatureLaws {
  /** The chance with which each feature is drawn, `[nFeatures]`. */
  drawnChances: Float64Array;
  forest: Forest;
  /** Hidden causes. */
  rank: number;
  /** Standard deviation of a hidden cause's effect. */
  correlation: number;
}

/** A source of rows of active features. */
export class FeatureSource {
  /** Mean and standard deviation of each feature's magnitude, before a parent scales it. */
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  /** F, `[nFeatures, rank]`. */
  readonly factors: Float64Array;
  readonly #forest: Forest;
  readonly #rank: number;
  /** F by cause, `[rank rounded up, nFeatures]`. */
  readonly #byCause: Float64Array;
  /** Φ⁻¹(1 − p) of each feature, and 1 / √(1 − |F|²). */
  readonly #thresholds: Float64Array;
  readonly #perOwn: Float64Array;
  /** z, and F z. */
  readonly #causes: Float64Array;
  readonly #common: Float64Array;
  /** Activation of each feature in the current row; 0 but for the active ones. */
  readonly acts: Float64Array;

  /** @param rng Draws the laws that differ between features: their deviations and F. */
  constructor(rng: Rng, { drawnChances, forest, rank, correlation }: FeatureLaws) {
    const n = drawnChances.length;
    this.#forest = forest;
    this.#rank = rank;
    this.means = Float64Array.from(
      { length: n },
      (_, i) => n === 1 ? MEANS.first : MEANS.first + (MEANS.last - MEANS.first) * i / (n - 1),
    );
    this.deviations = Float64Array.from({ length: n }, () => Math.abs(rng.normal(DEVIATION.mean, DEVIATION.deviation)));
    this.factors = Float64Array.from({ length: n * rank }, () => rng.normal(0, correlation));
    this.#thresholds = drawnChances.map((chance) => -normalQuantile(chance));
    this.#causes = new Float64Array(Math.ceil(rank / AT_ONCE) * AT_ONCE);
    this.#byCause = new Float64Array(this.#causes.length * n);
    this.#perOwn = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const own = this.factors.subarray(i * rank, (i + 1) * rank), length = norm(own);
      const factor = Math.min(1, Math.sqrt(MOST_SHARED) / length);
      for (let c = 0; factor < 1 && c < rank; c++) own[c] *= factor;
      for (let c = 0; c < rank; c++) this.#byCause[c * n + i] = own[c];
      this.#perOwn[i] = 1 / Math.sqrt(1 - Math.min(length * length, MOST_SHARED));
    }
    this.#common = new Float64Array(n);
    this.acts = new Float64Array(n);
  }

  /**
   * Draws a row.
   *
   * @returns The active features, ascending; `acts` has their activations until the next row.
   */
  next(rng: Rng): number[] {
    const { acts } = this, { parents, firstChild, children } = this.#forest;
    const drawn = this.#draw(rng);
    for (const feature of drawn) {
      acts[feature] = Math.max(0, this.means[feature] + this.deviations[feature] * rng.normal());
    }
    for (const feature of drawn) { // parents before their children
      const parent = parents[feature];
      if (parent >= 0) acts[feature] *= acts[parent] / this.means[parent];
      if (children[feature] > 1 && acts[feature] > 0) this.#leaveOne(rng, firstChild[feature], children[feature]);
    }
    return drawn.filter((feature) => acts[feature] > 0);
  }

  /** The features whose copula is above their threshold, ascending: each by its chance given z. Clears the activations of the row before. */
  #draw(rng: Rng): number[] {
    const { acts } = this, causes = this.#causes, common = this.#common, n = acts.length;
    const thresholds = this.#thresholds, perOwn = this.#perOwn;
    acts.fill(0);
    for (let c = 0; c < this.#rank; c++) causes[c] = rng.normal();
    this.#addCauses();
    const drawn: number[] = [];
    for (let i = 0; i < n; i++) {
      const uniform = rng.uint32() * 2 ** -32; // its 32 bits are as good as 53 for chances like these
      const above = (common[i] - thresholds[i]) * perOwn[i];
      const bound = Math.floor((above + REACH) * BOUNDS_PER_UNIT);
      if (uniform >= BOUNDS[bound < 0 ? 0 : bound]) continue;
      if (uniform < normalCdf(above)) drawn.push(i);
    }
    return drawn;
  }

  /** F z. */
  #addCauses(): void {
    const common = this.#common, causes = this.#causes, factors = this.#byCause, n = common.length;
    common.fill(0);
    for (let c = 0; c < causes.length; c += AT_ONCE) {
      const z0 = causes[c], z1 = causes[c + 1], z2 = causes[c + 2], z3 = causes[c + 3], z4 = causes[c + 4];
      for (let i = 0, at = c * n; i < n; i++, at++) {
        common[i] += z0 * factors[at] + z1 * factors[at + n] + z2 * factors[at + 2 * n] + z3 * factors[at + 3 * n] +
          z4 * factors[at + 4 * n];
      }
    }
  }

  /** Of the active ones among consecutive features one is left. */
  #leaveOne(rng: Rng, first: number, count: number): void {
    const { acts } = this;
    let active = 0;
    for (let i = first; i < first + count; i++) if (acts[i] > 0) active++;
    if (active < 2) return;
    let left = rng.below(active);
    for (let i = first; i < first + count; i++) if (acts[i] > 0 && left-- !== 0) acts[i] = 0;
  }
}
