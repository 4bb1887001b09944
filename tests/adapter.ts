/**
 * Whether tests can use a WebGPU adapter. With `CI=true` a missing one is a failure instead of an ignored test.
 *
 * Apart from `needs.ts`, because asking loads the graphics driver, which starts threads of its own: the tests of most files, and
 * the process that they end in, are without it.
 *
 * @module
 */
import { needs } from "./needs.ts";

const hasAdapter = !needs("permissions", "time").ignore && await findAdapter();

/** Whether an adapter is there. With `CI=true` always yes, so that the test runs and fails. */
export function needsAdapter(): boolean {
  return hasAdapter;
}

async function findAdapter(): Promise<boolean> {
  if (Deno.build.os === "linux" && !Deno.env.has("XDG_RUNTIME_DIR")) Deno.env.set("XDG_RUNTIME_DIR", "/tmp"); // quiets Mesa
  return Boolean(await navigator.gpu?.requestAdapter()) || Deno.env.get("CI") === "true";
}
