/**
 * One numbering of rows in all messages about data: from 0, said in each; a table of text has a spreadsheet's number too.
 *
 * @module
 */
import assert from "node:assert/strict";
import { needs } from "../../needs.ts";

Deno.test("every message about a row of data says from where rows are counted", needs("permissions"), () => {
  const files = ["data", "formats", "run"].flatMap((room) =>
    filesIn(new URL(`../../../lib/${room}/`, import.meta.url))
  );
  const messages = files.flatMap((text) => Array.from(text.matchAll(/\brow \$\{[^`]*/g), ([message]) => message));
  assert.ok(messages.length >= 5, `${messages.length} messages`);
  for (const message of messages) assert.match(message, /from 0|of a spreadsheet/);
});

/** The texts of the TypeScript files in a folder and its sub-folders. */
function filesIn(folder: URL): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) =>
    isDirectory
      ? filesIn(new URL(`${name}/`, folder))
      : name.endsWith(".ts")
      ? [Deno.readTextFileSync(new URL(name, folder))]
      : []
  );
}
