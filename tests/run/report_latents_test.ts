/**
 * What a report says of latents and shows of them, against the values that were measured.
 *
 * @module
 */
import assert from "node:assert/strict";
import { decode } from "fast-png";
import { deflateSync } from "node:zlib";
import { LatentDecoder } from "../../lib/analysis/latent_images.ts";
import { scannedLatents } from "../../lib/analysis/latents.ts";
import type { Dataset } from "../../lib/data/dataset.ts";
import { LatentDetails, Latents, SCHEMA_VERSION, tilePlace } from "../../lib/report/schema.ts";
import { drawLatents, type DrawnLatents } from "../../lib/run/report_latents.ts";
import { DECODED_CASES, measuredCase } from "../analysis/decoded_truth.ts";
import { cosine } from "../analysis/cosine.ts";
import { makeVariantCase, type VariantCase } from "../engine/variant_cases.ts";

const deflate = (bytes: Uint8Array) => deflateSync(bytes);

/** The latents of a case drawn, with what was measured. */
async function drawnCase(
  example: VariantCase,
  { canDrawAll = true, details }: { canDrawAll?: boolean; details?: number } = {},
) {
  await using measured = await measuredCase(example);
  const { engine, directions, pass, errorSaved } = measured;
  const { definition: { arch }, pixels, count } = example;
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3), factors = {};
  const scanned = await scannedLatents(pass, { images: { labels, factors }, nClasses: 3, details });
  const decoder = await LatentDecoder.of({ engine, arch, directions, pass });
  if (!canDrawAll) decoder.canDraw = (count) => count === details;
  const dataset = {
    ...{ kind: "vector", height: 1, width: arch.dInput, channels: 1, black: -1, white: 2, classNames: ["a", "b", "c"] },
    test: { pixels, count, labels, factors },
  } as unknown as Dataset;
  const drawn = await drawLatents({
    ...{ dataset, deflate, scanned, decoder, directions, rho: null },
    errorSaved: { values: errorSaved.result(), rows: errorSaved.rows },
  });
  Latents.parse({ schemaVersion: SCHEMA_VERSION, ...drawn.file });
  const files = Array.from(drawn.details());
  for (const file of files) LatentDetails.parse({ schemaVersion: SCHEMA_VERSION, ...file });
  const effects: Float32Array[] = [], tiles: Float32Array[] = [];
  for await (const piece of decoder.pieces(drawn.file.drawn ?? [...pass.rhoHat.keys()])) {
    piece.latents.forEach((_, i) => {
      effects.push(piece.effect.subarray(i * arch.dInput, (i + 1) * arch.dInput));
      tiles.push(piece.decoder.subarray(i * arch.dInput, (i + 1) * arch.dInput));
    });
  }
  return { ...drawn, latents: files.flatMap(({ latents }) => latents), effects, tiles, scanned };
}

/** The levels of one tile, one row high. */
function levelsOf({ pictures }: Pick<DrawnLatents, "pictures">, sprite: Latents["decoder"], tile: number): number[] {
  const { file, column, row } = tilePlace(sprite!, tile), { tileWidth } = sprite!;
  const { width, data } = decode(pictures.find((picture) => picture.file === file)!.png);
  return [...data.subarray(row * width + column * tileWidth, row * width + (column + 1) * tileWidth)];
}

for (const example of DECODED_CASES.filter(({ config }) => ["kl", "topk"].includes(config.sparsity))) {
  Deno.test(`tiles of latents hold the decoder's output and its change, as the schema says: ${example.name}`, async () => {
    const drawn = await drawnCase(example), { file, effects, tiles } = drawn;
    effects.forEach((effect, i) => {
      const scale = effect.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      assert.ok(Math.abs(file.effectScale[i] - scale) <= 1e-5 * scale);
      levelsOf(drawn, file.effect, i).forEach((level, d) =>
        assert.ok(Math.abs((level - 128) / 127 * file.effectScale[i] - effect[d]) <= 0.51 / 127 * scale + 1e-6)
      );
      levelsOf(drawn, file.decoder, i).forEach((level, d) => {
        const shown = Math.min(2, Math.max(-1, tiles[i][d]));
        assert.ok(Math.abs(-1 + 3 * level / 255 - shown) <= 3 / 255 * 2.6, "64 levels of grey");
      });
    });
  });

  Deno.test(`similar latents are those with the largest cosines of effects: ${example.name}`, async () => {
    const { latents, effects, file } = await drawnCase(example);
    const isLive = (j: number) => file.effectScale[j] > 0;
    for (const { latent, similar } of latents) {
      const wanted = effects.map((other, j) => ({ j, cosine: cosine(effects[latent], other) }))
        .filter(({ j }) => j !== latent && isLive(j)).sort((a, b) => b.cosine - a.cosine).slice(0, 5);
      if (!isLive(latent)) assert.deepEqual(similar.latents, []);
      else similar.cosines.forEach((value, i) => assert.ok(Math.abs(value - wanted[i].cosine) < 2e-4));
      assert.equal(similar.latents.length, isLive(latent) ? wanted.length : 0);
    }
  });
}

Deno.test("if not all latents can be drawn, those that are shown have tiles, and `drawn` says which", async () => {
  for (const hidden of [[], [7]]) {
    const example = makeVariantCase(13, { sparsity: "topk", hidden, latent: 300, batch: 24, k: 9, output: "linear" });
    const all = await drawnCase(example), some = await drawnCase(example, { canDrawAll: false });
    const { file, scanned: { shown }, latents } = some;
    assert.equal(all.file.drawn, null);
    assert.deepEqual([file.drawn, shown.length], [shown, 64]);
    assert.equal(file.detailFiles.length, 2);
    assert.equal(latents.length, 300, "every latent has details");
    shown.forEach((latent, tile) => {
      for (const name of ["decoder", "effect"] as const) {
        assert.deepEqual(levelsOf(some, file[name], tile), levelsOf(all, all.file[name], latent));
      }
      assert.equal(file.effectScale[tile], all.file.effectScale[latent]);
    });
    for (const { latent, similar } of latents) {
      if (hidden.length === 0) continue; // the directions of a linear decoder are all known
      assert.ok(similar.latents.every((other) => shown.includes(other)));
      if (!shown.includes(latent)) assert.deepEqual(similar.latents, []);
    }
    const named = new Set(latents.flatMap(({ top, intervals }) => [...top.rows, ...intervals?.rows.flat() ?? []]));
    assert.deepEqual(file.exampleImages!.rows, [...named].sort((a, b) => a - b));
    assert.deepEqual(file.exampleImages!.labels, file.exampleImages!.rows.map((row) => row % 3));
  }
});

Deno.test("if not all latents can be drawn, those with details have tiles if these can be drawn", async () => {
  const example = makeVariantCase(13, { sparsity: "topk", latent: 300, batch: 24, k: 9, output: "linear" });
  const all = await drawnCase(example), some = await drawnCase(example, { canDrawAll: false, details: 90 });
  const { file, latents, scanned: { shown } } = some;
  assert.equal(file.drawn!.length, 90);
  assert.deepEqual(file.detailed, file.drawn);
  assert.ok(shown.every((latent) => file.drawn!.includes(latent)));
  assert.deepEqual(latents.map(({ latent }) => latent), file.detailed);
  file.drawn!.forEach((latent, tile) =>
    assert.deepEqual(levelsOf(some, file.effect, tile), levelsOf(all, all.file.effect, latent))
  );
  assert.deepEqual([file.nearest, file.nearestCosine], [all.file.nearest, all.file.nearestCosine], "of every latent");
  const named = new Set(latents.flatMap(({ top, intervals }) => [...top.rows, ...intervals?.rows.flat() ?? []]));
  assert.deepEqual(file.exampleImages!.rows, [...named].sort((a, b) => a - b), "rows that details name, and no others");
});

Deno.test("a latent that is always 0 has no activation to be decoded at and tiles without an effect", async () => {
  const example = makeVariantCase(13, { sparsity: "topk", latent: 29, batch: 24, k: 4, output: "linear" });
  example.state.params["encoder.0.bias"].fill(-1e6, 0, 3); // the first three are never among the largest
  const drawn = await drawnCase(example), { file, latents } = drawn;
  const base = levelsOf(drawn, file.base, 0);
  for (const latent of [0, 1, 2]) {
    assert.deepEqual([file.decodedAt[latent], file.mainClass![latent], file.classPurity![latent]], [null, null, null]);
    assert.deepEqual([file.meanWhenActive[latent], file.errorSaved[latent], file.effectScale[latent]], [null, 0, 0]);
    assert.ok(levelsOf(drawn, file.effect, latent).every((level) => level === 128));
    levelsOf(drawn, file.decoder, latent).forEach((level, d) => assert.ok(Math.abs(level - base[d]) <= 3));
    const { top, intervals, classProfile, similar } = latents[latent];
    assert.deepEqual([top.rows, intervals, classProfile, similar.latents], [[], null, null, []]);
  }
});
