/** Formulas: what KaTeX writes is what browsers draw well, and wrong TeX fails the build. */
import assert from "node:assert/strict";
import { mathml } from "../../site/src/mathml.ts";

Deno.test("a hat keeps the index of its letter where it belongs", () => {
  const formula = mathml(String.raw`\hat\rho_j^{(l)}`);
  assert.match(formula, /<msubsup><mpadded depth="0"><mover accent="true"><mi>ρ<\/mi><mo stretchy="false">ˆ<\/mo>/);
  assert.doesNotMatch(formula, /\^/);
});

Deno.test("the bars of a divergence are an operator with its own spaces", () => {
  const formula = mathml(String.raw`D_\text{KL}(\rho \,\|\, \hat\rho_j)`, { isBlock: true });
  assert.match(formula, /^<math display="block"><mrow>/);
  assert.match(formula, /<mi>ρ<\/mi><mo [^>]*>‖<\/mo><msub>/);
  assert.doesNotMatch(formula, /∥/);
});

Deno.test("a formula holds no second copy of itself, no style and no address", () => {
  for (const isBlock of [true, false]) {
    assert.doesNotMatch(mathml(String.raw`\frac{1}{n} \sum_{i=1}^n a_i`, { isBlock }), /annotation|span|style=|http/);
  }
});

Deno.test("wrong TeX is an error", () => {
  assert.throws(() => mathml(String.raw`\frac{1}{`), /ParseError|KaTeX/);
});

Deno.test("the bars of a length stand close to it, and the name of a function apart from its letters", () => {
  for (const tex of [String.raw`\lVert x \rVert^2`, String.raw`\|x\|^2`]) {
    assert.equal(mathml(tex).match(/<mo stretchy="false" lspace="0" rspace="0">‖<\/mo>/g)!.length, 2, tex);
  }
  const space = '<mspace width="0.167em"></mspace>';
  assert.ok(
    mathml(String.raw`\rho \ln \rho`).includes(`<mi>ρ</mi>${space}<mi>ln</mi><mo>\u2061</mo>${space}<mi>ρ</mi>`),
  );
  assert.ok(mathml(String.raw`\ln(1)`).includes('<mi>ln</mi><mo>\u2061</mo><mo stretchy="false">('));
  assert.ok(mathml(String.raw`\max_c c`).includes("<mi>max</mi><mo>\u2061</mo></mrow>"), "an index stands close");
});
