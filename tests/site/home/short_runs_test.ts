/** The runs that Home lists. */
import assert from "node:assert/strict";
import type { Run } from "../../../lib/report/schema.ts";
import { shortRuns } from "../../../site/src/home/short_runs.ts";

const run = (id: string, { mse = 0.01, data = "mnist", day = 1 } = {}) =>
  ({
    id,
    createdAt: `2026-11-0${day}`,
    dataset: { test: { pixelsSha256: data } },
    metrics: { test: { mse } },
  }) as unknown as Run;

function listed(runs: Run[], swept: string[] = []) {
  const { runs: short, isSameData } = shortRuns(runs, { featured: runs[0], sweptIds: new Set(swept) });
  return { ids: short.map(({ id }) => id).join(" "), isSameData };
}

Deno.test("the featured run first, then the best on the same data, those of sweeps last, six at most", () => {
  const runs = [
    run("featured", { mse: 0.5 }),
    run("swept", { mse: 0.001 }),
    ...[5, 3, 4, 2].map((i) => run(`r${i}`, { mse: i / 100 })),
    run("letters", { data: "letters", mse: 0.0001 }),
    run("r9", { mse: 0.09 }),
  ];
  assert.deepEqual(listed(runs, ["swept"]), { ids: "featured r2 r3 r4 r5 r9", isSameData: true });
});

Deno.test("with nearly nothing on the same data, the newest on any", () => {
  const runs = [run("featured"), run("old", { data: "letters", day: 2 }), run("new", { data: "digits", day: 3 })];
  assert.deepEqual(listed(runs), { ids: "featured new old", isSameData: false });
  assert.deepEqual(listed([run("featured")]), { ids: "featured", isSameData: true });
});
