/**
 * The runs of a comparison as its pages show them: those that are still in the reports with their files and the addresses of their latents.
 *
 * @module
 */
import type { Comparison } from "../../../lib/report/comparison_schema.ts";
import { latentLinks } from "../latent_links.ts";
import { runHref } from "../links.ts";
import { allRuns, type Report, reportOf } from "../reports.ts";
import { isSameModel } from "./groups.ts";

/** A run that was compared. */
export interface Member {
  id: string;
  title: string;
  seed: number;
  /** Its page; null if the run is no longer in the reports, or has another model by now. */
  href: string | null;
  /** Its files; null as above. */
  report: Report | null;
  /** The address of one of its latents; null as above. */
  linkOf(latent: number): string | null;
}

/** Some runs of a comparison, in the order asked for. */
export function membersOf({ runs }: Pick<Comparison, "runs">, ids: readonly string[]): Promise<Member[]> {
  return Promise.all(ids.map(async (id): Promise<Member> => {
    const { title, seed, latents, modelSha256 } = runs.find((run) => run.id === id)!;
    const run = (await allRuns()).find((run) => run.id === id);
    if (!run || !isSameModel(run, { latents, modelSha256 })) {
      return {
        id,
        title,
        seed,
        href: null,
        report: null,
        linkOf: () => null,
      };
    }
    const report = await reportOf(run), linkOf = await latentLinks(report);
    return { id, title, seed, href: runHref(id), report, linkOf };
  }));
}
