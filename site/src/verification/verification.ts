/**
 * What is known of a run's verification: whether there is one, whether it is of the report as it is now, and what it found, in
 * words.
 *
 * Decides and words; reads nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Verification, VerifiedLine } from "../../../lib/report/verification_schema.ts";
import { count } from "../format.ts";

/** How a run stands; `changed`: its run.json is another one than the one that was verified. */
export type Standing =
  | { kind: "none" }
  | { kind: "unreadable" }
  | { kind: "changed" | "fails" | "holds"; verification: Verification };

/**
 * How a run stands.
 *
 * @param verification What verification.json says; null without one.
 * @param options.runSha256 SHA-256 of run.json as it is now.
 */
export function standingOf(verification: Verification | null, { runSha256 }: { runSha256: string }): Standing {
  if (verification === null) return { kind: "none" };
  if (verification.runSha256 !== runSha256) return { kind: "changed", verification };
  return { kind: verification.totals.fails > 0 ? "fails" : "holds", verification };
}

/** The badge: a few words, with the date. */
export function badgeText(standing: Standing): string {
  if (standing.kind === "none") return "Not verified";
  if (standing.kind === "unreadable") return "Verification cannot be read";
  const { verification: { verifiedAt, totals } } = standing, date = verifiedAt.slice(0, 10);
  if (standing.kind === "changed") return `Changed since it was verified on ${date}`;
  if (standing.kind === "fails") return `Does not hold: verified on ${date}`;
  if (totals.numbers === 0) return `Files verified on ${date}, numbers not`;
  return `Verified: ${count(totals.numbers)} numbers on ${date}`;
}

/** What the verification found, in a sentence or two. */
export function summaryText(standing: Standing): string {
  switch (standing.kind) {
    case "none":
      return "This report has not been verified.";
    case "unreadable":
      return "The file verification.json of this run is not what its schema says, so what was verified is not known.";
    case "changed":
      return "The file run.json is not the one that was verified: the lines below say nothing about the report as it is now.";
  }
  const { holds, fails, notChecked, recorded, numbers } = standing.verification.totals;
  const measured = numbers === 0
    ? "No number was measured again."
    : `${count(numbers)} numbers were measured again and are what the report states.`;
  const parts = [
    things(holds, "line holds", "lines hold"),
    ...(fails > 0 ? [things(fails, "does not", "do not")] : []),
    ...(notChecked > 0 ? [`${count(notChecked)} could not be checked`] : []),
    ...(recorded > 0 ? [`${count(recorded)} ${recorded === 1 ? "is" : "are"} only recorded, not checked`] : []),
  ];
  const lead = standing.kind === "fails" ? "This report does not hold. " : "";
  const training = trainingText(standing.verification);
  return `${lead}${measured} ${parts.join(", ")}.${training && ` ${training}`}`;
}

/** Whether the run was trained again; nothing of a verification that does not say it. */
function trainingText({ lines }: Verification): string {
  const outcomes = new Set(lines.filter(({ part }) => part === "training").map(({ outcome }) => outcome));
  if (outcomes.has("holds") || outcomes.has("fails")) return "The run was trained again.";
  return outcomes.has("recorded") ? "The run was not trained again: its training losses were not checked." : "";
}

/** Who verified, with what, and how equal two numbers had to be. */
export function howText({ program, engine, environment, tolerance }: Verification): string {
  const by = `Program ${program}, ${environment.cpu}`;
  if (engine === null || tolerance === null) return `${by}.`;
  const exact = tolerance === 0
    ? "each number had to be the same bits, since engine and machine are of the run’s kind"
    : `numbers could differ by ${
      tolerance.toPrecision(2)
    } of their size, since float32 sums are rounded otherwise there`;
  return `${by}, ${engine.name} engine on ${engine.backend}: ${exact}.`;
}

/** The lines, those that do not hold first, then those that were not checked. */
export function inOrder(lines: readonly VerifiedLine[]): VerifiedLine[] {
  const rank = { fails: 0, "not checked": 1, holds: 2, recorded: 3 };
  return lines.toSorted((a, b) => rank[a.outcome] - rank[b.outcome]);
}

/** What the outcomes are called on the page. */
export const OUTCOME_WORDS: Record<VerifiedLine["outcome"], string> = {
  holds: "holds",
  fails: "does not hold",
  "not checked": "not checked",
  recorded: "only recorded",
};

function things(n: number, one: string, many: string): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
