/**
 * The names of all runs, the newest first: loaded when a reader adds a run to a comparison.
 *
 * @module
 */
import type { APIRoute } from "astro";
import { nameOf } from "../../compare/summarise.ts";
import { allRuns } from "../../reports.ts";

export const GET: APIRoute = async () => Response.json((await allRuns()).map(nameOf));
