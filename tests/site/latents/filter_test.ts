/**
 * The search of latents: what it finds, and what it answers to what it cannot read.
 *
 * @module
 */
import assert from "node:assert/strict";
import { latentTable } from "../../../site/src/latents/columns.ts";
import { readSearch } from "../../../site/src/latents/filter.ts";
import { many, SIX, six } from "./some_latents.ts";

/** The latents that a search finds among the six. */
function find(text: string): number[] {
  const { filter, problem } = readSearch(text, { latents: six() });
  assert.equal(problem, null, text);
  return [0, 1, 2, 3, 4, 5].filter((latent) => filter!.test(latent));
}

Deno.test("each form of the search finds what it says", () => {
  const cases: [string, number[]][] = [
    ["", [0, 1, 2, 3, 4, 5]],
    ["  ", [0, 1, 2, 3, 4, 5]],
    ["3", [3]],
    ["class 7", [0, 5]],
    ["class ankle", [3]],
    ["CLASS Ankle Boot", [1, 4]],
    ["class 1", [1, 4]], // by its number, since no class is called 1
    ["density > 5", [0, 1, 5]],
    ["density > 5 %", [0, 1, 5]],
    ["density>5%", [0, 1, 5]],
    ["density >= 5", [0, 1, 4, 5]],
    ["density ≥ 5", [0, 1, 4, 5]],
    ["density = 100", [5]],
    ["max < 2", [1, 2]],
    ["max <= 2", [1, 2, 3, 4]],
    ["largest activation > 2", [0, 5]],
    ["mean > .25", [3, 4, 5]],
    ["mean when active > 1", [1, 3]],
    ["when active < 1e3", [0, 1, 3, 4, 5]],
    ["purity > 50", [3, 4]],
    ["class purity < 35", [0, 5]],
    ["error > 0.01", [1, 4, 5]],
    ["error saved < 0.001", [2, 3]],
    ["dead", [2]],
    ["active", [0, 1, 3, 4, 5]],
  ];
  for (const [text, wanted] of cases) assert.deepEqual(find(text), wanted, text);
});

Deno.test("conditions with spaces, commas or and between them must all hold", () => {
  assert.deepEqual(find("class 7 density > 60"), [5]);
  assert.deepEqual(find("density > 1, density < 20"), [1, 4]);
  assert.deepEqual(find("class ankle boot and max > 1.6"), [4]);
  assert.deepEqual(find("dead and density > 0"), []);
});

Deno.test("a missing value is found by no comparison", () => {
  assert.deepEqual([...find("purity < 50"), ...find("purity >= 50")].sort(), [0, 1, 3, 4, 5]);
});

Deno.test("a number finds the numbers that begin so, the one itself marked", () => {
  const long = many(200);
  const { filter } = readSearch("17", { latents: latentTable(long, { classNames: [] }) });
  assert.deepEqual(
    Array.from({ length: 200 }, (_, i) => i).filter((i) => filter!.test(i)),
    [17, 170, 171, 172, 173, 174, 175, 176, 177, 178, 179],
  );
  assert.equal(filter!.exact, 17);
  assert.equal(readSearch("017", { latents: latentTable(long, { classNames: [] }) }).filter!.exact, 17);
  assert.equal(
    readSearch("999", { latents: latentTable(long, { classNames: [] }) }).filter!.exact,
    null,
    "no such latent",
  );
});

Deno.test("what cannot be read is named, with what was expected", () => {
  const problem = (text: string) => readSearch(text, { latents: six() }).problem!;
  assert.match(problem("densty > 5"), /^Cannot read “densty > 5”: expected a number, “class 7”/);
  assert.match(problem("density >"), /Cannot read “density >”/);
  assert.match(problem("density > 5x"), /Cannot read/);
  assert.match(problem("class 7 foo"), /Cannot read “foo”/);
  assert.equal(problem("class shirt"), "No class “shirt”: expected one of 7, Ankle boot, Ankle");
  assert.equal(problem("class 3"), "No class “3”: expected one of 7, Ankle boot, Ankle");
  assert.equal(problem("kl > 1"), "No latent of this run has the measure “kl”");
  assert.ok(problem("x".repeat(500)).length < 200);
  const unlabelled = latentTable({ ...SIX, mainClass: null, classPurity: null }, { classNames: [] });
  assert.equal(readSearch("class 7", { latents: unlabelled }).problem, "The data of this run have no classes");
});
