/**
 * What Compare shows of a run, one small file for each: loaded when a reader picks the run.
 *
 * @module
 */
import type { APIRoute, GetStaticPaths } from "astro";
import { summariesOf } from "../../compare/summaries.ts";
import { allRuns } from "../../reports.ts";

export const getStaticPaths =
  (async () => (await allRuns()).map(({ id }) => ({ params: { run: id } }))) satisfies GetStaticPaths;

export const GET: APIRoute = async ({ params: { run } }) => Response.json((await summariesOf([run!]))[0]);
