/**
 * fast-check; the one place that names its version.
 *
 * Not in the import map: `deno task` fetches everything there for everybody, and only tests need fast-check.
 *
 * @module
 */
export { default } from "npm:fast-check@4.10.2";
