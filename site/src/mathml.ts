/**
 * Formulas as MathML: TeX goes in, markup that every browser of today draws with one small font comes out, without a style sheet.
 *
 * KaTeX translates at build. What follows mends four things that browsers draw badly: an index below ρ̂ that drops, a circumflex
 * of another height, the bars of a divergence as letters, and the TeX source that screen readers may read a second time.
 *
 * @module
 */
import katex from "katex";

/**
 * TeX as a `<math>` element.
 *
 * @param options.isBlock Whether the formula stands on a line of its own.
 * @throws {katex.ParseError} The TeX is wrong, so that the build fails.
 */
export function mathml(tex: string, { isBlock = false } = {}): string {
  const html = katex.renderToString(tex, {
    output: "mathml",
    displayMode: isBlock,
    throwOnError: true,
    strict: "error",
  });
  const inner = /<semantics>(.*)<annotation/s.exec(html)![1];
  return `<math${isBlock ? ' display="block"' : ""}>${mended(inner)}</math>`;
}

/** A circumflex over one letter, as KaTeX writes it. */
const HAT = /<mover accent="true">(<m[in]>[^<]*<\/m[in]>)<mo>\^<\/mo><\/mover>/g;
/** The bars of D(ρ‖ρ̂), with the thin spaces around them. */
const BARS = /(?:<mtext>\s+<\/mtext>)?<mi mathvariant="normal">∥<\/mi>(?:<mtext>\s+<\/mtext>)?/g;

function mended(markup: string): string {
  return markup
    .replace(HAT, '<mpadded depth="0"><mover accent="true">$1<mo stretchy="false">ˆ</mo></mover></mpadded>')
    .replace(BARS, '<mo stretchy="false" symmetric="false" form="infix" lspace="0.22em" rspace="0.22em">‖</mo>');
}
