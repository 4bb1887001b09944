/**
 * The same inputs side by side: which rows, and which part of which picture.
 *
 * @module
 */
import assert from "node:assert/strict";
import { chosenRows, classesOf, cutOf, sameInputs } from "../../../site/src/compare/inputs.ts";
import { lettered } from "../../../site/src/compare/pick.ts";
import { summary } from "./runs.ts";

const sprite = (file: string) => ({
  files: [`${file}.png`],
  channels: 1 as const,
  tileWidth: 8,
  tileHeight: 8,
  columns: 5,
  tilesPerFile: 20,
  count: 20,
});
const inputs = (file: string, error: number) => ({
  tiles: {
    first: {
      files: [`${file}-first.png`],
      channels: 1 as const,
      tileWidth: 8,
      tileHeight: 8,
      columns: 8,
      tilesPerFile: 16,
      count: 16,
    },
    originals: sprite("in"),
    reconstructions: sprite(file),
  },
  texts: null,
  mse: Array.from({ length: 20 }, (_, row) => error * (row + 1)),
  classes: Array.from({ length: 20 }, (_, row) => ["one", "two"][row % 2]),
});
const picked = lettered([
  summary("a", { inputs: inputs("ra", 0.001) }),
  summary("b", { inputs: { ...inputs("rb", 0.002), mse: inputs("rb", 0.002).mse.slice(0, 12) } }),
]);
const links = { file: (id: string, file: string) => `/runs/${id}/${file}` };

Deno.test("chosenRows() shows eight at a time of the inputs that every run has, or of one class", () => {
  assert.deepEqual(chosenRows(picked, { className: null, from: 0 }), { rows: [0, 1, 2, 3, 4, 5, 6, 7], matching: 12 });
  assert.deepEqual(chosenRows(picked, { className: null, from: 8 }), { rows: [8, 9, 10, 11], matching: 12 });
  assert.deepEqual(chosenRows(picked, { className: "two", from: 0 }), { rows: [1, 3, 5, 7, 9, 11], matching: 6 });
  assert.deepEqual(chosenRows(lettered([summary("c")]), { className: null, from: 0 }), { rows: [], matching: 0 });
  assert.deepEqual(classesOf(picked), ["one", "two"]);
});

Deno.test("sameInputs() has a line for each run with drawn inputs, and the smallest error of each input in bold", () => {
  const made = String(sameInputs(picked, { rows: [2, 3], isError: false, links }));
  assert.equal(made.match(/class="line"/g)!.length, 3, "the inputs and two runs");
  assert.deepEqual([...made.matchAll(/class="of( best)?">([\d.]+)/g)].map(([, best, text]) => text + (best ?? "")), [
    "0.0030 best",
    "0.0040 best",
    "0.0060",
    "0.0080",
  ]);
  assert.match(made, /aria-label="2 inputs \(test image 2, class one; test image 3, class two\)/);
});

Deno.test("the first eight inputs are cut out of a run's small picture, the others out of its sprites", () => {
  const imagesOf = (row: number, isError: boolean) => {
    const made = String(sameInputs(picked.slice(0, 1), { rows: [row], isError, links }));
    return [...made.matchAll(/background-image:([^;]*);background-size:[^;]*;background-position:([^"]*)"/g)]
      .map((
        [, images, positions],
      ) => [images.replace(/linear-gradient\([^)]*\),/, "error of "), positions.split(",").at(-1)]);
  };
  const small = "url(/runs/a/ra-first.png)", [input, recon] = ["url(/runs/a/in.png)", "url(/runs/a/ra.png)"];
  assert.deepEqual(imagesOf(7, false), [[small, "100% 0%"], [small, "100% 100%"]]);
  assert.deepEqual(imagesOf(8, false), [[input, "75% 33.3333%"], [recon, "75% 33.3333%"]]);
  assert.deepEqual(imagesOf(7, true)[1], [`error of ${small},${small}`, "100% 100%"]);
  assert.deepEqual(imagesOf(8, true)[1], [`error of ${input},${recon}`, "75% 33.3333%"]);
});

Deno.test("errors of colour images have the colour of errors from a filter, and no light of one colour", () => {
  const colour = inputs("ra", 0.001);
  colour.tiles.originals = { ...colour.tiles.originals, channels: 3 as 1 };
  const made = String(sameInputs(lettered([summary("a", { inputs: colour })]), { rows: [1], isError: true, links }));
  assert.match(made, /class="tile error colour" style="background-image:url[^;]*\),url/);
});

Deno.test("inputs without a picture are a table of texts, classes and errors, the smallest in bold", () => {
  const undrawn = (error: number) => ({
    ...inputs("x", error),
    tiles: null,
    texts: Array.from({ length: 20 }, (_, row) => row === 3 ? "<b>a</b>" : `text ${row}`),
  });
  const runs = lettered([summary("a", { inputs: undrawn(0.002) }), summary("b", { inputs: undrawn(0.001) })]);
  const made = String(sameInputs(runs, { rows: [2, 3], isError: false, links }));
  assert.doesNotMatch(made, /<b>a|tile|url/);
  const cells = [...made.matchAll(/<td class="number( best)?">([\d.]+)/g)].map(([, best, text]) => text + (best ?? ""));
  assert.deepEqual(cells, ["0.00600", "0.00300 best", "0.00800", "0.00400 best"]);
  assert.match(
    made,
    /<th scope="row">3<\/th><td class="words">&lt;b&gt;a&lt;\/b&gt;<\/td><td class="of-class">two<\/td>/,
  );
  const bare = lettered([summary("a", { inputs: { ...undrawn(0.002), texts: null, classes: null } })]);
  assert.match(
    String(sameInputs(bare, { rows: [2], isError: false, links })),
    /<th scope="row">2<\/th><td class="number">0\.00600/,
  );
});

Deno.test("cutOf() finds a tile at its place in its own file", () => {
  const many = { ...sprite("x"), files: ["x0.png", "x1.png"], count: 33 };
  assert.deepEqual(cutOf(many, 0), { file: "x0.png", size: "500% 400%", position: "0% 0%" });
  assert.deepEqual(cutOf(many, 19), { file: "x0.png", size: "500% 400%", position: "100% 100%" });
  assert.deepEqual(cutOf(many, 20 + 6), { file: "x1.png", size: "500% 300%", position: "25% 50%" });
});
