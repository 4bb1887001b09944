/**
 * The runs that the live page can open, with their settings: loaded when a reader opens one.
 *
 * @module
 */
import type { APIRoute } from "astro";
import { loadableRuns } from "../../live/live_files.ts";

export const GET: APIRoute = async () => Response.json(await loadableRuns());
