/**
 * The other random seeds of a run, from its newest comparison.
 *
 * @module
 */
import { membersOf } from "../stability/members.ts";
import { latentColumns, runsBySweep, seedsOf } from "../reports.ts";
import type { Run } from "../reports.ts";
import { isSameModel, pathOfGroup } from "../stability/groups.ts";
import type { LatentSeeds } from "./seeds.ts";

/** A run's latents in the other random seeds; null if the run is in no comparison, or has another model by now. */
export async function latentSeeds(run: Run): Promise<LatentSeeds | null> {
  const placed = await seedsOf(run);
  if (!placed) return null;
  const { comparison, group } = placed, columns = await latentColumns(comparison, run.id);
  if (!isSameModel(run, comparison.runs.find(({ id }) => id === run.id)!)) return null;
  const members = await membersOf(comparison, columns.partners.map(({ run }) => run));
  const alone = new Set((await runsBySweep()).alone.map(({ id }) => id)), part = pathOfGroup(comparison, group);
  return {
    page: `../../stability/${encodeURIComponent(comparison.name)}/${part && `${part}/`}`,
    sharedAbove: comparison.sharedAbove,
    foundIn: columns.foundIn,
    decoderFoundIn: columns.decoderFoundIn,
    others: columns.partners.map(({ run: id, ...partners }, place) => {
      const { seed, report } = members[place], effect = report?.latents.effect ?? null;
      return {
        seed,
        href: report && `../${id}/`,
        ownPages: report && alone.has(id) ? report.activations.shown : [],
        tiles: effect && { effect, drawn: report!.latents.drawn },
        partners,
      };
    }),
  };
}
