/**
 * Kernels compiled for a device, ready to be dispatched. Does not know models or buffers.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { KernelSource, StepKernels } from "./kernel_source.ts";

/** One dispatch. */
export interface Dispatch {
  pipeline: GPUComputePipeline;
  /** Workgroups for a batch of so many images, `[x, y]`. */
  workgroups(batch: number): [number, number];
}

/** A model's compiled {@linkcode StepKernels}. All of them read one bind group. */
export interface Dispatches extends Record<keyof StepKernels, Dispatch[]> {
  bindGroupLayout: GPUBindGroupLayout;
}

/**
 * Compiles the kernels of a model.
 *
 * @throws {Error} A kernel does not compile: a bug, shown with its line.
 */
export async function compileKernels(kernels: StepKernels, device: GPUDevice): Promise<Dispatches> {
  const types: GPUBufferBindingType[] = [
    "uniform", // the step; the storage buffers follow in the order of step.wgsl
    "read-only-storage",
    "read-only-storage",
    ...new Array<GPUBufferBindingType>(6).fill("storage"),
  ];
  const bindGroupLayout = device.createBindGroupLayout({
    entries: types.map((type, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type, hasDynamicOffset: type === "uniform" },
    })),
  });
  const layout = device.createPipelineLayout({ bindGroupLayouts: [bindGroupLayout] });
  const compiled = new Map<KernelSource, Promise<Dispatch>>(); // a step and a look at the model share kernels
  const compileAll = (sources: KernelSource[]) =>
    Promise.all(sources.map((source) => {
      if (!compiled.has(source)) compiled.set(source, compileKernel(source, { device, layout }));
      return compiled.get(source)!;
    }));
  const [training, losses, evaluation] = await Promise.all(
    [kernels.training, kernels.losses, kernels.evaluation].map(compileAll),
  );
  return { bindGroupLayout, training, losses, evaluation };
}

/**
 * Compiles one kernel.
 *
 * @throws {Error} It does not compile: a bug, shown with its line.
 */
export async function compileKernel(
  { label, code, constants, workgroups }: KernelSource,
  { device, layout }: { device: GPUDevice; layout: GPUPipelineLayout },
): Promise<Dispatch> {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ label, code });
  const scope = device.popErrorScope();
  const { messages } = await module.getCompilationInfo();
  const error = await scope;
  if (error) {
    const lines = code.split("\n");
    const mistakes = messages.map(({ lineNum, linePos, message }) =>
      `${lineNum}:${linePos} ${message}\n    ${lines[lineNum - 1]}`
    );
    throw new Error(`Cannot compile kernel ${label}: ${error.message}, expected valid WGSL\n${mistakes.join("\n")}`);
  }
  const pipeline = await device.createComputePipelineAsync({
    label,
    layout,
    compute: { module, entryPoint: "main", constants },
  });
  const longest = device.limits.maxComputeWorkgroupsPerDimension;
  const grid = (count: number): [number, number] => [Math.min(count, longest), Math.ceil(count / longest)];
  return { pipeline, workgroups: (batch) => grid(workgroups(batch)) };
}
