/**
 * A finished run as a person names it on the command line: by its id, or by its folder.
 *
 * @module
 */
import { quoted, UserError } from "../errors.ts";
import { exists } from "../files.ts";
import { folderName } from "./args.ts";

/**
 * The folder of a finished run.
 *
 * @param named Its folder, or its id below `reportsDir`.
 * @throws {UserError} There is none.
 */
export async function runFolderOf(named: string, { reportsDir }: { reportsDir: string }): Promise<string> {
  for (const folder of [folderName(named), `${reportsDir}/${named}`]) {
    if (await exists(`${folder}/run.json`)) return folder;
  }
  throw new UserError(
    `Cannot open run ${
      quoted(named)
    }: there is no finished run of this name in ${reportsDir}, expected its id or folder`,
  );
}
