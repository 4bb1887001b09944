/**
 * Which comparisons the site takes: damaged ones are named with file and field.
 *
 * @module
 */
import assert from "node:assert/strict";
import { checkedReports } from "../../site/src/checked_reports.ts";
import { edit } from "./small_reports.ts";
import { COLUMNS, PAIR, someComparison } from "./stability/some_comparison.ts";

// deno-lint-ignore no-explicit-any
type Json = any;

/** A file below the comparisons, what happens to it, and the reason that must be given. */
const DAMAGES: { file: string; damage(content: Json): void; reason: RegExp }[] = [
  { file: "some.json", damage: (file) => file.name = "other", reason: /name: it is "other", expected the file's name/ },
  { file: "some.json", damage: (file) => file.groups[0].foundIn.pop(), reason: /groups\[0\]\.foundIn/ },
  { file: "some/latents/s0.json", damage: (file) => file.run = "s1", reason: /run: it is "s1", expected "s0"/ },
  {
    file: "some/latents/s0.json",
    damage: (file) => file.partners.reverse(),
    reason: /partners: expected the runs s1, s2/,
  },
  { file: "some/latents/s0.json", damage: (file) => file.partners[0].latent[2] = 4, reason: /partner in s1 is 4/ },
  { file: "some/latents/s1.json", damage: cut, reason: /it has 3 latents of s1, expected 4/ },
  { file: "pair/pairs/0.json", damage: (file) => file.b.run = "s2", reason: /run: it is "s2", expected "wide"/ },
];

function cut(file: Json): void {
  file.foundIn.pop();
  for (const { latent, decoderCosine, encoderCosine } of file.partners) {
    for (const column of [latent, decoderCosine, encoderCosine]) column.pop();
  }
}

Deno.test("comparisons that the site takes", async () => {
  const reports = await Deno.makeTempDir(), at = (file: string) => `${reports}/comparisons/${file}`;
  const write = (file: string, content: unknown) => Deno.writeTextFile(at(file), JSON.stringify(content));
  for (const folder of ["latents", "pairs"]) await Deno.mkdir(at(`some/${folder}`), { recursive: true });
  const { groups: [{ pairs: [pair] }], runs } = someComparison();
  const none = { mean: 0.5, median: 0.5, shareAbove: 0 };
  const sizes: Record<string, number> = { s0: 3, wide: 2 };
  await write("pair.json", {
    ...someComparison({ groups: [] }),
    name: "pair",
    runs: runs.filter(({ id }) => id in sizes).map((run) => ({ ...run, latents: sizes[run.id] })),
    dictionaries: [{
      ...pair,
      b: "wide",
      nearest: { aToB: none, bToA: none },
      splits: { aToB: 0, bToA: 0, nearestAbove: 0.7, coActiveAbove: null },
      activations: null,
    }],
  });
  await Deno.mkdir(at("pair/pairs"), { recursive: true });
  await write("pair/pairs/0.json", PAIR);
  await write("some.json", someComparison());
  const ids = ["s0", "s1", "s2"];
  for (const run of ids) {
    const partners = ids.filter((id) => id !== run).map((id, i) => ({ ...COLUMNS.partners[i], run: id }));
    await write(`some/latents/${run}.json`, { ...COLUMNS, run, partners });
  }
  const { comparisons } = await checkedReports(reports, { isStrict: true });
  assert.deepEqual(comparisons.map(({ name }) => name), ["pair", "some"]);

  for (const { file, damage, reason } of DAMAGES) {
    const path = at(file), whole = await Deno.readTextFile(path);
    await edit(path, damage);
    const { leftOut } = await checkedReports(reports);
    assert.equal(leftOut.length, 1, file);
    assert.match(leftOut[0].path, /^comparisons\//);
    assert.match(leftOut[0].reason, reason);
    await Deno.writeTextFile(path, whole);
  }
  await Deno.remove(at("some/latents/s2.json"));
  assert.match((await checkedReports(reports)).leftOut[0].reason, /^it is not there/);
  await Deno.remove(reports, { recursive: true });
});
