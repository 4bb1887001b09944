/**
 * `docs`: writes the page that documents a report's folder.
 *
 * @module
 */
import { writeWhole } from "../files.ts";
import { reportsReadme } from "../report/documentation.ts";
import { HELP_FLAG, parseFlags, refusePositionals } from "./flags.ts";
import { flagRows } from "./help.ts";
import type { HelpPage } from "./help_page.ts";

const PAGE = "reports/README.md";

/** `docs --help`. */
export function docsHelp(): HelpPage {
  return {
    about: `Write ${PAGE}, which documents every file and field of a report, from the report's schemas.`,
    usage: "docs",
    sections: [{ title: "Flags", rows: flagRows(HELP_FLAG) }],
    examples: [],
  };
}

/**
 * Runs the command.
 *
 * @returns The exit code.
 * @throws {UserError} Bad usage, or the file cannot be written.
 */
export async function docsCommand(args: string[]): Promise<number> {
  refusePositionals(parseFlags(args, HELP_FLAG).positionals);
  await writeWhole(PAGE, reportsReadme());
  console.log(`Wrote ${PAGE}`);
  return 0;
}
