/**
 * The histogram of all activations on the test set as shares: which of them count as active, and how many are exactly 0.
 *
 * Draws nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Activations } from "../../../lib/report/activations_schema.ts";
import type { Run } from "../../../lib/report/schema.ts";

/** A bar: activations in (from, to], as a share of all that are drawn. */
export interface HistogramBar {
  from: number;
  to: number;
  share: number;
  isActive: boolean;
}

/** What a chart of the activations draws. */
export interface ActivationBars {
  bars: HistogramBar[];
  /** Share of all activations that are active, in [0, 1]. */
  activeShare: number;
  /** Share of all activations that are exactly 0 and not drawn; 0 for sigmoid latents, whose activations never are. */
  zeroShare: number;
  /** All activations: test rows times latents. */
  activations: number;
  /** The largest activation. */
  largest: number;
  /** A latent is active above this. */
  threshold: number;
}

/**
 * See the module comment. With a threshold of 0 the bars are shares of the active activations alone, because nearly all others are
 * exactly 0 and would hide them; a bar through which a threshold above 0 runs is drawn in two parts.
 */
export function activationBars(
  { max, counts }: Activations["histogram"],
  { test, latents, threshold }: { test: Run["metrics"]["test"]; latents: number; threshold: number },
): ActivationBars {
  const activations = test.images * latents;
  const active = Math.round(test.activeLatents * test.images);
  const zeros = threshold > 0 ? 0 : activations - active;
  const drawn = counts.map((count, i) => i === 0 ? Math.max(0, count - zeros) : count);
  const total = drawn.reduce((sum, count) => sum + count, 0);
  const width = max / counts.length;
  const bars = total === 0 ? [] : drawn.flatMap((count, i) => {
    const from = i * width, to = (i + 1) * width, share = count / total;
    return threshold > from && threshold < to
      ? [{ from, to: threshold, share, isActive: false }, { from: threshold, to, share, isActive: true }]
      : [{ from, to, share, isActive: from >= threshold }];
  });
  return {
    bars,
    activeShare: active / activations,
    zeroShare: zeros / activations,
    activations,
    largest: max,
    threshold,
  };
}
