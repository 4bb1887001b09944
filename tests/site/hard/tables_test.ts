import assert from "node:assert/strict";
import {
  agreementSentence,
  frequencyPairs,
  frequencySentence,
  type RunRecovery,
  seedsSentence,
  separationSentence,
  sparsitySentence,
  treesOf,
} from "../../../site/src/hard/tables.ts";

const BINS = [
  { from: 0.001, to: 0.0032, features: 100, found: 10, recall: 0.05 },
  { from: 0.0032, to: 0.01, features: 40, found: 30, recall: 0.6 },
  { from: 0.316, to: 1.4, features: 2, found: 2, recall: 0.9 },
];
const recovery = (byFrequency: RunRecovery["byFrequency"]) => ({ byFrequency }) as RunRecovery;

Deno.test("bins of features are pairs of recall and the share with a latent, and a sentence", () => {
  const pairs = frequencyPairs(recovery(BINS));
  assert.deepEqual(pairs[0], { name: "0.10\u00a0% to 0.32\u00a0%", value: 0.05, compared: 0.1 });
  assert.equal(pairs[2].name, "32\u00a0% to 100\u00a0%");
  assert.match(
    frequencySentence(recovery(BINS)),
    /active on at least 0\.32\u00a0% of the vectors; rarer ones mostly have none/,
  );
  assert.match(frequencySentence(recovery(BINS.slice(1))), /^In every bin/);
  assert.match(frequencySentence(recovery(BINS.slice(0, 1))), /^In no bin/);
});

Deno.test("trees are nested, each feature below its parent", () => {
  const node = (feature: number, parent: number | null, absorbs: number | null) => ({
    ...{ feature, parent, absorbs, density: 0.5, latent: feature === 2 ? null : feature, cosine: 0.9, recall: 0.25 },
    absorption: null,
  });
  const [root, ...others] = treesOf({
    trees: [node(0, null, null), node(1, 0, 0.125), node(2, 0, null), node(3, 1, 0)],
  });
  assert.deepEqual(others, []);
  assert.deepEqual([root.density, root.recall, root.absorbsText], ["50\u00a0%", "25\u00a0%", null]);
  assert.deepEqual(root.children.map(({ feature, absorbsText }) => [feature, absorbsText]), [[1, "13\u00a0%"], [
    2,
    null,
  ]]);
  assert.equal(root.children[0].children[0].feature, 3);
  assert.deepEqual(treesOf({ trees: null }), []);
});

Deno.test("sentences say whether the methods are at equal sparsity, and with how many random seeds", () => {
  assert.match(sparsitySentence([{ l0: 8 }, { l0: 8.1 }, { l0: 7.8 }]), /nearly equal/);
  assert.match(sparsitySentence([{ l0: 8 }, { l0: 1.4 }]), /^Their numbers of active latents differ \(1\.4 to 8\.0\)/);
  assert.equal(seedsSentence([1, 1]), "Each was trained with one random seed.");
  assert.equal(seedsSentence([2, 2]), "Each was trained with 2 random seeds.");
  assert.equal(seedsSentence([2, 1]), "Each was trained with 1 to 2 random seeds.");
});

Deno.test("sentences say how many gaps are larger than the spread, and how far the ranking agrees", () => {
  const own = { median: 0.5, least: 0.4, largest: 0.6 };
  const ranking = (["topk", "l1"] as const).map((variant) => ({ variant, own, published: null }));
  const figure = { name: "f1" as const, ranking, separated: 1, spearman: null, compared: 1 };
  assert.equal(
    separationSentence(figure, 2),
    "By F1, 1 of 1 gaps between neighbours is larger than the spread over random seeds.",
  );
  assert.match(separationSentence(figure, 1), /^A method with one random seed/);
  assert.match(agreementSentence([figure]), /^Too few methods have published figures/);
  const figures = [{ ...figure, spearman: -0.5, compared: 4 }, {
    ...figure,
    name: "mcc" as const,
    spearman: 1,
    compared: 4,
  }];
  assert.match(agreementSentence(figures), /over the 4 methods that have them, is −0\.50 for F1 and 1\.00 for MCC\.$/);
});
