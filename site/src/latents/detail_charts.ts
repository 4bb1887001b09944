/**
 * The small charts of one latent as HTML and SVG: its classes and its activations.
 *
 * Drawn in the browser for any latent of thousands, so that they are strings and not Vega-Lite. PORTABLE: no Deno, no Node,
 * no tfjs.
 *
 * @module
 */
import type { Histogram } from "../../../lib/report/activations_schema.ts";
import { escaped } from "../escaped.ts";
import { percent } from "../format.ts";
import { className } from "./columns.ts";
import { activationText } from "./values_text.ts";

/** Most classes that stand side by side, and most letters of their names. */
const MOST_COLUMNS = 12, MOST_LETTERS = 3;
/** Most classes that stand one below the other. */
const MOST_LINES = 10;

/** Share of a latent's summed activation on each class: columns, or lines where names are long or classes many. */
export function classBars(shares: number[], { classNames }: { classNames: string[] }): string {
  const classes = shares.map((share, index) => ({ share, name: className({ classNames }, index) }));
  const largest = Math.max(...shares);
  const isNarrow = classes.length <= MOST_COLUMNS && classes.every(({ name }) => name.length <= MOST_LETTERS);
  return isNarrow ? columns(classes, largest) : lines(classes, largest);
}

interface ClassShare {
  name: string;
  share: number;
}

function columns(classes: ClassShare[], largest: number): string {
  const words = classes.map(({ name, share }) => `${name}: ${percent(share)}`).join(", ");
  const bars = classes.map(({ name, share }) =>
    `<li${share === largest ? ' class="main"' : ""}><i style="height:${(100 * share / largest).toFixed(1)}%" title="${
      escaped(`class ${name}: ${percent(share)}`)
    }"></i><span>${escaped(name)}</span></li>`
  );
  return `<div role="img" aria-label="${escaped(words)}"><ul class="class-columns" aria-hidden="true">${
    bars.join("")
  }</ul></div>`;
}

function lines(classes: ClassShare[], largest: number): string {
  const ordered = classes.toSorted((a, b) => b.share - a.share), shown = ordered.slice(0, MOST_LINES);
  const rest = ordered.slice(MOST_LINES).reduce((sum, { share }) => sum + share, 0);
  const rows = shown.map(({ name, share }) =>
    `<li${share === largest ? ' class="main"' : ""}><span>${escaped(name)}</span><i><b style="width:${
      (100 * share / largest).toFixed(1)
    }%"></b></i><span>${percent(share)}</span></li>`
  );
  const others = ordered.length - shown.length;
  return `<ul class="class-lines">${rows.join("")}</ul>${
    others > 0 ? `<p class="note">${others} other classes together: ${percent(rest)}</p>` : ""
  }`;
}

const HEIGHT = 64;

/**
 * The counts of all bins but the first, in which a sparse latent has nearly all rows; the scale starts at the first bin.
 */
export function histogramBars({ max, counts }: Histogram): string {
  const shown = counts.slice(1), most = Math.max(...shown, 1), gap = 0.15;
  const bars = shown.map((count, i) => {
    const height = HEIGHT * count / most;
    return count === 0 ? "" : `M${i + gap} ${HEIGHT}v${(-height).toFixed(2)}h${1 - 2 * gap}V${HEIGHT}z`;
  });
  const words = `Histogram of the activations from ${activationText(max / counts.length)} to ${
    activationText(max)
  }; the fullest of ${shown.length} bins has ${most}`;
  return `<div class="bars" role="img" aria-label="${words}"><svg viewBox="0 0 ${shown.length} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><path d="${
    bars.join("")
  }"/></svg><p aria-hidden="true"><span>${activationText(max / counts.length)}</span><span>${
    activationText(max)
  }</span></p></div>`;
}
