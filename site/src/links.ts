/**
 * Addresses of the site's pages, under whatever path it is published.
 *
 * @module
 */

/** The navigation, in order. */
export const NAVIGATION = [
  { label: "Theory", path: "theory/" },
  { label: "Family", path: "family/" },
  { label: "Runs", path: "runs/" },
  { label: "Sweeps", path: "sweeps/" },
  { label: "Features", path: "features/" },
  { label: "Compare", path: "compare/" },
  { label: "Speed", path: "speed/" },
  { label: "Glossary", path: "glossary/" },
];

/** A page's address from its path on the site, such as `runs/`. */
export function href(path = ""): string {
  return `${import.meta.env.BASE_URL.replace(/\/$/, "")}/${path}`;
}

/** A run's page, or a file beside it. */
export function runHref(id: string, file = ""): string {
  return href(`runs/${id}/${file}`);
}

/** A latent's page. */
export function featureHref(id: string, latent: number): string {
  return runHref(id, `features/${latent}/`);
}

/** A sweep's page. */
export function sweepHref(name: string): string {
  return href(`sweeps/${encodeURIComponent(name)}/`);
}

/** A metric's entry in the glossary. */
export function definitionHref(metric: string): string {
  return href(`glossary/#${metric}`);
}
