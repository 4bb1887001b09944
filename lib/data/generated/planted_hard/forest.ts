/**
 * Which feature is whose child, and how often each is active: trees of features, Zipf's law, and what is added for the
 * chances that parents and siblings take.
 *
 * Draws nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Trees of features: the roots are the first and most frequent ones, then come their children, and theirs. */
export interface Forest {
  /** The parent of each feature, `[nFeatures]`, −1 if it has none. */
  parents: Int32Array;
  /** The first child of each feature; the others follow it. */
  firstChild: Int32Array;
  /** How many children each feature has. */
  children: Int32Array;
}

/** Trees generation by generation, until there are no features left. */
export function plantForest(
  { features, trees, branching, depth }: { features: number; trees: number; branching: number; depth: number },
): Forest {
  const parents = new Int32Array(features).fill(-1), firstChild = new Int32Array(features).fill(-1);
  const children = new Int32Array(features);
  let [from, to] = [0, Math.min(trees, features)]; // one generation
  for (let generation = 0; generation < depth; generation++) {
    let next = to;
    for (let parent = from; parent < to; parent++) {
      const count = Math.min(branching, features - next);
      if (count > 0) firstChild[parent] = next;
      children[parent] = count;
      parents.fill(parent, next, next + count);
      next += count;
    }
    [from, to] = [to, next];
  }
  return { parents, firstChild, children };
}

/**
 * How often each feature is meant to be active: by Zipf's law, fitted to the largest and the smallest chance.
 *
 *     p(i) = least + (most − least) · (i^−s − n^−s) / (1 − n^−s),  i = 1 … n
 */
export function zipfChances(
  { features, most, least, exponent }: { features: number; most: number; least: number; exponent: number },
): Float64Array {
  const last = features ** -exponent;
  return Float64Array.from(
    { length: features },
    (_, i) => features === 1 ? most : least + (most - least) * ((i + 1) ** -exponent - last) / (1 - last),
  );
}

/**
 * The chance with which each feature is drawn, before a missing parent or an active sibling removes it.
 *
 * A child is drawn more often, by 1 / p(parent) and by 1 + Σ p(siblings) / p(parent), so that it is left about as often as
 * it is meant to be. It cannot be drawn more often than always, and siblings compete more or less than on average, so that
 * children of crowded parents are rarer than they are meant to be; that is so in the published data, too.
 */
export function drawnChances(meant: Float64Array, { parents, firstChild, children }: Forest): Float64Array {
  return meant.map((chance, feature) => {
    const parent = parents[feature];
    if (parent < 0) return chance;
    let siblings = -chance;
    for (let n = 0; n < children[parent]; n++) siblings += meant[firstChild[parent] + n];
    return Math.min(1, chance / meant[parent] * (1 + siblings / meant[parent]));
  });
}
