/**
 * The program: `deno task train` and its siblings. Everything else is in `lib/`.
 *
 * @module
 */
import { main } from "./lib/cli/main.ts";

Deno.exit(await main(Deno.args));
