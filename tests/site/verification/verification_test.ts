/**
 * How a run stands: not verified, verified, changed since, and what the badge and the page say of it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Verification } from "../../../lib/report/verification_schema.ts";
import { readStanding } from "../../../site/src/verification/stored_verification.ts";
import { badgeText, howText, inOrder, summaryText } from "../../../site/src/verification/verification.ts";
import { temporaryFolder } from "../../temporary_folder.ts";

const RUN = `{"id":"a"}`;
const line = (outcome: Verification["lines"][number]["outcome"]) =>
  ({ part: "numbers", what: outcome, outcome, detail: "", numbers: 0, place: null }) as const;
const VERIFICATION: Verification = {
  schemaVersion: 1,
  verifiedAt: "2026-11-26T16:00:00.000Z",
  program: "0.1.0",
  code: { sourcesSha256: "a".repeat(64), kernelsSha256: null },
  environment: { deno: "2.9.6", v8: "15", os: "linux", cpu: "A processor", cores: 2, memoryBytes: 2 ** 34 },
  engine: { name: "cpu", backend: "wasm", device: "CPU" },
  runSha256: createHash("sha256").update(RUN).digest("hex"),
  tolerance: 0,
  totals: { holds: 2, fails: 0, notChecked: 1, recorded: 1, numbers: 61_638 },
  lines: [line("holds"), line("recorded"), line("not checked"), line("fails")],
};

Deno.test("a badge says whether a report was verified, when, and whether it was changed since", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder, file = `${path}/verification.json`;
  await Deno.writeTextFile(`${path}/run.json`, RUN);
  const badge = async () => badgeText(await readStanding(path));
  assert.equal(await badge(), "Not verified");
  await Deno.writeTextFile(file, JSON.stringify(VERIFICATION));
  assert.equal(await badge(), "Verified: 61\u202f638 numbers on 2026-11-26");
  const { totals, code: _, ...older } = VERIFICATION;
  await Deno.writeTextFile(file, JSON.stringify({ ...older, totals }));
  assert.match(await badge(), /^Verified: /, "a verification that does not state its code");
  await Deno.writeTextFile(file, JSON.stringify({ ...VERIFICATION, totals: { ...totals, numbers: 0 } }));
  assert.equal(await badge(), "Files verified on 2026-11-26, numbers not");
  await Deno.writeTextFile(file, JSON.stringify({ ...VERIFICATION, totals: { ...totals, fails: 1 } }));
  assert.equal(await badge(), "Does not hold: verified on 2026-11-26");
  await Deno.writeTextFile(`${path}/run.json`, `${RUN} `);
  assert.equal(await badge(), "Changed since it was verified on 2026-11-26");
  for (const text of ["{", `{"schemaVersion":1}`]) {
    await Deno.writeTextFile(file, text);
    assert.equal(await badge(), "Verification cannot be read");
  }
});

Deno.test("the page says how much was measured again, with what, and what does not hold first", () => {
  assert.equal(
    summaryText({ kind: "holds", verification: VERIFICATION }),
    "61\u202f638 numbers were measured again and are what the report states. 2 lines hold, 1 could not be checked, " +
      "1 is only recorded, not checked.",
  );
  const trained = (outcome: Verification["lines"][number]["outcome"]) =>
    summaryText({
      kind: "holds",
      verification: { ...VERIFICATION, lines: [{ ...line(outcome), part: "training" }] },
    });
  assert.match(trained("recorded"), /checked\. The run was not trained again: its training losses were not checked\.$/);
  assert.match(trained("holds"), /checked\. The run was trained again\.$/);
  const failing = { ...VERIFICATION, totals: { holds: 5, fails: 1, notChecked: 0, recorded: 0, numbers: 0 } };
  assert.equal(
    summaryText({ kind: "fails", verification: failing }),
    "This report does not hold. No number was measured again. 5 lines hold, 1 does not.",
  );
  assert.match(
    summaryText({ kind: "changed", verification: VERIFICATION }),
    /say nothing about the report as it is now/,
  );
  assert.equal(summaryText({ kind: "none" }), "This report has not been verified.");
  assert.match(
    howText(VERIFICATION),
    /^Program 0\.1\.0, A processor, cpu engine on wasm: each number had to be the same bits/,
  );
  assert.match(howText({ ...VERIFICATION, tolerance: 0.00021 }), /by 0\.00021 of their size/);
  assert.equal(howText({ ...VERIFICATION, engine: null, tolerance: null }), "Program 0.1.0, A processor.");
  assert.deepEqual(inOrder(VERIFICATION.lines).map(({ outcome }) => outcome), [
    "fails",
    "not checked",
    "holds",
    "recorded",
  ]);
});
