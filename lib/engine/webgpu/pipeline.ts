/**
 * Compiles one WGSL kernel; a mistake in it is shown with its line. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** What a pipeline is made of. */
export interface PipelineSource {
  /** The kernel's name, for messages and GPU debuggers. */
  label: string;
  code: string;
  layout: GPUPipelineLayout;
  /** One value for each `override` of the code; booleans as 0 and 1. */
  constants: Record<string, number>;
}

/**
 * Compiles a kernel, entry point `main`.
 *
 * @throws {Error} It does not compile, with every message and its line.
 */
export async function compilePipeline(device: GPUDevice, source: PipelineSource): Promise<GPUComputePipeline> {
  const { label, code, layout, constants } = source;
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ label, code });
  const moduleError = device.popErrorScope();
  const lines = code.split("\n");
  const { messages } = await module.getCompilationInfo();
  const mistakes = messages.filter(({ type }) => type === "error").map(({ lineNum, linePos, message }) =>
    `${lineNum}:${linePos} ${message}\n    ${lines[lineNum - 1]}`
  );
  const error = await moduleError;
  if (error || mistakes.length > 0) {
    throw new Error(`Cannot compile kernel ${label}: ${mistakes.join("\n") || error!.message}, expected valid WGSL`);
  }
  return await device.createComputePipelineAsync({
    label,
    layout,
    compute: { module, entryPoint: "main", constants },
  });
}
