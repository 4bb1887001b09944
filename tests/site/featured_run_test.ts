/**
 * Which run the site shows first.
 *
 * @module
 */
import assert from "node:assert/strict";
import { featuredAmong } from "../../site/src/featured_run.ts";
import type { Run } from "../../lib/report/schema.ts";

/** As much of a run as the choice reads. */
function run(
  id: string,
  {
    data = "mnist",
    mse = 0.01,
    isKl = true,
    limit = null,
    leaveOut = [],
    isVectors = false,
    imported = null,
    baseline = "none",
    day = 1,
    rows = 1000,
    epochs = 10,
  }: {
    data?: string;
    mse?: number;
    isKl?: boolean;
    limit?: number | null;
    leaveOut?: number[];
    isVectors?: boolean;
    imported?: object | null;
    baseline?: string;
    day?: number;
    rows?: number;
    epochs?: number;
  } = {},
): Run {
  return {
    id,
    createdAt: `2026-11-0${day}T00:00:00.000Z`,
    dataset: { name: data, kind: isVectors ? "vector" : "image", train: { images: rows } },
    imported,
    config: { limit, leaveOut, baseline, epochs },
    metrics: { dictionary: isVectors ? {} : null, test: { mse, klNats: isKl ? 1 : null } },
  } as unknown as Run;
}

const featured = (runs: Run[], { pinned, swept = [] }: { pinned?: string; swept?: string[] } = {}) =>
  featuredAmong(runs, { pinned, sweptIds: new Set(swept) })?.id ?? null;

Deno.test("the pinned run is featured, whatever it is; one that is not there has no effect", () => {
  const runs = [run("a"), run("v", { data: "dictionary", isVectors: true, isKl: false })];
  assert.equal(featured(runs, { pinned: "v" }), "v");
  assert.equal(featured(runs, { pinned: "gone" }), "a");
  assert.equal(featured([]), null);
});

Deno.test("without a pin, the KL run with the lowest test MSE on all of MNIST is featured", () => {
  const runs = [
    run("better-topk", { isKl: false, mse: 0.001 }),
    run("part", { limit: 1000, mse: 0.001 }),
    run("without-4", { leaveOut: [4], mse: 0.001 }),
    run("digits", { data: "digits", mse: 0.001, day: 9 }),
    run("worse", { mse: 0.02, day: 5 }),
    run("best", { mse: 0.01 }),
    run("vectors", { data: "dictionary", isVectors: true, mse: 0.0001, day: 9 }),
  ];
  assert.equal(featured(runs), "best");
  assert.equal(featured(runs.toReversed()), "best");
});

Deno.test("a run of a sweep is featured only if no other run is of its kind", () => {
  const runs = [run("swept", { mse: 0.001 }), run("alone", { mse: 0.01 }), run("topk", { isKl: false, mse: 0.001 })];
  assert.equal(featured(runs, { swept: ["swept"] }), "alone");
  assert.equal(featured(runs, { swept: ["swept", "alone"] }), "swept");
});

Deno.test("on other data the newest run is featured, images before vectors", () => {
  const old = run("old", { data: "digits", mse: 0.001, day: 1 }), young = run("young", { data: "fashion", day: 2 });
  const vectors = run("vectors", { data: "dictionary", isVectors: true, day: 9 });
  assert.equal(featured([old, young, vectors]), "young");
  assert.equal(featured([vectors]), "vectors");
  const imported = run("imported", { isVectors: true, imported: { tool: "SAELens" }, day: 9 });
  assert.equal(
    featured([imported, run("trained", { isVectors: true, data: "acts" })]),
    "trained",
    "what has curves first",
  );
});

Deno.test("on other data a short trial is not featured rather than a whole training", () => {
  const whole = run("whole", { data: "digits", mse: 0.02, day: 1 });
  assert.equal(featured([whole, run("two epochs", { data: "digits", epochs: 2, mse: 0.01, day: 9 })]), "whole");
  assert.equal(featured([whole, run("few rows", { data: "photos", rows: 100, epochs: 20, day: 9 })]), "whole");
  const vectors = { isVectors: true, isKl: false, data: "acts" };
  assert.equal(featured([run("v", vectors), run("short", { ...vectors, epochs: 1, day: 9 })]), "v");
});

Deno.test("a baseline is featured only if it is pinned, or alone", () => {
  const baseline = run("b", { baseline: "random", mse: 0.001 });
  assert.equal(featured([baseline, run("a"), run("i", { imported: {}, isKl: false })]), "a");
  assert.equal(featured([baseline, run("i", { imported: {}, isKl: false })]), "i");
  assert.equal(featured([baseline, run("a")], { pinned: "b" }), "b");
  assert.equal(featured([baseline]), "b");
});
