/**
 * What the pages of comparisons list and count, against comparisons that are worked by hand.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  cosineBins,
  deadOf,
  foundCounts,
  foundShares,
  groupOfRuns,
  partsOf,
  pathOfGroup,
  pwMccOf,
  seedGroupOf,
} from "../../../site/src/stability/groups.ts";
import {
  commonText,
  features,
  lonesOfSeed,
  lonesOfSide,
  matches,
  nearFeatures,
  shortTitles,
} from "../../../site/src/stability/lists.ts";
import { partWords } from "../../../site/src/stability/part_words.ts";
import { run } from "../run/small_run.ts";
import { COLUMNS, GROUP, PAIR, someComparison } from "./some_comparison.ts";

Deno.test("latents by the number of random seeds in which they are found, dead ones left out", () => {
  assert.deepEqual(foundCounts(GROUP.foundIn), [4, 1, 6]);
  assert.deepEqual(foundShares(GROUP.foundIn), [4 / 11, 1 / 11, 6 / 11]);
  assert.equal(deadOf(GROUP), 1);
  assert.deepEqual(foundShares([[4, 0, 0], [4, 0, 0]]), [0, 0], "all are dead");
});

Deno.test("cosines in bins: by their size, 1 in the last, nulls in none", () => {
  assert.deepEqual(cosineBins([0, 0.49, -0.5, 1, null, 0.99], 2), [0.4, 0.6]);
  assert.deepEqual(cosineBins([null], 2), [0, 0]);
});

Deno.test("the group of a run is the one with most random seeds, and that of a setting covers all its runs", () => {
  const two = { ...GROUP, runs: ["s0", "s1"] };
  const comparisons = [someComparison({ name: "few" }), someComparison()];
  comparisons[0].groups = [two];
  assert.equal(seedGroupOf("s0", comparisons)!.comparison.name, "some");
  assert.equal(seedGroupOf("s9", comparisons), null);
  assert.equal(groupOfRuns(["s0", "s1", "s2"], comparisons)!.group, comparisons[1].groups[0]);
  assert.equal(groupOfRuns(["s0", "wide"], comparisons), null);
  assert.equal(groupOfRuns(["s0"], comparisons), null, "one run has no other random seed");
});

Deno.test("a run's PW-MCC is that of its group, unless the run has another model by now", () => {
  const sha256 = "0".repeat(64), model = { ...run().model, file: "model.safetensors" };
  const now = (id: string, hash = sha256) =>
    run({ knobs: { latent: 4 }, more: { id, model, files: [{ name: "model.safetensors", bytes: 1, sha256: hash }] } });
  const runs = [now("s0"), now("s1", "1".repeat(64)), now("wide"), now("else")];
  assert.deepEqual([...pwMccOf(runs, [someComparison()])], [["s0", 0.6]]);
  const unknown = { ...GROUP, means: { ...GROUP.means, pwMcc: null } };
  assert.equal(pwMccOf(runs, [someComparison({ groups: [unknown] })]).size, 0);
});

Deno.test("equal rows are one sentence, and a single row is none", () => {
  assert.equal(commonText(["0 %", "0 %"]), "0 %");
  assert.equal(commonText(["0 %", "1 %"]), null);
  assert.equal(commonText(["0 %"]), null);
});

Deno.test("a comparison's only part has the comparison's page, several parts have pages of their own", () => {
  const one = someComparison(), two = someComparison({ groups: [GROUP, { ...GROUP, title: "other" }] });
  assert.equal(pathOfGroup(one, one.groups[0]), "");
  assert.equal(pathOfGroup(two, two.groups[1]), "seeds-2");
  assert.deepEqual(partsOf(two).map(({ path }) => path), ["seeds-1", "seeds-2"]);
});

Deno.test("features, lone latents, and matched pairs in their order", () => {
  assert.deepEqual(features(GROUP, 1), [{ latents: [3, 1, 0], cosine: 0.95 }]);
  assert.equal(features(GROUP, 9).length, 2);
  assert.deepEqual(lonesOfSeed(COLUMNS, { errorSaved: [], most: 5 }), [{ latent: 1, cosine: 0.3 }]);
  assert.deepEqual(lonesOfSide(PAIR.a, { above: 0.7, errorSaved: [1, 9, 2] }), [
    { latent: 2, cosine: 0.5 },
    { latent: 0, cosine: 0.4 },
  ]);
  assert.deepEqual(lonesOfSide(PAIR.b, { above: 0.7, errorSaved: [] }), [], "a dead latent is not alone");
  assert.deepEqual(matches(PAIR), [
    { a: 0, b: 1, decoderCosine: -0.9, encoderCosine: 0.8 },
    { a: 2, b: 0, decoderCosine: 0.5, encoderCosine: 0.4 },
  ]);
});

Deno.test("what comes nearest: partners of each other in all runs, without the consensus, by the smallest cosine", () => {
  const columnsOf = (run: string, others: [string, number[], number[]][]) => ({
    ...COLUMNS,
    run,
    partners: others.map(([run, latent, decoderCosine]) => ({
      run,
      latent,
      decoderCosine,
      encoderCosine: [0, 0, 0, 0],
    })),
  });
  // 0 and 3 are of the consensus; 1 is 0 in s1 and 2 in s2, where the two are partners; 2 is 3 in s1, which is not its partner's partner.
  const columns = [
    columnsOf("s0", [["s1", [2, 0, 3, 1], [0.9, 0.6, 0.5, 0.9]], ["s2", [1, 2, 3, 0], [0.9, 0.65, 0.4, 0.9]]]),
    columnsOf("s1", [["s0", [1, 3, 0, 2], [0.6, 0.9, 0.9, 0.5]], ["s2", [2, 0, 1, 1], [0.55, 0.9, 0.9, 0.3]]]),
    columnsOf("s2", [["s0", [3, 0, 1, 2], [0.9, 0.9, 0.65, 0.4]], ["s1", [1, 2, 0, 3], [0.9, 0.9, 0.55, 0.3]]]),
  ];
  assert.deepEqual(nearFeatures(GROUP, { columns, most: 5 }), [{ latents: [1, 0, 2], cosine: 0.55 }]);
  assert.deepEqual(nearFeatures(GROUP, { columns, most: 0 }), []);
});

Deno.test("short titles leave out what all have and stay different", () => {
  assert.deepEqual(shortTitles(["A · B · C", "A · D · C"]), ["B", "D"]);
  assert.deepEqual(shortTitles(["A", "A"]), ["A", "A (2)"]);
  assert.deepEqual(shortTitles(["A · B", "A"]), ["B", "A"]);
});

Deno.test("the words of a part's page", () => {
  const comparison = someComparison(), [seeds] = partsOf(comparison);
  const words = partWords(comparison, seeds);
  assert.equal(words.title, "Stability: MNIST · TopK k 2 · 4 latents");
  assert.match(words.lead, /^3 runs with 4 latents each, .* \(0, 1, 2\)\. 2 features are found by all of them\.$/);
  const nothing = { ...GROUP, consensus: { latents: [[], [], []], smallestCosine: [] } };
  assert.match(partWords(comparison, { kind: "seeds", path: "", group: nothing }).lead, /No feature is found by all/);
});
