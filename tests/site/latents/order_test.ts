/**
 * Sorting, finding and grouping latents, against plain sorting of plain objects; and the time it takes for 65,536 of them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { latentTable, type Measure, MEASURES, type SortKey } from "../../../site/src/latents/columns.ts";
import { densityBins } from "../../../site/src/latents/density_bins.ts";
import { readSearch } from "../../../site/src/latents/filter.ts";
import { atlasGroups, found, neighbours, sorted } from "../../../site/src/latents/order.ts";
import { fastestMs } from "../../fastest.ts";
import { many, SIX, six } from "./some_latents.ts";

const everything = { shown: "all", bin: null } as const;

Deno.test("sorted by a measure: by hand, missing values last in both directions, equal ones by number", () => {
  const order = (key: SortKey, isAscending: boolean) => [...sorted(six(), { key, isAscending })];
  assert.deepEqual(order("density", false), [5, 0, 1, 4, 3, 2]);
  assert.deepEqual(order("density", true), [2, 3, 4, 1, 0, 5]);
  assert.deepEqual(order("meanWhenActive", false), [1, 3, 4, 5, 0, 2]);
  assert.deepEqual(order("meanWhenActive", true), [0, 5, 4, 3, 1, 2]);
  assert.deepEqual(order("errorSaved", false), [5, 1, 4, 0, 2, 3]);
  assert.deepEqual(order("errorSaved", true), [3, 2, 0, 1, 4, 5]);
  assert.deepEqual(order("mainClass", true), [0, 5, 1, 4, 3, 2]);
  assert.deepEqual(order("klNats", true), [0, 1, 2, 3, 4, 5], "nothing but missing values");
  assert.deepEqual(order("latent", false), [5, 4, 3, 2, 1, 0]);
});

Deno.test("sorted by every measure as plain objects are, with 1,000 latents", () => {
  const columns = many(1000), latents = latentTable(columns, { classNames: [] });
  const measures = Object.keys(MEASURES) as Measure[];
  const plain = columns.density.map((_, latent) => ({ latent, value: null as number | null }));
  for (const measure of measures) {
    for (const row of plain) {
      row.value = measure === "foundIn" || measure === "decoderFoundIn" ? null : columns[measure]?.[row.latent] ?? null;
    }
    for (const isAscending of [true, false]) {
      const there = plain.filter(({ value }) => value !== null)
        .toSorted((a, b) => (isAscending ? a.value! - b.value! : b.value! - a.value!) || a.latent - b.latent);
      const missing = plain.filter(({ value }) => value === null);
      assert.deepEqual(
        [...sorted(latents, { key: measure, isAscending })],
        [...there, ...missing].map(({ latent }) => latent),
        measure,
      );
    }
  }
});

Deno.test("found: search, filter and bar together, in the order given", () => {
  const latents = six(), order = sorted(latents, { key: "density", isAscending: false });
  const find = (
    text: string,
    options = {},
  ) => [...found(order, { latents, filter: readSearch(text, { latents }).filter!, ...everything, ...options })];
  assert.deepEqual(find(""), [5, 0, 1, 4, 3, 2]);
  assert.deepEqual(find("class ankle boot"), [1, 4]);
  assert.deepEqual(find("", { shown: "dead" }), [2]);
  assert.deepEqual(find("", { shown: "active" }), [5, 0, 1, 4, 3]);
  const bins = densityBins(SIX.density);
  assert.deepEqual(bins.edges, [1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1]);
  assert.deepEqual(bins.counts, [1, 1, 0, 0, 0, 0, 2, 0, 2]);
  assert.deepEqual(find("", { bin: { bins, index: 0 } }), [2]);
  assert.deepEqual(find("", { bin: { bins, index: 6 } }), [1, 4]);
  assert.deepEqual(find("", { bin: { bins, index: 8 } }), [5, 0], "density 1 is in the last");
  assert.deepEqual(find("class 7", { bin: { bins, index: 6 } }), []);
});

Deno.test("the latent whose number is asked for comes first, the others keep their order", () => {
  const latents = latentTable(many(300), { classNames: [] });
  const order = sorted(latents, { key: "density", isAscending: false });
  const rows = [...found(order, { latents, filter: readSearch("17", { latents }).filter!, ...everything })];
  assert.equal(rows[0], 17);
  assert.deepEqual(rows.slice(1), [...order].filter((latent) => latent !== 17 && String(latent).startsWith("17")));
  assert.equal(new Set(rows).size, rows.length);
});

Deno.test("every density is in one bin: counted against a plain loop", () => {
  const { density } = many(2000), { edges, counts } = densityBins(density);
  assert.equal(counts[0], density.filter((share) => share === 0).length);
  edges.slice(1).forEach((to, i) => {
    const isLast = i === edges.length - 2;
    const inside = density.filter((share) => share > 0 && share >= edges[i] && (share < to || isLast));
    assert.equal(counts[i + 1], inside.length);
  });
  assert.deepEqual(densityBins([0, 0]), { edges: [0.01, 0.03, 0.1, 0.3, 1], counts: [2, 0, 0, 0, 0] }, "all dead");
});

Deno.test("the atlas by class: a group a class, what saves most error first, latents without a class last", () => {
  const groups = atlasGroups(six(), "class").map(({ mainClass, latents }) => [mainClass, [...latents]]);
  assert.deepEqual(groups, [[0, [5, 0]], [1, [1, 4]], [2, [3]], [null, [2]]]);
  const orders = { error: [5, 1, 4, 0, 2, 3], density: [5, 0, 1, 4, 3, 2], largest: [5, 0, 3, 4, 1, 2] };
  for (const [order, wanted] of Object.entries(orders)) {
    const [{ latents }, ...others] = atlasGroups(six(), order as keyof typeof orders);
    assert.deepEqual([...latents], wanted, order);
    assert.equal(others.length, 0);
  }
});

Deno.test("the latent before and after another in what is shown", () => {
  const rows = Uint32Array.of(5, 0, 3);
  assert.deepEqual(neighbours(rows, 0), { previous: 5, next: 3 });
  assert.deepEqual(neighbours(rows, 5), { previous: null, next: 0 });
  assert.deepEqual(neighbours(rows, 3), { previous: 0, next: null });
  assert.deepEqual(neighbours(rows, 1), { previous: null, next: null }, "not shown");
});

Deno.test("65,536 latents are sorted, and searched, within 100 ms", () => {
  const latents = latentTable(many(65536), { classNames: Array.from({ length: 10 }, (_, i) => String(i)) });
  for (const key of ["density", "classPurity", "mainClass"] as const) {
    const ms = fastestMs(() => sorted(latents, { key, isAscending: false }));
    assert.ok(ms <= 100, `sorting by ${key} took ${ms} ms`);
  }
  const order = sorted(latents, { key: "density", isAscending: false });
  const searches = ["17", "class 7 density > 1", "dead"];
  for (const text of searches) {
    const ms = fastestMs(() => found(order, { latents, filter: readSearch(text, { latents }).filter!, ...everything }));
    assert.ok(ms <= 100, `“${text}” took ${ms} ms`);
  }
});
