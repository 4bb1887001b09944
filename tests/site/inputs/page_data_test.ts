/**
 * What the page takes from a report, and what it lets a reader choose from.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { InputRow, Inputs } from "../../../lib/report/inputs_schema.ts";
import type { LatentDetails, Latents } from "../../../lib/report/latents_schema.ts";
import type { Run } from "../../../lib/report/schema.ts";
import { chosen, NO_FILTER, strip } from "../../../site/src/inputs/chooser.ts";
import { hasOthers, type InputsData, placeOf } from "../../../site/src/inputs/data.ts";
import { decoderFile, decoderFrom } from "../../../site/src/inputs/decoder_file.ts";
import { encodeSafetensors } from "../../../lib/formats/safetensors.ts";
import { addressesOf, exampleItems, inputItems } from "../../../site/src/inputs/lists_html.ts";
import { inputsDataOf } from "../../../site/src/inputs/page_data.ts";
import { decoderLayers } from "../../../site/src/linear_decoder.ts";
import { activeText, caption, inputTitle, introduction, noneText } from "../../../site/src/inputs/texts.ts";

const sprite = (name: string, count: number) => ({
  files: [`${name}.png`],
  tileWidth: 2,
  tileHeight: 2,
  columns: 4,
  tilesPerFile: 256,
  count,
});

const row = (row: number, own: Partial<InputRow> & { latents?: number[] } = {}): InputRow => {
  const { latents = [1, 4], ...others } = own;
  const active = { latents, activations: latents.map((_, k) => 1 / (k + 1)), mseWithout: latents.map(() => 0.2) };
  return {
    row,
    kinds: ["first"],
    label: row % 3,
    mse: 0.1,
    mseBase: 0.3,
    activeLatents: latents.length,
    active,
    ...others,
  };
};

/** A report of 6 latents, of which only 0, 2 and 4 are drawn. */
function report({ sparsity = "topk", hidden = [] as number[], output = "linear" } = {}) {
  const widths = [4, ...hidden, 6, ...hidden, 4];
  const run = {
    config: { sparsity, hidden },
    dataset: {
      kind: "image",
      drawn: true,
      width: 2,
      height: 2,
      channels: 1,
      black: 0,
      white: 1,
      classNames: ["0", "1", "boat"],
    },
    model: {
      file: "model.safetensors",
      layers: widths.slice(1).map((dOut, i) => ({
        name: `layer.${i}`,
        dIn: widths[i],
        dOut,
        activation: i === widths.length - 2 ? output : "relu",
        isPenalized: false,
        isFrozen: false,
      })),
    },
    metrics: { dictionary: null },
  } as unknown as Run;
  const inputs = {
    rows: [
      row(0),
      row(3, { kinds: ["first", "worst"], mse: 0.9 }),
      row(8, { kinds: ["best"], mse: 0.01, latents: [4] }),
    ],
    originals: sprite("originals", 3),
    reconstructions: sprite("reconstructions", 3),
  } as unknown as Inputs;
  const latents = {
    count: 6,
    meanActivation: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
    maxActivation: [1, 2, 3, 4, 5, 6],
    mainClass: [0, 1, 2, 0, null, 1],
    classPurity: [0.5, 0.5, 0.5, 0.5, null, 0.5],
    others: sparsity === "kl" ? "mean" : "zero",
    decodedAt: [1, 2, 3, 4, 5, 6],
    drawn: [0, 2, 4],
    effect: sprite("effect", 3),
    effectScale: [10, 20, 30],
    base: sprite("base", 1),
    baseValues: [1, 2, 3, 4],
    exampleImages: { sprite: sprite("examples", 2), rows: [3, 77], labels: null },
    rowTexts: null,
    detailed: null,
    detailFiles: ["latents/000.json"],
    latentsPerFile: 256,
  } as unknown as Latents;
  const details = [{
    latents: [0, 1, 2, 3, 4, 5].map((latent) => ({ latent, top: { rows: [77, 5, 3], activations: [3, 2, 1] } })),
  }] as unknown as LatentDetails[];
  return { run, inputs, latents, details, ownPages: [4] };
}

Deno.test("columns hold the latents that are active on any input, with their tiles among those drawn", () => {
  const data = inputsDataOf(report());
  assert.deepEqual(data.latents, {
    latents: [1, 4],
    maxActivation: [2, 5],
    mainClass: [1, null],
    classPurity: [0.5, null],
    tile: [null, 2],
    effectScale: [0, 30],
    decodedAt: [2, 5],
    atRest: [0, 0],
    topRows: [[77, 3], [77, 3]],
    topActivations: [[3, 1], [3, 1]],
    topTiles: [[1, 0], [1, 0]],
  });
  assert.deepEqual([0, 1, 4, 5].map((latent) => placeOf(data.latents, latent)), [-1, 0, 1, -1]);
  assert.deepEqual(inputsDataOf(report({ sparsity: "kl" })).latents.atRest, [0.2, 0.5]);
});

Deno.test("contributions add up only where the decoder is one linear layer", () => {
  const modes = [{}, { output: "sigmoid" }, { hidden: [3] }].map((options) => inputsDataOf(report(options)));
  assert.deepEqual(modes.map(({ mode }) => mode), ["sum", "removal", "removal"]);
  assert.deepEqual(modes.map(({ decoderBytes }) => decoderBytes), [null, 4 * (6 + 1) * 4, 4 * (7 * 3 + 4 * 4)]);
  assert.deepEqual(modes.map(({ baseValues }) => baseValues), [[1, 2, 3, 4], null, null]);
  assert.deepEqual(decoderLayers(report({ hidden: [3] }).run).map(({ name }) => name), ["layer.2", "layer.3"]);
  // All six sigmoid latents contribute to each input, and only two are listed: nothing can be decoded.
  const hidden = inputsDataOf(report({ sparsity: "kl", hidden: [3] }));
  assert.deepEqual([hidden.mode, hidden.decoderBytes], ["numbers", null]);
});

Deno.test("hasOthers() counts what is not listed", () => {
  const listed = (activeLatents: number) => ({ activeLatents, active: row(0).active });
  assert.deepEqual([2, 3].map((n) => hasOthers(listed(n), { latentsAreSigmoid: false, nLatents: 6 })), [false, true]);
  assert.deepEqual([2, 6].map((n) => hasOthers(listed(0), { latentsAreSigmoid: true, nLatents: n })), [false, true]);
});

Deno.test("decoder.safetensors holds the decoder alone, and decodes", () => {
  const { run } = report({ output: "sigmoid" });
  const values = (n: number) => ({ shape: [n], values: Float32Array.from({ length: n }, (_, i) => i / n) });
  const model = encodeSafetensors({
    tensors: {
      "layer.0.weight": values(24),
      "layer.0.bias": values(6),
      "layer.1.weight": { shape: [4, 6], values: values(24).values },
      "layer.1.bias": values(4),
    },
    metadata: {},
  });
  const file = decoderFile(model, decoderLayers(run));
  assert.ok(file.length < model.length);
  const recon = decoderFrom(file).decode(Float32Array.of(0, 0, 0, 0, 0, 1));
  const wanted = [0, 1, 2, 3].map((o) => 1 / (1 + Math.exp(-((o * 6 + 5) / 24 + o / 4))));
  wanted.forEach((value, i) => assert.ok(Math.abs(recon[i] - value) < 1e-6));
});

Deno.test("a reader chooses by group, class, latent and error", () => {
  const data = inputsDataOf(report());
  assert.deepEqual(chosen(data, NO_FILTER), [0, 1, 2]);
  assert.deepEqual(chosen(data, { ...NO_FILTER, kind: "first" }), [0, 1]);
  assert.deepEqual(chosen(data, { ...NO_FILTER, label: 2 }), [2]);
  assert.deepEqual(chosen(data, { ...NO_FILTER, order: "largest" }), [1, 0, 2]);
  assert.deepEqual(chosen(data, { ...NO_FILTER, order: "smallest" }), [2, 0, 1]);
  assert.deepEqual(chosen(data, { ...NO_FILTER, latent: 4 }), [2, 0, 1], "the most active first");
  assert.deepEqual(chosen(data, { ...NO_FILTER, latent: 3 }), []);
  assert.deepEqual(chosen({ ...data, activeAbove: 0.6 }, { ...NO_FILTER, latent: 4 }), [2], "above the threshold");
  assert.deepEqual(strip(data, { kind: "worst", length: 5 }), [1]);
});

Deno.test("lists link to inputs that are listed, and escape what a report says", () => {
  const data: InputsData = { ...inputsDataOf(report()), classNames: ["0", "1", '<b>"'] };
  const items = inputItems(data, { places: [0, 2], selected: 2, addressOf: (file) => `../${file}` });
  assert.match(
    items,
    /href="\?input=8" data-input="8" aria-current="true" aria-label="Test image 8 · &lt;b&gt;&quot;, MSE/,
  );
  assert.match(items, /viewBox="4 0 2 2".*<image href="\.\.\/originals\.png" width="8" height="2"/);
  assert.deepEqual([1, 4].map(addressesOf(data).latentHref), ["../latents/?latent=1", "../latents/4/"]);
  const examples = exampleItems(data, {
    active: [{ latent: 1, activation: 0.5, mseWithout: 0.2 }],
    exampleTile: (tile, label) => `[${tile} ${label}]`,
    latentHref: (latent) => `../latents/?latent=${latent}&x`,
  });
  assert.match(examples, /href="\.\.\/latents\/\?latent=1&amp;x"/);
  assert.match(examples, /<span title="Test image 77">\[1 Test image 77\]<\/span>/);
  assert.match(examples, /<a href="\?input=3" data-input="3" aria-label="Test image 3">\[0 \]<\/a>/);
  assert.match(examples, /<a href="\?latent=1" data-do="latent" data-latent="1">active on 2 of 3 listed images<\/a>/);
  assert.match(examples, /0\.50 here, largest 2\.00; class 1, 50\u00a0%/);
});

Deno.test("sentences fit images and vectors, labels and none, listed latents and more", () => {
  const data = inputsDataOf(report());
  assert.equal(inputTitle(row(8), data), "Test image 8 · boat");
  assert.equal(inputTitle(row(1200, { label: 0 }), data), "Test image 1\u202f200 · class 0");
  assert.equal(inputTitle(row(7, { label: null }), { ...data, word: "vector" }), "Test vector 7");
  assert.equal(activeText(row(0), data), "2 of 6 latents are active.");
  assert.equal(
    activeText(row(0, { activeLatents: 5 }), data),
    "5 of 6 latents are active. The 2 most active are listed.",
  );
  assert.equal(
    activeText(row(0, { activeLatents: 1 }), { ...data, activeAbove: 0.1, nLatents: 2, latentsAreSigmoid: true }),
    "1 of 2 latents is above 0.1.",
  );
  assert.match(noneText({ latents: [], activations: [], mseWithout: [] }, data), /^No latent is active on this image/);
  assert.equal(noneText(row(0).active, data), "");
  for (const mode of ["sum", "removal", "numbers"] as const) {
    assert.doesNotMatch(introduction({ ...data, mode }) + caption({ ...data, mode }), /undefined|NaN/);
  }
  assert.doesNotMatch(caption(data), /Others/);
  assert.match(
    caption({ ...data, rows: [row(0, { activeLatents: 5 })] }),
    /“Others” is what the reconstruction has beyond/,
  );
});

Deno.test("inputs without a picture are numbers and lines of words, and need no tile and no decoder", () => {
  const drawn = report(), texts = { labels: null, fileRows: null, names: ["text"] };
  const none = { originals: null, reconstructions: null };
  const data = inputsDataOf({
    ...drawn,
    run: { ...drawn.run, dataset: { ...drawn.run.dataset, kind: "vector", drawn: false } },
    inputs: { ...drawn.inputs, ...none, rowTexts: { ...texts, rows: [0, 3, 8], values: [["a <b>", "b", "c"]] } },
    latents: {
      ...drawn.latents,
      ...{ effect: null, base: null, baseValues: null, exampleImages: null, drawn: [], effectScale: [], detailed: [1] },
      rowTexts: { ...texts, rows: [3, 5, 77, 80], values: [["b", "five", "top", "other"]] },
    },
    details: [{ latents: [drawn.details[0].latents[1]] }] as unknown as LatentDetails[],
  });
  assert.deepEqual([data.picture, data.mode, data.tiles, data.examples, data.decoderBytes, data.baseValues], [
    ...["none", "numbers"],
    ...[null, null, null, null],
  ]);
  assert.deepEqual([data.latents.topRows, data.latents.topActivations], [[[77, 5, 3], []], [[3, 2, 1], []]]);
  assert.deepEqual(data.topTexts!.rows, [3, 5, 77], "only those that are shown");
  const items = inputItems(data, { places: [0], selected: 0, addressOf: (file) => file });
  assert.match(items, /<span class="row-number">0<\/span><span class="words">a &lt;b&gt;<\/span>.*class="mse"/);
  const options = { active: row(0).active, exampleTile: () => "tile", latentHref: () => "x" };
  assert.match(
    exampleItems({ ...data }, { ...options, active: [{ latent: 1, activation: 1, mseWithout: 0.2 }] }),
    /top/,
  );
  assert.doesNotMatch(items, /image|undefined/);
});
