/**
 * tfjs; the one place that names its version.
 *
 * Not in the import map: `deno task` fetches everything there for everybody, and tfjs with its backends has 330 MB.
 *
 * @module
 */
// deno-lint-ignore-file no-import-prefix -- see above
import "npm:long@5.3.2"; // tfjs requires it without declaring it, and Deno would not fetch it
export * from "npm:@tensorflow/tfjs@4.22.0";
