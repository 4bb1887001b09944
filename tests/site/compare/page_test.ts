/**
 * What Compare's page weighs: eight runs with everything that a run can have, however many runs the site has.
 *
 * @module
 */
import assert from "node:assert/strict";
import { draw } from "../../../site/src/charts/drawing.ts";
import { NARROW, WIDE } from "../../../site/src/charts/theme.ts";
import { figuresOf, isDrawn } from "../../../site/src/compare/figures.ts";
import { FIRST_CHOICE } from "../../../site/src/compare/inputs.ts";
import { inputsOf, isMany, slotsOf } from "../../../site/src/compare/page.ts";
import { byData } from "../../../site/src/compare/pick.ts";
import { thinned } from "../../../site/src/compare/summarise.ts";
import { measured, setting, summary } from "./runs.ts";

/** The page's limit without its frame, and what the browser loads for one more run. */
const MOST_BYTES = 186 * 1024, MOST_RUN_BYTES = 14 * 1024;

const steps = Array.from({ length: 500 }, (_, i): [number, number] => [10 * i + 1, 0.07 / (1 + 0.02 * i)]);
const sprite = (name: string) => ({
  files: [`${name}-0.png`, `${name}-1.png`],
  tileWidth: 28,
  tileHeight: 28,
  columns: 16,
  channels: 1 as const,
  tilesPerFile: 256,
  count: 350,
});
const runs = [..."abcdefgh"].map((letter, i) =>
  summary(`family-sparsity-batchtopk-k-16-s${letter}`, {
    isExact: i > 0,
    detail: "16\u202f384 latents · the tutorial’s settings · random seed 0",
    measured: measured({ activeLatents: 16 + i / 9, mse: 0.01 + i / 9e3 }),
    settings: Array.from({ length: 50 }, (_, n) => setting(`Setting number ${n}`, n % 3 ? `value ${i}` : null)),
    curve: thinned(steps.map(([step, loss]) => [step, loss * (1 + i / 9)]), 80),
    dead: Array.from({ length: 31 }, (_, epoch): [number, number] => [epoch, 9 * i]),
    probing: [1, 2, 5].map((k) => ({ k, latents: 0.7 + i / 99, pixels: 0.7 })),
    inputs: {
      tiles: {
        first: { ...sprite("compare"), files: ["compare.png"], columns: 8, tilesPerFile: 24, count: 24 },
        originals: sprite("originals"),
        reconstructions: sprite("reconstructions"),
      },
      texts: null,
      mse: Array.from({ length: 200 }, (_, row) => 0.012345 + row / 1e5),
      classes: Array.from({ length: 200 }, (_, row) => String(row % 10)),
    },
  })
);
const links = {
  run: (id: string) => `/sparse-autoencoders/runs/${id}/`,
  term: (name: string) => `/sparse-autoencoders/reference/glossary/#${name}`,
  file: (id: string, file: string) => `/sparse-autoencoders/runs/${id}/${file}`,
};

Deno.test("Compare's page with eight runs is light, and so is what one more run loads", async () => {
  const groups = byData(runs), [group] = groups;
  const parts = Object.values(slotsOf(groups, { links })).map(({ text }) => text);
  parts.push(inputsOf(group, FIRST_CHOICE, { links }).tiles.text);
  for (const figure of figuresOf(group.picked).filter(isDrawn)) {
    const widths = ["loss", "probing"].includes(figure.id) ? [WIDE, NARROW] : [NARROW];
    for (const width of widths) parts.push((await draw(figure.chart, { id: figure.id, width })).svg);
    parts.push(figure.caption.text, figure.alt);
  }
  const bytes = new TextEncoder().encode(parts.join("")).length;
  assert.ok(bytes <= MOST_BYTES, `${bytes} bytes`);
  const own = new TextEncoder().encode(JSON.stringify(runs[0])).length;
  assert.ok(own <= MOST_RUN_BYTES, `${own} bytes for one run`);
  assert.ok(isMany(groups));
});
