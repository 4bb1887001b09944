/**
 * What stands in `reports/site.json`, which a person may write beside the run folders: what the site shows first, and
 * where the site comes from.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { RunId } from "./schema_parts.ts";

/** The whole file; each field may be left out. */
export const SiteSettings = z.strictObject({
  featured: RunId.optional().describe(
    "The id of the run that the site's first page and its chapters show. Left out, it is chosen among all runs.",
  ),
  source: z.url({ protocol: /^https?$/ }).optional().describe("Where the source code is, linked from every page."),
  citation: z.string().min(1).max(2000).optional().describe("How to cite the site, as one line of text."),
});

/** See the schema of the same name. */
export type SiteSettings = z.infer<typeof SiteSettings>;
