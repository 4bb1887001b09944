/**
 * The size of a chart whose plot must be known before it is drawn, because letters and labels are placed by it.
 *
 * Vega estimates the width of text at build and makes the plot smaller for text that it takes to be too wide; with a frame
 * the margins are as given. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Room round the plot, in pixels. */
export interface Margins {
  left?: number;
  right?: number;
  top?: number;
  bottom?: number;
}

/** Properties of a Vega-Lite view of a fixed size. */
interface ViewSize {
  width: number;
  height: number;
  autosize: { type: "none"; contains: "content" };
  padding: Required<Margins>;
}

/**
 * A chart as wide as asked for, with its margins: by default a left axis with its title above, and a lower axis.
 *
 * @returns `plot` in pixels, and the properties of the view that make it this large.
 */
export function frame(
  width: number,
  { height, left = 52, right = 12, top = 28, bottom = 44 }: Margins & { height: number },
): { plot: { width: number; height: number }; view: ViewSize } {
  const plot = { width: width - left - right, height: height - top - bottom };
  return {
    plot,
    view: { ...plot, autosize: { type: "none", contains: "content" }, padding: { left, right, top, bottom } },
  };
}
