/**
 * Which engine and backend execute a run, and why.
 *
 * Engines are imported only when chosen: tfjs alone takes a fifth of a second to load.
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { Engine, EngineInfo, StepDefinition } from "./engine.ts";

/** A choice, with its reason in words. */
export interface Choice {
  backend: EngineInfo["backend"];
  reason: string;
}

/** Software adapters: correct, and slower than WebAssembly on the same cores. */
const SOFTWARE_ADAPTER = /llvmpipe|lavapipe|swiftshader|basic render|warp/i;

/** Settles `auto`; an explicit backend is taken as it is. */
export async function chooseBackend(wanted: Config["backend"]): Promise<Choice> {
  if (wanted !== "auto") return { backend: wanted, reason: `--backend ${wanted}` };
  quietVulkanLoader();
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return { backend: "wasm", reason: "no WebGPU adapter was found" };
  const { description, isFallbackAdapter } = adapter.info;
  if (isFallbackAdapter || SOFTWARE_ADAPTER.test(description)) {
    return { backend: "wasm", reason: `the only WebGPU adapter is software (${description})` };
  }
  return { backend: "webgpu", reason: `hardware WebGPU adapter (${description})` };
}

/**
 * Starts the engine for a choice.
 *
 * @throws {UserError} The backend cannot start here.
 */
export async function openEngine(definition: StepDefinition, { backend }: Choice): Promise<Engine> {
  if (backend === "webgpu") quietVulkanLoader();
  const { ReferenceEngine } = await import("./reference/engine.ts");
  return await ReferenceEngine.start(definition, backend);
}

/** Without this variable Mesa's loader prints an error that is none, in the middle of the progress bar. */
function quietVulkanLoader(): void {
  if (Deno.build.os === "linux" && !Deno.env.has("XDG_RUNTIME_DIR")) Deno.env.set("XDG_RUNTIME_DIR", "/tmp");
}
