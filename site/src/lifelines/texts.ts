/**
 * What the page of lifelines says of a run, in sentences.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Lifelines } from "../../../lib/report/lifelines_schema.ts";
import { count, percent } from "../format.ts";

/** What the sentences are made from. */
export type Told = Pick<
  Lifelines,
  "count" | "snapshots" | "latents" | "halfSettledAt" | "settledCosine" | "deadSteps" | "sampleRows"
>;

/** How many snapshots of how many latents, and over how many steps. */
export function leadText({ count: latents, snapshots: { steps } }: Told): string {
  return `${count(steps.length)} snapshots of ${plural(latents, "latent")} over ${
    plural(steps.at(-1)!, "training step")
  }, ` +
    "the first ones close together, because most changes early.";
}

/** What happened to the latents, and when half of them had settled. */
export function summaryText(lifelines: Told): string {
  const { snapshots, halfSettledAt, settledCosine } = lifelines,
    sum = (counts: number[]) => counts.reduce((a, b) => a + b, 0);
  const settled = halfSettledAt === null
    ? ""
    : ` Half of the latents that are alive at the end have settled at step ${count(halfSettledAt)}, ${
      percent(halfSettledAt / snapshots.steps.at(-1)!)
    } of the way: from there on the cosine of their direction to the final one stays at least ${settledCosine}.`;
  if (!snapshots.deaths) return `The latents are sigmoids, which are never 0, so that none of them can die.${settled}`;
  const [births, deaths, revivals, resampled] = (["births", "deaths", "revivals", "resampled"] as const)
    .map((name) => sum(snapshots[name]!));
  const dead = snapshots.dead!.at(-1)!;
  const active = `${
    births === lifelines.count ? `All ${count(births)}` : `${count(births)} of ${count(lifelines.count)}`
  } latents were active at least once.`;
  if (deaths === 0 && dead === 0) return `${active} None died.${settled}`;
  return `${active} There were ${plural(deaths, "death")} and ${plural(revivals, "revival")}${
    resampled > 0 ? `, and ${plural(resampled, "dead latent")} ${resampled === 1 ? "was" : "were"} resampled` : ""
  }; ${count(dead)} ${dead === 1 ? "latent is" : "latents are"} dead at the end.${settled}`;
}

/** What "dead" means here. */
export function deathText({ deadSteps }: Told): string {
  return deadSteps === null
    ? "Sigmoid latents are never 0, so that none of them can die."
    : `A latent is dead after a step if it was last active more than ${
      count(deadSteps)
    } training steps ago, or never. A revival is ` +
      "that a dead latent is active again; AuxK helps it, and it may happen by itself. Resampling gives a dead latent another " +
      "direction: that is a jump, and no revival. Latents are looked at after up to 100 evenly spaced steps and at each snapshot; " +
      "a death and a revival between two of these looks are not counted.";
}

/** What a snapshot shows, for its slider and its line. */
export function momentText({ count: latents, snapshots: { steps, dead } }: Told, s: number): string {
  const step = steps[s] === 0 ? "Before the first step" : `After step ${count(steps[s])}`;
  return dead ? `${step}: ${count(dead[s])} of ${count(latents)} latents are dead` : step;
}

function plural(n: number, thing: string): string {
  return `${count(n)} ${thing}${n === 1 ? "" : "s"}`;
}
