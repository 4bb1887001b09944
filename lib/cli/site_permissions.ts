/**
 * What the process that builds the site may do. Starts nothing.
 *
 * Apart from the command, so that tests build with these permissions and no others.
 *
 * @module
 */
import { mayWrite } from "./permissions.ts";

/**
 * The permissions of a build as Deno's flags: it reads, and writes the site's own project, the folder that the site goes to, the
 * archive beside that folder, and the archive while it is written.
 *
 * @param options.site The site's project, an absolute path. `out`: where the site goes, too. `others`: what else may be written.
 *
 * @example
 * ```ts
 * import { sitePermissions } from "./site_permissions.ts";
 * import assert from "node:assert/strict";
 *
 * const flags = sitePermissions({ site: "/p/site", out: "/class/sae" });
 * assert.ok(flags.includes("--allow-write=/p/site,/class/sae,/class/sae.zip,/class/sae.zip.part"));
 * ```
 */
export function sitePermissions(
  { site, out, others = [] }: { site: string; out: string; others?: string[] },
): string[] {
  return [
    ...["--allow-read", "--allow-env", "--allow-sys", "--allow-ffi", "--allow-run"],
    mayWrite([site, out, `${out}.zip`, `${out}.zip.part`, ...others]),
    "--allow-net=localhost",
  ];
}
