/**
 * What a test needs of the machine: visible as `ignored` where it is missing, a failure when `CI=true`.
 *
 * @module
 */
if (Deno.build.os === "linux" && !Deno.env.has("XDG_RUNTIME_DIR")) Deno.env.set("XDG_RUNTIME_DIR", "/tmp"); // quiets Mesa
const adapter = await navigator.gpu?.requestAdapter();

/** Whether a WebGPU adapter is there. With `CI=true` always yes, so that the test runs and fails. */
export function needsAdapter(): boolean {
  return Boolean(adapter) || Deno.env.get("CI") === "true";
}
