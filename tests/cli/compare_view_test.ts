/**
 * What a person sees of a comparison in a terminal.
 *
 * @module
 */
import assert from "node:assert/strict";
import { comparisonLines, stabilityLines } from "../../lib/cli/compare_view.ts";
import { DictionaryPair } from "../../lib/report/comparison_schema.ts";
import { GROUP, PAIR, someComparison } from "../site/stability/some_comparison.ts";

/** Lines without colours. */
function plain(lines: string[]): string[] {
  // deno-lint-ignore no-control-regex
  return lines.map((line) => line.replace(/\x1b\[[0-9;]*m/g, ""));
}

/** The id of a run as `train` makes it. */
const LONG = "2026-11-26-180642-mnist-hierarchicaltopk-s";

Deno.test("letters stand for runs, so that no line of a table is wider than 80 columns", () => {
  const comparison = someComparison(), ids = comparison.runs.map((_, i) => `${LONG}${i}`);
  const [{ pairs }] = comparison.groups, renamed = new Map(comparison.runs.map(({ id }, i) => [id, ids[i]]));
  const idOf = (id: string) => renamed.get(id)!;
  const named = {
    ...comparison,
    runs: comparison.runs.map((run, i) => ({ ...run, id: ids[i] })),
    groups: [{
      ...GROUP,
      runs: GROUP.runs.map(idOf),
      pairs: pairs.map((own) => ({ ...own, a: idOf(own.a), b: idOf(own.b) })),
    }],
    dictionaries: [DictionaryPair.parse({
      ...{ ...pairs[0], a: ids[0], b: ids[3], nearest: { aToB: null, bToA: null } },
      ...{
        splits: { aToB: 1, bToA: 0, nearestAbove: 0.5, coActiveAbove: 0.5 },
        activations: { data: "x.npy", rows: 40, correlation: 0.5, overlap: 0.25 },
      },
    })],
  };
  const parts = [4, 7].map((latent) => ({ latent, decoderCosine: 0.6, coActive: 1, ofWhole: 0.5 }));
  const columns = {
    ...PAIR,
    a: { ...PAIR.a, run: ids[0], splits: [{ latent: 2, covered: 0.9, parts }] },
    b: { ...PAIR.b, run: ids[3] },
  };
  const lines = plain(comparisonLines({ comparison: named, pairs: [columns] }));
  for (const line of [...lines, ...plain(stabilityLines(named))]) {
    assert.ok(line.length <= 80 || line.includes("(shared:"), line); // prose, which the terminal breaks between words
  }
  assert.ok(lines.includes("  A, C  0.6000  0.2000           50.0 %  0.0 %            50.0 %"));
  assert.ok(lines.includes("A and D"));
  for (const own of [lines, plain(stabilityLines(named))]) {
    assert.equal(own.filter((line) => /^ {2}PW-MCC: mean \|cosine\| of .* 0 to 1$/.test(line)).length, 1);
  }
  assert.ok(lines.some((line) => /latent 2 of A +latents 4, 7 of D cover 90\.0 % of its active rows$/.test(line)));
});
