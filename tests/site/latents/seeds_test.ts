/**
 * A run's latents in other random seeds: the column of the table, its search, its sentence, and the partners of a latent, by hand.
 *
 * @module
 */
import assert from "node:assert/strict";
import { choiceOf, queryOf } from "../../../site/src/latents/address.ts";
import { latentTable } from "../../../site/src/latents/columns.ts";
import { seedsPart } from "../../../site/src/latents/detail_seeds.ts";
import type { RunFacts } from "../../../site/src/latents/facts.ts";
import { readSearch } from "../../../site/src/latents/filter.ts";
import { sorted } from "../../../site/src/latents/order.ts";
import { reportPictures } from "../../../site/src/latents/pictures.ts";
import { type LatentSeeds, partnerAddress, partnersOf, seedCount } from "../../../site/src/latents/seeds.ts";
import { seedsSentence } from "../../../site/src/latents/sentences.ts";
import { valueText } from "../../../site/src/latents/values_text.ts";
import { SIX, six } from "./some_latents.ts";

const EFFECT = {
  files: ["latents/effect.png"],
  channels: 1 as const,
  tileWidth: 28,
  tileHeight: 28,
  columns: 2,
  tilesPerFile: 4,
  count: 2,
};

/** Latent 2 is dead; latent 1 has the same latent in both other runs, latent 0 in the first, latents 4 and 5 in none. */
const SEEDS: LatentSeeds = {
  page: "../../stability/some/",
  sharedAbove: 0.7,
  foundIn: [2, 3, 0, 2, 1, 1],
  decoderFoundIn: [3, 3, 0, 2, 1, 1],
  others: [{
    seed: 1,
    href: "../other/",
    ownPages: [5],
    tiles: { effect: EFFECT, drawn: [4, 5] },
    partners: {
      latent: [5, 4, null, 0, 1, null],
      decoderCosine: [0.9, 0.8, null, 0.71, 0.3, null],
      encoderCosine: [0.75, 0.71, null, 0.71, 0.9, null],
    },
  }, {
    seed: 2,
    href: null,
    ownPages: [],
    tiles: null,
    partners: {
      latent: [3, 1, null, 0, null, null],
      decoderCosine: [0.95, 0.9, null, -0.9, null, null],
      encoderCosine: [0.7, 0.9, null, 0.9, null, null],
    },
  }],
};
const table = latentTable(SIX, { classNames: ["7", "Ankle boot", "Ankle"], seeds: SEEDS });
const facts = { href: "../", picture: "image", channels: 1 } as RunFacts;
const pictures = reportPictures({ drawn: null, decoder: null, effect: null, strengths: null, exampleImages: null }, {
  href: "../",
  picture: "image",
  seeds: SEEDS,
});

Deno.test("in how many random seeds a latent is found, as a column", () => {
  assert.equal(table.seeds, 3);
  assert.deepEqual(
    [0, 1, 2].map((latent) => valueText(table, "foundIn", latent)),
    ["2 of 3", "3 of 3", ""],
    "none of a dead one",
  );
  assert.deepEqual([...sorted(table, { key: "foundIn", isAscending: false })], [1, 0, 3, 4, 5, 2]);
  assert.equal(queryOf(choiceOf("?sort=-foundIn")), "?sort=-foundIn");
  assert.ok(!six().measures.includes("foundIn"), "a run in no comparison has no such column");
  assert.equal(
    seedsSentence(table),
    "1 of the latents is found by all 3 random seeds, 2 by this run alone.",
  );
  assert.equal(seedsSentence(six()), "");
});

Deno.test("a search for the number of random seeds", () => {
  const found = (text: string) => {
    const { filter } = readSearch(text, { latents: table });
    return [0, 1, 2, 3, 4, 5].filter((latent) => filter!.test(latent));
  };
  assert.deepEqual(found("seeds = 1"), [4, 5]);
  assert.deepEqual(found("decoder = 3"), [0, 1]);
  assert.deepEqual(found("random seeds >= 2 class 7"), [0]);
  assert.match(readSearch("seeds = 1", { latents: six() }).problem!, /^No latent of this run has the measure/);
});

Deno.test("partners: shared if both cosines are above the limit, with their sign", () => {
  assert.equal(seedCount(SEEDS), 3);
  assert.deepEqual(partnersOf(SEEDS, 0).map(({ latent, isShared }) => [latent, isShared]), [[5, true], [3, false]]);
  assert.deepEqual(
    partnersOf(SEEDS, 3).map(({ isShared }) => isShared),
    [true, false],
    "a cosine of −0.9 is another direction",
  );
  assert.deepEqual(partnersOf(SEEDS, 2), []);
  assert.equal(partnerAddress(SEEDS.others[0], 5), "../other/latents/5/");
  assert.equal(partnerAddress(SEEDS.others[0], 4), "../other/latents/?latent=4");
  assert.equal(partnerAddress(SEEDS.others[1], 4), null);
});

Deno.test("the partners of a latent with their tiles, cosines and addresses", () => {
  const html = seedsPart({ seeds: SEEDS, facts, pictures }, 0);
  assert.match(html, /<h3 class="minor">Found in 2 of 3 random seeds, in 3 by the decoder alone<\/h3>/);
  assert.match(
    html,
    /<a href="\.\.\/\.\.\/other\/latents\/5\/" aria-label="Latent 5 of random seed 1, decoder cosine 0\.90, /,
  );
  assert.match(html, /background:url\(\.\.\/\.\.\/other\/latents\/effect\.png\) 100% 0/, "its tile is the second");
  assert.match(html, /<b>0\.90, 0\.75<\/b>/);
  assert.match(
    html,
    /role="img" aria-label="Latent 3 of random seed 2, .*, the same in the decoder alone"/,
    "a run that is not there",
  );
  assert.match(html, /href="\.\.\/\.\.\/\.\.\/stability\/some\/"/);
  assert.match(seedsPart({ seeds: SEEDS, facts, pictures }, 5), /Found in this random seed only, of 3.*no partner/);
  assert.equal(seedsPart({ seeds: SEEDS, facts, pictures }, 2), "", "a dead latent");
  assert.equal(seedsPart({ seeds: null, facts, pictures }, 0), "");
});
