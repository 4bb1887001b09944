/**
 * Where the reports are: `../reports` from the site's folder, unless the environment's `SAE_REPORTS` names another folder.
 *
 * @module
 */
import { resolve } from "node:path";
import { env } from "node:process";

/** An absolute path. */
export const REPORTS_DIR: string = resolve(env.SAE_REPORTS ?? "../reports");
