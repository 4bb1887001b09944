/**
 * Addresses of a run's latents: their own pages where they have some, else the view of all latents at this one.
 *
 * @module
 */
import { latentHref } from "./links.ts";
import { type Report, runsBySweep } from "./reports.ts";

/** The address of each latent of a run: latents that are shown one by one have pages, unless the run is one of a sweep. */
export async function latentLinks(
  { run, activations: { shown } }: Pick<Report, "run" | "activations">,
): Promise<(latent: number) => string> {
  const isAlone = (await runsBySweep()).alone.some(({ id }) => id === run.id);
  const withPages = new Set(isAlone ? shown : []);
  return (latent) => latentHref(run.id, latent, { hasPage: withPages.has(latent) });
}
