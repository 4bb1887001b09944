/**
 * Each chart as a stored Vega-Lite specification, from rows worked by hand; and every one of them compiles and draws.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { activationHistogram, classProfile } from "../../../site/src/charts/latents.ts";
import { THEME } from "../../../site/src/charts/theme.ts";

const CHARTS: Record<string, TopLevelSpec> = {
  activationHistogram: activationHistogram({ max: 1, counts: [7, 0, 2, 1] }, { threshold: 0.1 }),
  activationHistogramOfZeros: activationHistogram({ max: 0, counts: [7, 0] }, { threshold: 0 }),
  classProfile: classProfile([0.25, 0.75], { classNames: ["zero", "one"] }),
};

for (const [name, spec] of Object.entries(CHARTS)) {
  Deno.test(`${name}() gives the stored specification`, (t) => t.assertSnapshot(spec));
}

Deno.test("every chart compiles without a warning and draws numbers only", async () => {
  const warnings: string[] = [];
  const logger = { ...vega.logger(vega.None), warn: (...args: string[]) => (warnings.push(args.join(" ")), logger) };
  for (const [name, spec] of Object.entries(CHARTS)) {
    const compiled = compile(spec, { config: THEME, logger: logger as unknown as vega.LoggerInterface }).spec;
    const view = new vega.View(vega.parse(compiled), { renderer: "none" });
    const svg = await view.toSVG();
    view.finalize();
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/, name);
  }
  assert.deepEqual(warnings, []);
});

Deno.test("classProfile() calls a class by its number where it has no name", () => {
  const { data } = classProfile([0.25, 0.75], { classNames: ["zero"] }) as { data: { values: { label: string }[] } };
  assert.deepEqual(data.values.map(({ label }) => label), ["zero", "1"]);
});
