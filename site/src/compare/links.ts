/**
 * Where the links of Compare lead.
 *
 * @module
 */
import { definitionHref, runHref } from "../links.ts";
import type { PageLinks } from "./page.ts";

/** For the build and for the browser. */
export const pageLinks: PageLinks = {
  run: (id) => runHref(id),
  term: definitionHref,
  file: runHref,
};
