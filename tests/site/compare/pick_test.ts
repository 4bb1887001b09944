/**
 * Which runs are compared: what the address asks for, what the page starts with, and which results may be ranked.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  byData,
  defaultPick,
  headingOf,
  largest,
  pickOf,
  runsInWords,
  searchOf,
} from "../../../site/src/compare/pick.ts";
import { summary } from "./runs.ts";

const ids = ["a", "b.1", "c-2", "d", "e", "f", "g", "h", "i"];

Deno.test("pickOf() reads an address, and what searchOf() writes comes back", () => {
  for (const pick of [["a", "b.1"], ["c-2"], ids.slice(0, 8)]) assert.deepEqual(pickOf(searchOf(pick), ids), pick);
  assert.equal(pickOf("", ids), null);
  assert.deepEqual(pickOf("?runs=", ids), []);
  assert.deepEqual(pickOf("?runs=zz,a,<script>,a,d", ids), ["a", "d"], "known ones, each once");
  assert.equal(pickOf(searchOf(ids), ids)!.length, 8, "at most eight");
});

const other = { key: "bb", name: "Planted vectors", testRows: 500, row: "vector" as const };

Deno.test("byData() keeps runs of one data set together, with letters from A on", () => {
  const groups = byData([summary("a"), summary("v", { data: other }), summary("b")]);
  assert.deepEqual(
    groups.map(({ data, picked }) => [data.name, picked.map(({ letter, run }) => letter + run.id)]),
    [["MNIST", ["Aa", "Bb"]], ["Planted vectors", ["Cv"]]],
  );
  assert.equal(largest(groups).data.name, "MNIST");
  assert.equal(headingOf(groups), "Three sparse autoencoders on two data sets");
  assert.equal(headingOf(groups.slice(0, 1)), "Two sparse autoencoders on MNIST");
  assert.equal(headingOf(groups.slice(1)), "One sparse autoencoder on Planted vectors");
});

const run = (id: string, variant: string, dataKey = "aa") => ({ id, variant, dataKey });

Deno.test("defaultPick() is the featured run with the newest run of each other variant on the same data", () => {
  const runs = [
    run("v", "kl", "bb"),
    run("t2", "topk"),
    run("t1", "topk"),
    run("k2", "kl"),
    run("k1", "kl"),
    run("l", "l1"),
  ];
  assert.deepEqual(defaultPick(runs, { featured: "k1" }), ["k1", "t2", "l"]);
  assert.deepEqual(
    defaultPick(runs, { featured: null }),
    ["v", "t2", "l"],
    "no other run on these data: the newest of others",
  );
});

Deno.test("defaultPick() with one variant takes the newest others, at most eight in all; none without runs", () => {
  assert.deepEqual(defaultPick(ids.map((id) => run(id, "kl")), { featured: "b.1" }), [
    "b.1",
    "a",
    "c-2",
    "d",
    "e",
    "f",
    "g",
    "h",
  ]);
  assert.deepEqual(defaultPick([run("a", "kl")], { featured: null }), ["a"]);
  assert.deepEqual(defaultPick([], { featured: null }), []);
});

Deno.test("runsInWords() counts as people do", () => {
  assert.deepEqual([["A"], ["A", "C"], ["A", "B", "D"]].map(runsInWords), ["run A", "runs A and C", "runs A, B and D"]);
});
