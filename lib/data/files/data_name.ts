/**
 * What the user's own data are called, from where they are.
 *
 * @module
 */
import { basename, dirname, resolve } from "node:path";
import { printable } from "../../errors.ts";

/** Names that mean a data set of their own. */
const RESERVED = ["auto", "mnist", "digits", "dictionary", "planted-hard", "images", "vectors"];
const MOST_NAME = 60;
/** Names of files that say nothing of what is in them. */
const ANY_DATA = /^(?:train|test|data|rows|images|x|x_train|activations|acts)(?:[-_.]?\d.*)?$/i;
const ENDING = /(?:[-.]idx\d-\w+|\.[a-z]\w*)(?:\.gz)?$/i;

/**
 * The name of a file or a folder, without what a report cannot show; marked if it would pass for a data set that it is
 * not. A file of a name that all data have is called by its folder as well.
 *
 * @example
 * ```ts
 * import { dataNameOf } from "./data_name.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(dataNameOf("/data/gpt2/layer-6.safetensors"), "layer-6");
 * assert.equal(dataNameOf("/data/digit-recognizer/train.csv"), "digit-recognizer-train");
 * assert.equal(dataNameOf("/data/mnist", { isFolder: true }), "mnist-folder");
 * assert.equal(dataNameOf("/data/digits.npz"), "digits-file");
 * ```
 */
export function dataNameOf(path: string, { isFolder = false }: { isFolder?: boolean } = {}): string {
  const whole = resolve(path), last = basename(whole);
  if (isFolder) return shownName(last === "raw" ? basename(dirname(whole)) : last || "root", "folder");
  const stem = last.replace(ENDING, "") || last;
  return shownName(ANY_DATA.test(stem) ? `${basename(dirname(whole)) || "root"}-${stem}` : stem, "file");
}

/** A name as a report shows it: printable, at most 60 characters long, and no other data set's. */
function shownName(own: string, kind: "file" | "folder"): string {
  const name = [...printable(own).trim()].slice(0, MOST_NAME).join("") || "unnamed";
  return RESERVED.includes(name.normalize("NFKC").toLowerCase()) ? `${name}-${kind}` : name;
}
