/**
 * `docs`: writes the page that documents a report's folder.
 *
 * @module
 */
import { writeWhole } from "../files.ts";
import { reportsReadme } from "../report/documentation.ts";

/** Runs the command; returns the exit code. */
export async function docsCommand(): Promise<number> {
  await writeWhole("reports/README.md", reportsReadme());
  return 0;
}
