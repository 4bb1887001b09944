/**
 * Which sweeps have the axes of a right L0 and a right width, and what the terminal says of them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { setColorEnabled } from "@std/fmt/colors";
import type { ComparedRun } from "../../../lib/analysis/across/family.ts";
import { lawNumbers, scalingText } from "../../../lib/analysis/across/scaling_text.ts";
import { sweepFindings } from "../../../lib/analysis/across/sweep_findings.ts";
import { findingLines } from "../../../lib/cli/sweep_findings_view.ts";
import { planSweep } from "../../../lib/sweep/plan.ts";
import { parseSweepFile } from "../../../lib/sweep/sweep_file.ts";

setColorEnabled(false);

/** A run's figures; those of {@linkcode curved} by default. */
type Measure = (n: number, k: number) => { cosine: number | null; fvu: number | null };

/** Directions are least alike at k = 8; the error is 2 k^(−0.3) n^(−0.25). */
const curved: Measure = (n, k) => ({
  cosine: 0.05 + 0.02 * Math.abs(Math.log2(k / 8)),
  fvu: 2 * k ** -0.3 * n ** -0.25,
});

function findingsOf(text: object, measure = curved) {
  const { sweep, runs } = planSweep(parseSweepFile(JSON.stringify({ name: "a", ...text }), { file: "a.json" }), {
    file: "a.json",
  });
  return sweepFindings(
    sweep,
    runs.map(({ id, config }) => {
      const l0 = config.targetL0 ?? config.k, { cosine, fvu } = measure(config.latent, l0);
      return {
        id,
        config,
        metrics: {
          dictionary: null,
          test: { activeLatents: l0, fvu, mse: 0.01 * (fvu ?? 1), deadLatents: 0 },
          geometry: cosine === null ? null : {
            decoderPairs: { meanAbsoluteCosine: cosine, ofActive: cosine, pairs: 1, standardError: 0 },
          },
        },
      } as unknown as ComparedRun;
    }),
  );
}

Deno.test("a sweep over k and width has a curve for each width and one law", () => {
  const findings = findingsOf({
    base: { sparsity: "topk", epochs: 1 },
    grid: { latent: [64, 128, 256], k: [2, 4, 8, 16] },
    seeds: [0, 1],
  });
  assert.deepEqual(findings.l0.map(({ width, result }) => [width, result.verdict.kind]), [
    [64, "minimum"],
    [128, "minimum"],
    [256, "minimum"],
  ]);
  const [{ measure, result, runs }] = findings.width;
  assert.equal(measure, "fvu");
  assert.equal(runs.length, 24);
  assert.ok(result.kind === "fit" && Math.abs(result.fitted.law.betaN + 0.25) < 1e-9);
  const lines = findingLines({ ...findings, baselines: [] });
  assert.equal(lines.length, 6);
  assert.match(
    lines[1],
    /^ {2}TopK, 64 latents: The mean \|cosine\| is smallest at L0 8 \(0\.0500\); it rises by up to 80 %/,
  );
  assert.match(
    lines[5],
    /^ {2}TopK, unexplained variance: A law with 4 numbers describes 12 errors to 0\.0 %\. At 512/,
  );
});

Deno.test("baselines have no right L0 and no law of width", () => {
  const axes = { latent: [64, 128, 256], k: [2, 4, 8, 16] };
  const findings = findingsOf({ base: { sparsity: "topk" }, grid: { ...axes, baseline: ["none", "random", "pca"] } });
  assert.deepEqual(findings.l0.map(({ others, width, result }) => [others, width, result.levels.length]), [
    [{}, 64, 4],
    [{}, 128, 4],
    [{}, 256, 4],
  ]);
  assert.deepEqual(findings.width.map(({ others, runs }) => [others, runs.length]), [[{}, 12]]);
  assert.match(findingLines({ ...findings, baselines: [] })[1], /^ {2}TopK, 64 latents: The mean/);
  assert.deepEqual(findingsOf({ base: { sparsity: "topk", baseline: "random" }, grid: axes }), { l0: [], width: [] });
});

Deno.test("a sweep without the axes finds nothing, and one of too few levels says so once", () => {
  const none = findingsOf({ base: { sparsity: "topk" }, grid: { epochs: [1, 2] } });
  assert.deepEqual([none, findingLines({ ...none, baselines: [] })], [{ l0: [], width: [] }, []]);
  const onlyWidth = findingsOf({ base: { sparsity: "topk" }, grid: { latent: [64, 128, 256] } });
  assert.deepEqual(onlyWidth, { l0: [], width: [] });
  const three = findingsOf({ grid: { sparsity: ["topk", "batchtopk"], k: [4, 8, 16] } });
  assert.equal(three.l0.length, 2);
  assert.match(
    findingLines({ ...three, baselines: ["Probing: the trained setting is above the strongest baseline."] }).join("\n"),
    /^.*right L0.*\n {2}TopK, .*Too few levels of sparsity[^\n]*\n.*baseline[^\n]*\n {2}Probing: the trained [^\n]*$/,
  );
  const old = findingsOf(
    { base: { sparsity: "topk" }, grid: { k: [2, 4, 8, 16] } },
    () => ({ cosine: null, fvu: 0.1 }),
  );
  assert.deepEqual(old.l0, [], "reports from before the measure");
});

Deno.test("a sweep of few widths has no law and says what is missing", () => {
  const { width } = findingsOf({ base: { sparsity: "topk" }, grid: { latent: [64, 128], k: [4, 8] } });
  assert.equal(
    scalingText(width[0].result),
    "No law was fitted: there are 2 widths, and a fit needs at least 3.",
  );
});

Deno.test("data that do not vary are fitted by their error, and variants without k by their active latents", () => {
  const still = findingsOf({ base: { sparsity: "topk" }, grid: { latent: [64, 128, 256], k: [4, 8] } }, (n, k) => ({
    cosine: null,
    fvu: n + k > 0 ? null : 0,
  }));
  assert.equal(still.width[0].measure, "mse");
  const l1 = findingsOf({ base: { sparsity: "l1" }, grid: { latent: [64, 128, 256], targetL0: [4, 8, 16] } });
  assert.deepEqual([...new Set(l1.width[0].runs.map(({ k }) => k))], [4, 8, 16]);
});

Deno.test("the numbers of a law are said in words, with the irreducible error only if there is one", () => {
  const grid = { latent: [64, 128, 256, 512, 1024], k: [4, 8, 16, 32] }, base = { sparsity: "topk" };
  const { width: [plain] } = findingsOf({ base, grid });
  assert.ok(plain.result.kind === "fit");
  assert.deepEqual(lawNumbers(plain.result).map(({ symbol }) => symbol), ["α", "β_k", "β_n", "γ"]);
  assert.match(
    lawNumbers(plain.result)[2].meaning,
    /doubling the width multiplies the error by 0\.841 at k = 4 and by 0\.841/,
  );
  const { width: [bent] } = findingsOf({ base, grid }, (n) => ({ cosine: null, fvu: 3 * n ** -0.5 + 0.1 }));
  assert.ok(bent.result.kind === "fit");
  const [, , betaN, , zeta] = lawNumbers(bent.result);
  assert.match(betaN.meaning, /the part of the error that falls with width by 0\.707/);
  assert.match(zeta.meaning, /it is 52 % of the error at 1024 latents and k = 4, and 52 % at k = 32/);
  assert.match(
    scalingText(bent.result),
    /Fitted without 1024 latents, it misses the errors measured there by 0\.0 % on average\./,
  );
});
