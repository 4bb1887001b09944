/**
 * The latents as bars, with the target they are held against, and the histogram of activations.
 *
 * Draws text from numbers. PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { figure } from "../../format.ts";
import { shareOf, spread, tickText } from "./scale.ts";
import { bars, curve, rule, type Size, svg, text, widthOf } from "./svg.ts";

/** The latents of one model. */
export interface LatentValues {
  /** Mean activation or density of each latent. */
  values: Float32Array | readonly number[];
  /** What the values are held against; null for nothing. */
  target: { label: string; value: number } | null;
}

/** The axis of shares; a smaller one stands at its end. */
const SHARES = { from: 1e-3, to: 1 };
const SHARE_TICKS = [0.001, 0.01, 0.1, 1];
const LEFT = 42, TOP = 7, BOTTOM = 5, LABEL_ROOM = 10;
/** More latents than this are drawn sorted: their bars are too narrow to find one by its place. */
const MOST_BY_NUMBER = 128;

/** Whether bars stand in the order of their values, the largest first. */
function areSorted(sides: readonly LatentValues[]): boolean {
  return sides.length > 1 || sides[0].values.length > MOST_BY_NUMBER;
}

/** The latents in the order of their bars. */
export function barOrder(sides: readonly LatentValues[]): number[] {
  const [{ values }] = sides;
  const order = Array.from(values, (_, latent) => latent);
  return areSorted(sides) ? order.sort((a, b) => values[b] - values[a] || a - b) : order;
}

/** The latent whose bar stands at a place; null beside the bars. */
export function latentAtBar(
  x: number,
  { sides, width }: { sides: readonly LatentValues[]; width: number },
): number | null {
  const order = barOrder(sides), bar = Math.floor((x - LEFT) / (rightOf(sides, { width }) - LEFT) * order.length);
  return order[bar] ?? null;
}

/** Where the bars end and the labels of the targets begin. */
function rightOf(sides: readonly LatentValues[], { width }: Pick<Size, "width">): number {
  return width - LABEL_ROOM - Math.max(...sides.map(({ target }) => target ? widthOf(target.label) : 0));
}

/** The bars of the latents; a second model is a dashed line. `latent` is marked. */
export function latentBarsSvg(
  { sides, latent }: { sides: readonly LatentValues[]; latent: number | null },
  size: Size,
): string {
  const right = rightOf(sides, size), bottom = size.height - BOTTOM, height = bottom - TOP;
  const order = barOrder(sides), [{ values }] = sides;
  const heightOf = (value: number) => Math.max(0, shareOf(value, SHARES) * height);
  const y = (value: number) => bottom - heightOf(value);
  const pitch = (right - LEFT) / order.length, width = pitch > 3 ? pitch - 1 : pitch;
  const place = { left: LEFT, bottom, pitch, width };
  const marked = latent === null ? -1 : order.indexOf(latent);
  const isZero = (latent: number) => values[latent] === 0;
  return svg(size, [
    ...SHARE_TICKS.flatMap((tick) => [
      rule("grid", [LEFT, y(tick), right, y(tick)]),
      text(tickText(tick), { x: LEFT - 6, y: y(tick) + 4, anchor: "end" }),
    ]),
    bars(order.map((j) => heightOf(values[j])), { ...place, kind: marked < 0 ? "bar" : "bar faint" }),
    bars(order.map((j) => isZero(j) ? 3 : null), { ...place, kind: "bar dead" }),
    marked < 0 ? "" : bars(order.map((j) => j === latent ? Math.max(3, heightOf(values[j])) : null), {
      ...place,
      kind: "bar",
      width: Math.max(2, width),
    }),
    ...sides.slice(1).map(({ values }) => {
      const sorted = Array.from(values).sort((a, b) => b - a);
      return curve(
        sorted.map((value, i) => [LEFT + (right - LEFT) * (i + 0.5) / sorted.length, y(value)]),
        { ink: "ink", isDashed: true },
      );
    }),
    ...targetParts(sides, { right, y, bottom }),
    marked < 0 ? "" : text(`#${latent} ${figure(values[latent!], 2)}`, {
      x: Math.max(LEFT + 32, Math.min(right - 32, LEFT + pitch * (marked + 0.5))),
      y: Math.max(TOP + 6, y(values[latent!]) - 5),
      ink: "ink",
      anchor: "middle",
      isHalo: true,
    }),
  ]);
}

function targetParts(
  sides: readonly LatentValues[],
  { right, y, bottom }: { right: number; y(value: number): number; bottom: number },
): string[] {
  const targets = sides.map(({ target }) => target).filter((target) => target !== null)
    .filter(({ label }, i, all) => all.findIndex((other) => other.label === label) === i);
  const places = spread(targets.map(({ value }) => y(value)), { gap: 14, min: TOP, max: bottom - 4 });
  return targets.flatMap(({ label, value }, i) => [
    rule("goal", [LEFT, y(value), right + 3, y(value)]),
    text(label, { x: right + 7, y: places[i] + 4, ink: "target" }),
  ]);
}

/** The activations above 0 of one model, counted in equally wide bins from 0 to `end`. */
export interface CountedActivations {
  counts: Uint32Array | readonly number[];
  end: number;
  /** A latent is active above this. */
  activeAbove: number;
}

/** Room for the axis of the histogram. */
const HISTOGRAM_BOTTOM = 19;

/** The histogram, counts on a log scale; a second model is a dashed line. */
export function histogramSvg(sides: readonly CountedActivations[], size: Size): string {
  const end = Math.max(...sides.map(({ end }) => end));
  const bottom = size.height - HISTOGRAM_BOTTOM, height = bottom - TOP;
  const axis = rule("axis", [0, bottom, size.width, bottom]);
  if (!(end > 0)) {
    return svg(size, [axis, text("no latent is above 0", { x: size.width / 2, y: bottom / 2, anchor: "middle" })]);
  }
  let most = 1;
  for (const { counts } of sides) for (const count of counts) most = Math.max(most, count);
  const heightOf = (count: number) => count === 0 ? 0 : Math.log1p(count) / Math.log1p(most) * height;
  const [first, ...others] = sides, { counts, activeAbove } = first;
  const binEnd = (i: number) => (i + 1) * first.end / counts.length;
  const pitch = size.width * first.end / end / counts.length;
  const place = { left: 0, bottom, pitch, width: Math.max(0.5, pitch - 1) };
  const heights = Array.from(counts, heightOf), at = activeAbove / end * size.width;
  const endText = figure(end, 2), activeText = `active above ${figure(activeAbove, 1)}`;
  const isRoomForText = widthOf(activeText) + widthOf(endText) + 16 < size.width;
  return svg(size, [
    bars(heights.map((height, i) => binEnd(i) > activeAbove ? height : null), { ...place, kind: "bar" }),
    bars(heights.map((height, i) => binEnd(i) > activeAbove ? null : height), { ...place, kind: "bar below" }),
    ...others.map(({ counts, end: own }) =>
      curve(
        Array.from(
          counts,
          (count, i) => [size.width * own / end * (i + 0.5) / counts.length, bottom - heightOf(count)],
        ),
        { ink: "ink", isDashed: true },
      )
    ),
    axis,
    ...(activeAbove > 0 && at < size.width
      ? [
        rule("mark", [at, TOP, at, bottom]),
        ...(isRoomForText
          ? [text(activeText, {
            x: Math.max(14, Math.min(at, size.width - widthOf(endText) - widthOf(activeText) - 8)),
            y: size.height - 5,
          })]
          : []),
      ]
      : []),
    text("0", { x: 0, y: size.height - 5 }),
    text(endText, { x: size.width, y: size.height - 5, anchor: "end" }),
  ]);
}
