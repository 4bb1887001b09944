/**
 * Addresses of the site's pages, under whatever path it is published.
 *
 * @module
 */

/** A part of the site. */
export type Place = "learn" | "explore" | "live" | "compare" | "reference";

/** The navigation, in order. */
export const NAVIGATION: { label: string; path: string; place: Place }[] = [
  { label: "Learn", path: "learn/", place: "learn" },
  { label: "Explore", path: "explore/", place: "explore" },
  { label: "Live", path: "live/", place: "live" },
  { label: "Compare", path: "compare/", place: "compare" },
  { label: "Reference", path: "reference/", place: "reference" },
];

/** Where pages of the earlier site are now, by their paths; those of runs are in `runRedirects`. */
export const REDIRECTS: Record<string, string> = {
  "theory/": "learn/",
  "family/": "learn/family/",
  "runs/": "explore/",
  "sweeps/": "explore/",
  "features/": "explore/",
  "speed/": "reference/speed/",
  "glossary/": "reference/glossary/",
};

/** A page's address from its path on the site, such as `explore/`. */
export function href(path = ""): string {
  return `${import.meta.env.BASE_URL.replace(/\/$/, "")}/${path}`;
}

/** A run's page, or a file beside it. */
export function runHref(id: string, file = ""): string {
  return href(`runs/${id}/${file}`);
}

/** A latent's page: a page of its own, or the view of all latents at this one. */
export function latentHref(id: string, latent: number, { hasPage }: { hasPage: boolean }): string {
  return runHref(id, hasPage ? `latents/${latent}/` : `latents/?latent=${latent}`);
}

/** The page of a test row's active latents. */
export function inputHref(id: string, row: number): string {
  return runHref(id, `inputs/?input=${row}`);
}

/** A sweep's page. */
export function sweepHref(name: string): string {
  return href(`sweeps/${encodeURIComponent(name)}/`);
}

/** A comparison's page, or that of one of its groups of random seeds or pairs of dictionaries. */
export function stabilityHref(name: string, part = ""): string {
  return href(`stability/${encodeURIComponent(name)}/${part && `${part}/`}`);
}

/** A term's or a metric's entry in the glossary. */
export function definitionHref(term: string): string {
  return href(`reference/glossary/#${term}`);
}
