/**
 * What Compare shows of a run, in one small file: loaded when a reader picks the run.
 *
 * @module
 */
import type { APIRoute, GetStaticPaths } from "astro";
import { summariesOf } from "../../../compare/summaries.ts";
import { runsToDraw } from "../../../reports.ts";

export const getStaticPaths =
  (async () => (await runsToDraw()).map(({ id }) => ({ params: { run: id } }))) satisfies GetStaticPaths;

export const GET: APIRoute = async ({ params: { run } }) => Response.json((await summariesOf([run!]))[0]);
