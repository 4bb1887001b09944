/**
 * One model's part of Home's picture as HTML: the build and the picture that is drawn on show the same.
 *
 * Places and words come from `picture.ts`. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { connectors, type Side } from "./picture.ts";

/** What is active, for the heading. */
export function claimHtml({ title, claim, rest }: Side): string {
  return `${title}: <em>${claim}</em> <span>${rest}</span>`;
}

/** Bars on their axis, for an element with the text of `alt`. */
export function barsHtml({ topText, topMeaning, rho, bars, barWidth }: Side): string {
  const axis = `<span class="y" style="bottom:100%">${topText}</span><span class="y" style="bottom:0">0</span>` +
    `<span class="t">${topMeaning}</span>`;
  const target = rho
    ? `<span class="rho" style="--a:${rho.height}"><span>target mean ρ = ${rho.value}</span></span>`
    : "";
  const width = `max(3px,${percent(barWidth)})`;
  const drawn = bars.map(({ at, height }) =>
    `<s style="left:${percent(at)};height:${percent(height)};width:${width}"></s>`
  );
  return axis + target + drawn.join("");
}

/** Lines from the bars to their tiles, for an SVG of 1,000 by 24. */
export function linesHtml(side: Side): string {
  return connectors(side).map((d) => `<path d="${d}"/>`).join("");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}
