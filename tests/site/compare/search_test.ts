/**
 * Finding runs by their names.
 *
 * @module
 */
import assert from "node:assert/strict";
import { foundIn } from "../../../site/src/compare/search.ts";
import { summary } from "./runs.ts";

const runs = [
  summary("a", { name: "TopK k 16", detail: "1\u202f024 latents · random seed 0" }),
  summary("b", { name: "KL ρ 0.05", detail: "32 latents · random seed 1" }),
];
const found = (search: string) => foundIn(runs, search).map(({ id }) => id);

Deno.test("foundIn() finds all words in any order, capital or small, and numbers without their spaces", () => {
  assert.deepEqual(found(""), ["a", "b"]);
  assert.deepEqual(found("latents 1024 topk"), ["a"]);
  assert.deepEqual(found("1,024"), ["a"]);
  assert.deepEqual(found("mnist seed 1"), ["b"]);
  assert.deepEqual(found("ρ"), ["b"]);
  assert.deepEqual(found("images"), ["a", "b"]);
  assert.deepEqual(found("zebra"), []);
});
