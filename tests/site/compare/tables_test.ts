/**
 * The tables of a comparison: which value is best, which settings differ, and what a method does not use.
 *
 * @module
 */
import assert from "node:assert/strict";
import { bestOf, MEASURES } from "../../../site/src/compare/measures.ts";
import { byData } from "../../../site/src/compare/pick.ts";
import {
  resultsNote,
  resultsTable,
  resultsText,
  SETTING_PARTS,
  settingCounts,
  settingsTable,
} from "../../../site/src/compare/tables.ts";
import { measured, setting, summary } from "./runs.ts";

const links = { run: (id: string) => `/runs/${id}/`, term: (name: string) => `/glossary/#${name}` };
const kl = { activeAbove: 0.1, isExact: false };
const measure = (label: string) => MEASURES.find((measure) => measure.label === label)!;

/** The rows of a table as texts: cells by `|`. */
function rowsOf(markup: unknown): string[] {
  const body = String(markup).split("<tbody>")[1];
  return body.split("<tr").slice(1).map((row) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell.replace(/<[^>]*>/g, "").trim()).join("|")
  );
}

Deno.test("bestOf() takes the smallest error and the largest share, all that read alike, and none if all do", () => {
  const runs = [0.02, 0.01, 0.01001, 0.03].map((mse, i) =>
    summary(`r${i}`, { measured: measured({ mse, explained: 1 - mse }) })
  );
  assert.deepEqual(bestOf(measure("Test MSE"), runs), [1, 2], "0.0100 twice");
  assert.deepEqual(bestOf(measure("Explained variance"), runs), [1, 2]);
  assert.deepEqual(bestOf(measure("Active latents"), runs), [], "fewer is not better by itself");
  assert.deepEqual(bestOf(measure("Test MSE"), [runs[0], runs[0]]), []);
  assert.deepEqual(bestOf(measure("Probing"), [summary("a", { measured: measured({ probing1: null }) }), runs[0]]), []);
});

Deno.test("resultsTable() ranks runs on the same data only, and says which runs have which data", () => {
  const vectors = { key: "bb", name: "Planted", testRows: 500, row: "vector" as const };
  const groups = byData([
    summary("a", { measured: measured({ mse: 0.02 }) }),
    summary("b", { measured: measured({ mse: 0.03 }) }),
    summary("v", { data: vectors, measured: measured({ mse: 0.001, recovery: 0.9 }) }),
  ]);
  const table = String(resultsTable(groups, { links }));
  const row = table.split("<tr>").find((row) => row.includes("Test MSE"))!;
  assert.deepEqual([...row.matchAll(/number( best)?">([\d.]+)/g)].map(([, best, text]) => text + (best ?? "")), [
    "0.0200 best",
    "0.0300",
    "0.00100",
  ]);
  assert.match(table, /colspan="2" class="data">MNIST, 10.000 test images</);
  assert.match(table, /colspan="1" class="data">Planted, 500 test vectors</);
  assert.match(String(resultsNote(groups)), /not ranked against each other/);
  assert.match(
    resultsText(groups),
    /^Measured on the same 10.000 test images of MNIST: runs A and B\. Run A has the smallest/,
  );
  assert.equal(
    rowsOf(table).find((text) => text.startsWith("Recovery MCC")),
    "Recovery MCC|not measured|not measured|0.900",
  );
});

Deno.test("a run whose small latents contribute too has a mark, and a note that its counts are not comparable", () => {
  const groups = byData([summary("a", { ...kl, measured: measured({ mse: 0.001 }) }), summary("b")]);
  assert.equal(
    rowsOf(resultsTable(groups, { links })).find((row) => row.startsWith("Active latents")),
    "Active latents per input|16.0†|16.0",
  );
  assert.match(
    String(resultsNote(groups)),
    /In run A, a latent counts as active above 0\.1\. .* not comparable with those of run B/s,
  );
  assert.match(resultsText(groups), /Run A has the smallest error, but latents that do not count as active contribute/);
  assert.doesNotMatch(String(resultsNote(byData([summary("b")]))), /†/);
});

const two = byData([
  summary("a", {
    settings: [setting("Sparsity method", "KL"), setting("k", null), setting("Batch size", "128"), setting("θ", null)],
  }),
  summary("b", {
    settings: [
      setting("Sparsity method", "TopK"),
      setting("k", "16"),
      setting("Batch size", "128"),
      setting("θ", null),
    ],
  }),
])[0].picked;

Deno.test("settingsTable() says what a method does not use, marks what differs, and leaves out what nobody uses", () => {
  const table = settingsTable(two, { ...SETTING_PARTS[0], links });
  assert.deepEqual(rowsOf(table), ["Sparsity method|KL|TopK", "k|not used|16", "Batch size|128|128"]);
  assert.deepEqual([...String(table).matchAll(/<tr class="(\w+)">/g)].map(([, kind]) => kind), [
    "differs",
    "differs",
    "same",
  ]);
  assert.deepEqual(settingCounts(two), { differing: 2, all: 3 });
});

Deno.test("names are shown whole and as text, whatever they are", () => {
  const name = `<img src=x onerror="alert(1)"> ${"long ".repeat(40)}`;
  const table = String(
    resultsTable(byData([summary("a", { name, data: { key: "a", name, testRows: 1, row: "image" } })]), { links }),
  );
  assert.ok(!table.includes("<img"));
  assert.ok(table.includes("long ".repeat(40).trim()));
});
