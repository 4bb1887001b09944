/** The charts of the penalty: at any setting of their parameters they draw what lib/kl.ts computes. */
import assert from "node:assert/strict";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { klDivergence } from "../../../lib/kl.ts";
import { klOverview, klZoom, sliders, zoomEnd } from "../../../site/src/charts/kl.ts";

/** A chart that runs without a screen, and the rows it draws: those of every source that has penalties. */
function running(spec: TopLevelSpec) {
  const compiled = compile(spec).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none" });
  const names = compiled.data!.map(({ name }) => name);
  const rows = (): { x: number; nats: number }[] =>
    names.flatMap((name) => view.data(name).filter((row) => "nats" in row));
  return { view, rows };
}

const SETTINGS = [[0.05, 0.1], [0.005, 0.15], [0.14, 0.001], [0.05, 0.05], [0.3, 0.9]];

Deno.test("the enlarged chart follows its parameters as lib/kl.ts does", async () => {
  const { view, rows: drawn } = running(klZoom({ rho: 0.05, rhoHat: 0.1, means: [0.057, 0.061], end: 0.15 }, 690));
  for (const [rho, rhoHat] of SETTINGS) {
    await view.signal("rho", rho).signal("rhoHat", rhoHat).runAsync();
    const rows = drawn();
    assert.ok(rows.length >= 300, `${rows.length} points`);
    for (const { x, nats } of rows) {
      if (nats >= 0.088 - 1e-12) continue; // the point is held inside the frame
      assert.ok(Math.abs(nats - klDivergence(rho, x)) < 1e-12, `ρ ${rho}, ρ̂ ${x}: ${nats}`);
    }
    assert.ok(rows.some(({ x }) => x === rhoHat), "the point is at ρ̂");
  }
  view.finalize();
});

Deno.test("the whole curve follows its parameters as lib/kl.ts does", async () => {
  const { view, rows: drawn } = running(klOverview({ rho: 0.05, rhoHat: 0.1, end: 0.15 }, 350));
  for (const [rho, rhoHat] of SETTINGS) {
    await view.signal("rho", rho).signal("rhoHat", rhoHat).runAsync();
    const rows = drawn().filter(({ nats }) => nats !== 2.7); // the word beside the enlarged range
    assert.ok(rows.length >= 200);
    for (const { x, nats } of rows) assert.ok(Math.abs(nats - klDivergence(rho, x)) < 1e-12, `ρ ${rho}, ρ̂ ${x}`);
  }
  view.finalize();
});

Deno.test("the enlarged range ends at 0.15, and further where a run's target or latents are further", () => {
  assert.equal(zoomEnd({ rho: 0.05, means: [0.057, 0.061] }), 0.15);
  assert.equal(zoomEnd({ rho: 0.05, means: [] }), 0.15);
  assert.equal(zoomEnd({ rho: 0.2, means: [0.21] }), 0.4);
  assert.equal(zoomEnd({ rho: 0.05, means: [0.3] }), 0.35);
  assert.equal(zoomEnd({ rho: 0.9, means: [] }), 1);
});

Deno.test("the sliders reach the default target exactly, and keep the formula's arguments inside (0, 1)", () => {
  for (const end of [0.15, 0.4, 1]) {
    const { rho, rhoHat } = sliders(end);
    assert.ok(rho.min > 0 && rho.max < 1 && rhoHat.min > 0, `${end}`);
  }
  const { rho } = sliders(0.15);
  const steps = (0.05 - rho.min) / rho.step;
  assert.ok(Math.abs(steps - Math.round(steps)) < 1e-9);
});
