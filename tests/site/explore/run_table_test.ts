/**
 * Which columns the tables of runs have, against runs made for each case.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../../lib/config.ts";
import {
  cardColumns,
  isUnsaidBaseline,
  measuresOf,
  runTables,
  STABILITY,
} from "../../../site/src/explore/run_table.ts";
import { titleOf } from "../../../lib/run/title.ts";
import { hasWords } from "../../../site/src/word_search.ts";
import { run } from "../run/small_run.ts";

/** A run that is called after its settings. */
function titled(options: Parameters<typeof run>[0]) {
  const made = run(options);
  return { ...made, title: titleOf(made.config, made.dataset.name) };
}
const labels = (runs: ReturnType<typeof run>[]) => runTables(runs)[0].columns.map(({ label }) => label);

Deno.test("each data set has a table, the one with the most runs first, rows in the given order", () => {
  const vectors = { name: "dictionary" };
  const tables = runTables([
    run({ more: { id: "a" }, dataset: vectors }),
    run({ more: { id: "b" } }),
    run({ more: { id: "c" } }),
  ]);
  assert.deepEqual(tables.map(({ title, rows }) => [title, rows.map(({ run }) => run.id)]), [["MNIST", ["b", "c"]], [
    "Known features",
    ["a"],
  ]]);
});

Deno.test("runs whose values are scaled differently stand in tables of their own: their errors are in other units", () => {
  const scaled = (scale: "none" | "mean-norm", id: string) => {
    const made = run({ more: { id } }), { dataset } = made;
    return { ...made, dataset: { ...dataset, scaling: { ...dataset.scaling, scale, subtract: "none" as const } } };
  };
  const tables = runTables([scaled("none", "a"), scaled("mean-norm", "b"), scaled("mean-norm", "c")]);
  assert.deepEqual(tables.map(({ title, rows }) => [title, rows.map(({ run }) => run.id)]), [
    ["MNIST, scaled with mean-norm", ["b", "c"]],
    ["MNIST, not scaled", ["a"]],
  ]);
});

Deno.test("runs of one title in a table are told apart by their ids", () => {
  const [{ rows }] = runTables([
    run({ more: { id: "a", title: "twice" } }),
    run({ more: { id: "b", title: "once" } }),
    run({ more: { id: "c", title: "twice" } }),
  ]);
  assert.deepEqual(rows.map(({ isTitleShared }) => isTitleShared), [true, false, true]);
});

Deno.test("a search looks through names and settings, and not through measured numbers or dates", () => {
  const timing = {
    startupMs: 70,
    trainMs: 70,
    waitMs: 0,
    totalMs: 700,
    steps: 70,
    stepsPerSecond: 70,
    secondsPerEpoch: 70,
  };
  const made = run({ more: { id: "first-try", title: "TopK k 4", timing, createdAt: "2070-01-01T00:00:00.000Z" } });
  const other = run({ more: { id: "other", title: "TopK k 5" }, knobs: { lr: 0.7 } });
  const [{ rows: [{ searched, cells }] }] = runTables([made, other]);
  assert.ok(cells.some(({ text }) => text === "70\u00a0ms") && cells.some(({ text }) => text === "2070-01-01"));
  assert.ok(!searched.includes("70"), searched);
  for (const words of ["mnist topk", "k 4", "first-try", "0.01"]) assert.ok(hasWords(searched, words), searched);
});

Deno.test("a run that was not trained here has no training time", () => {
  const imported = { tool: "SAELens" as const, architecture: "topk", files: [] };
  const [{ columns, rows: [{ cells }] }] = runTables([run({ more: { imported } })]);
  assert.deepEqual(cells[columns.findIndex(({ label }) => label === "Training time")], { text: "", value: null });
});

Deno.test("a setting gets a column only if runs of the same method differ in it and the title does not say it", () => {
  const topk = (knobs: Record<string, unknown>) => titled({ knobs: { sparsity: "topk", ...knobs } });
  assert.ok(
    !labels([topk({}), titled({})]).some((label) =>
      ["Output activation", "Auxiliary loss weight α", "Learning rate"].includes(label)
    ),
    "follows from the method",
  );
  assert.ok(
    !labels([topk({ k: 8 }), topk({ k: 16, latent: 64 })]).some((label) => ["k", "Latents"].includes(label)),
    "in the title",
  );
  assert.ok(labels([topk({ epochs: 3 }), topk({ epochs: 5 }), titled({})]).includes("Epochs"));
  assert.ok(
    !labels([topk({ threads: 1 }), topk({ threads: 2 })]).includes("Threads"),
    "changes nothing that is learned",
  );
});

Deno.test("runs with titles of their own get the settings that a title would have had", () => {
  const named = (k: number) => ({ ...titled({ knobs: { sparsity: "topk", k } }), title: `with ${k}` });
  assert.ok(labels([named(8), named(16)]).includes("k"));
});

Deno.test("at most five settings, those that divide the runs most first", () => {
  const one = titled({
    knobs: { epochs: 1, batch: 1, lr: 0.1, warmupSteps: 1, decay: "cosine", adamBeta1: 0.1, adamBeta2: 0.1 },
  });
  const columns = labels([one, titled({ knobs: { epochs: 2 } }), titled({ knobs: { epochs: 3 } })]);
  assert.equal(columns.indexOf("Epochs"), columns.indexOf("Dead latents") + 1, "three values divide more than two");
  assert.equal(columns.indexOf("Training time") - columns.indexOf("Epochs"), 5);
});

Deno.test("stability has a column if one of the runs is in a comparison; the other runs' cells are empty", () => {
  const runs = [run({ more: { id: "a" } }), run({ more: { id: "b" } })];
  const [{ columns, rows }] = runTables(runs, { pwMcc: new Map([["b", 0.687]]) });
  const column = columns.findIndex(({ label }) => label === STABILITY);
  assert.deepEqual(rows.map(({ cells }) => cells[column]), [{ text: "", value: null }, { text: "0.69", value: 0.687 }]);
  assert.ok(!labels(runs).includes(STABILITY));
});

Deno.test("a setting that a method does not read is an empty cell, which sorts last", () => {
  const [{ columns, rows }] = runTables([
    titled({ knobs: { sparsity: "topk", auxAlpha: 0.5 } }),
    titled({ knobs: { sparsity: "topk", auxAlpha: 0.25 } }),
    titled({}),
  ]);
  const column = columns.findIndex(({ label }) => label === "Auxiliary loss weight α");
  assert.deepEqual(rows.map(({ cells }) => cells[column]), [
    { text: "0.5", value: 0.5 },
    { text: "0.25", value: 0.25 },
    { text: "", value: null },
  ]);
});

Deno.test("measures that no run has get no column", () => {
  const topk = titled({ knobs: { sparsity: "topk" } });
  assert.ok(!labels([topk]).includes("KL, nats"));
  assert.ok(labels([topk, titled({})]).includes("KL, nats"));
  assert.ok(!labels([topk]).includes("True features found"));
  assert.deepEqual(measuresOf(runTables([topk])).map(({ metric }) => metric), [
    "mse",
    "fvu",
    "activeLatents",
    "deadLatents",
  ]);
});

Deno.test("cells read as people write and sort by their value", () => {
  const [{ columns, rows: [{ cells }] }] = runTables([
    titled({ test: { mse: 0.0081969, fvu: 0.125, deadLatents: 8 } }),
  ]);
  const cell = (label: string) => cells[columns.findIndex((column) => column.label === label)];
  assert.deepEqual(cell("Test MSE"), { text: "0.00820", value: 0.0081969 });
  assert.deepEqual(cell("Explained variance"), { text: "87.5\u00a0%", value: 0.875 });
  assert.deepEqual(cell("Dead latents"), { text: "8 of 32", value: 0.25 });
  assert.deepEqual(cell("Started"), { text: "2026-11-25", value: "2026-11-25T22:31:11.000Z" });
  assert.deepEqual(cardColumns(runTables([titled({})])), [
    "Test MSE",
    "Explained variance",
    "Active latents",
    "Dead latents",
  ]);
});

Deno.test("a setting in which one run of many differs gets no column", () => {
  const usual = Array.from({ length: 20 }, () => titled({}));
  assert.ok(!labels([...usual, titled({ knobs: { epochs: 3 } })]).includes("Epochs"));
  assert.ok(labels([...usual, ...[3, 4, 5].map((epochs) => titled({ knobs: { epochs } }))]).includes("Epochs"));
});

Deno.test("a baseline is called one even if its author's title does not say so", () => {
  const config = resolveConfig({ sparsity: "topk", k: 8, baseline: "random" });
  const of = (config: ReturnType<typeof resolveConfig>) => ({ config: { ...config, lr: 0.01 } });
  assert.equal(isUnsaidBaseline({ ...of(config), title: "My run" }), true);
  assert.equal(isUnsaidBaseline({ ...of(config), title: "MNIST · TopK k 8 · baseline random" }), false);
  assert.equal(isUnsaidBaseline({ ...of(resolveConfig({})), title: "My run" }), false);
});
