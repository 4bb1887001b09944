/**
 * Formulas as MathML: TeX goes in, markup that every browser of today draws with one small font comes out, without a style sheet.
 *
 * KaTeX translates at build. What follows mends what browsers draw badly: an index below ρ̂ that drops, a circumflex of another
 * height, the bars of a divergence and of a length as letters or operators, names of functions without the space around them,
 * and the TeX source that screen readers may read a second time.
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
const BARS = /<mtext>\s+<\/mtext><mi mathvariant="normal">∥<\/mi><mtext>\s+<\/mtext>/g;
/** A bar of a length ‖x‖, by `\\|` or by `\\lVert`, or of an absolute value. */
const FENCE = /<mi mathvariant="normal">([∥∣])<\/mi>|<mo stretchy="false">([∥∣])<\/mo>/g;
/** The name of a function, such as ln, with what comes before and behind it. */
const FUNCTION =
  /(<\/m(?:i|n|sub|sup|subsup|over|padded|frac)>|\)<\/mo>)?<mi>(ln|log|cos|max|min|arg)<\/mi><mo>\u2061<\/mo>(<mo stretchy="false">\()?/g;
/** Between the name of a function and what it is a function of. */
const SPACE = '<mspace width="0.167em"></mspace>';

function mended(markup: string): string {
  return markup
    .replace(HAT, '<mpadded depth="0"><mover accent="true">$1<mo stretchy="false">ˆ</mo></mover></mpadded>')
    .replace(BARS, '<mo stretchy="false" symmetric="false" form="infix" lspace="0.22em" rspace="0.22em">‖</mo>')
    .replace(
      FENCE,
      (_, letter, operator) =>
        `<mo stretchy="false" lspace="0" rspace="0">${(letter ?? operator) === "∥" ? "‖" : "|"}</mo>`,
    )
    .replace(
      FUNCTION,
      (_, before, name, parenthesis) =>
        `${before ? `${before}${SPACE}` : ""}<mi>${name}</mi><mo>\u2061</mo>${parenthesis ?? SPACE}`,
    )
    .replaceAll(`${SPACE}</mrow>`, "</mrow>"); // an index follows, which stands close
}
