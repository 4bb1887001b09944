/** Which runs Home and Learn set beside the featured one. */
import assert from "node:assert/strict";
import type { Run } from "../../lib/report/schema.ts";
import { chosenRuns, picturedRuns } from "../../site/src/chosen_runs.ts";

/** As much of a run as the choice reads. */
function run(
  id: string,
  { sparsity = "kl", mse = 0.01, data = "mnist", kind = "image", preset = "tuned", day = 1 } = {},
): Run {
  return {
    id,
    createdAt: `2026-11-0${day}T00:00:00.000Z`,
    dataset: { name: data, kind, train: { images: 1000 }, test: { pixelsSha256: data } },
    config: { sparsity, preset, limit: null, leaveOut: [], epochs: 10 },
    metrics: { dictionary: null, test: { mse, klNats: sparsity === "kl" ? 1 : null } },
  } as unknown as Run;
}

function ids(runs: Run[], { featured = runs[0] ?? null, swept = [] as string[] } = {}) {
  const chosen = chosenRuns(runs, { featured, sweptIds: new Set(swept) });
  return Object.fromEntries(Object.entries(chosen).map(([name, run]) => [name, run?.id ?? null]));
}

Deno.test("the best TopK run on the same data stands beside the featured KL run", () => {
  const runs = [
    run("kl"),
    run("gated", { sparsity: "gated", mse: 0.001 }),
    run("worse", { sparsity: "topk", mse: 0.02 }),
    run("best", { sparsity: "topk", mse: 0.01 }),
    run("swept", { sparsity: "topk", mse: 0.001 }),
    run("letters", { sparsity: "topk", mse: 0.0001, data: "letters" }),
  ];
  assert.deepEqual(ids(runs, { swept: ["swept"] }), { featured: "kl", kl: "kl", sparse: "best", notebook: null });
});

Deno.test("without TopK another method with latents that are exactly 0 stands there, and never a KL run", () => {
  assert.equal(ids([run("kl"), run("l1", { sparsity: "l1" }), run("other-kl")]).sparse, "l1");
  assert.equal(ids([run("kl"), run("other-kl")]).sparse, null);
});

Deno.test("the newest other run with the tutorial's settings", () => {
  const old = run("old", { preset: "notebook", day: 2 }), young = run("young", { preset: "notebook", day: 3 });
  assert.equal(
    ids([run("kl"), old, young, run("letters", { preset: "notebook", data: "letters", day: 9 })]).notebook,
    "young",
  );
  assert.equal(ids([young]).notebook, null, "the featured run itself");
});

Deno.test("a featured run that is not KL is kept, with the KL run that would be featured", () => {
  const runs = [run("topk", { sparsity: "topk" }), run("kl", { mse: 0.02 }), run("better", { mse: 0.01 })];
  assert.deepEqual(ids(runs), { featured: "topk", kl: "better", sparse: "topk", notebook: null });
});

Deno.test("without KL runs, and without any", () => {
  const topk = run("topk", { sparsity: "topk" }), other = run("other", { sparsity: "topk" });
  assert.deepEqual(ids([topk, other]), { featured: "topk", kl: null, sparse: "other", notebook: null });
  assert.deepEqual(ids([]), { featured: null, kl: null, sparse: null, notebook: null });
});

Deno.test("a KL run on the data of the featured run stands beside it rather than another", () => {
  const runs = [run("topk", { sparsity: "topk", data: "letters" }), run("kl"), run("kl-letters", { data: "letters" })];
  assert.equal(ids(runs).kl, "kl-letters");
});

Deno.test("Home's picture shows the featured run, alone or in a pair on its data", () => {
  const pictured = (runs: Run[]) =>
    picturedRuns(chosenRuns(runs, { featured: runs[0] ?? null, sweptIds: new Set() })).map(({ id }) => id);
  const topk = run("topk", { sparsity: "topk" }), other = run("other", { sparsity: "topk" }), kl = run("kl");
  assert.deepEqual(pictured([kl, topk]), ["topk", "kl"]);
  assert.deepEqual(pictured([topk, kl]), ["topk", "kl"]);
  const letters = run("letters", { data: "letters" });
  assert.deepEqual(pictured([topk, letters]), ["topk"], "no KL run on its data");
  assert.deepEqual(pictured([kl, run("far", { sparsity: "topk", data: "letters" })]), ["kl"]);
  assert.deepEqual(pictured([topk, other]), ["topk"]);
  assert.deepEqual(pictured([run("vectors", { sparsity: "topk", kind: "vector" }), kl]), []);
  assert.deepEqual(pictured([]), []);
});
