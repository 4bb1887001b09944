/**
 * Kernels compiled for a device, with the buffers that they see, ready to be dispatched. Does not know models.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Binding, type KernelSource, type ModelKernels, STEPS } from "./kernel_source.ts";
import { STEP_BYTES, type StepEntry } from "./step_table.ts";

/** A compiled kernel. */
export interface Dispatch {
  pipeline: GPUComputePipeline;
  /** Workgroups for a batch of this many images, `[x, y]`. */
  workgroups(batch: number): [number, number];
  bindings: Binding[];
  layout: GPUBindGroupLayout;
}

/** A compiled kernel with its buffers. */
export type BoundDispatch = Pick<Dispatch, "pipeline" | "workgroups"> & { group: GPUBindGroup };

/** Compiles kernels for one device; kernels that are alike are compiled once, and share layouts if their bindings are alike. */
export class KernelCompiler {
  readonly #device: GPUDevice;
  readonly #layouts = new Map<string, { group: GPUBindGroupLayout; pipeline: GPUPipelineLayout }>();
  readonly #compiled = new Map<string, Promise<Dispatch>>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /**
   * Compiles a model's kernels, those of them that are not compiled yet.
   *
   * @throws {Error} A kernel does not compile: a bug, shown with its line.
   */
  async compile(kernels: ModelKernels): Promise<ModelKernels<Dispatch>> {
    const compiled = Object.entries(kernels).map(async ([name, list]: [string, KernelSource[]]) =>
      [name, await Promise.all(list.map((kernel) => this.#compileOnce(kernel)))] as const
    );
    return Object.fromEntries(await Promise.all(compiled)) as unknown as ModelKernels<Dispatch>;
  }

  #compileOnce(kernel: KernelSource): Promise<Dispatch> {
    const key = JSON.stringify([kernel.code, kernel.constants, kernel.bindings]);
    const compiled = this.#compiled.get(key) ?? this.#compile(kernel);
    this.#compiled.set(key, compiled);
    return compiled;
  }

  async #compile({ label, code, constants, bindings, workgroups }: KernelSource): Promise<Dispatch> {
    const device = this.#device;
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
    const layout = this.#layoutOf(bindings);
    const pipeline = await device.createComputePipelineAsync({
      label,
      layout: layout.pipeline,
      compute: {
        module,
        entryPoint: "main",
        constants: Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, Number(value)])),
      },
    });
    const longest = device.limits.maxComputeWorkgroupsPerDimension;
    const grid = (count: number): [number, number] => [Math.min(count, longest), Math.ceil(count / longest)];
    return { pipeline, workgroups: (batch) => grid(workgroups(batch)), bindings, layout: layout.group };
  }

  #layoutOf(bindings: Binding[]): { group: GPUBindGroupLayout; pipeline: GPUPipelineLayout } {
    const key = JSON.stringify(bindings);
    let layout = this.#layouts.get(key);
    if (!layout) {
      const group = this.#device.createBindGroupLayout({
        entries: bindings.map(({ binding, type, buffer }) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type, hasDynamicOffset: buffer === STEPS },
        })),
      });
      layout = { group, pipeline: this.#device.createPipelineLayout({ bindGroupLayouts: [group] }) };
      this.#layouts.set(key, layout);
    }
    return layout;
  }
}

/** Binds buffers to kernels; kernels of one layout share one bind group. */
export function bindDispatches(
  dispatches: Dispatch[],
  { device, buffers }: { device: GPUDevice; buffers: Record<string, GPUBuffer> },
): BoundDispatch[] {
  const groups = new Map<GPUBindGroupLayout, GPUBindGroup>();
  return dispatches.map(({ pipeline, workgroups, bindings, layout }) => {
    const group = groups.get(layout) ?? device.createBindGroup({
      layout,
      entries: bindings.map(({ binding, buffer: name }) => ({
        binding,
        resource: name === STEPS ? { buffer: buffers[name], size: STEP_BYTES } : { buffer: buffers[name] },
      })),
    });
    groups.set(layout, group);
    return { pipeline, workgroups, group };
  });
}

/**
 * Encodes dispatches for each step of a step table: the host's whole work while training.
 *
 * @param options.stride Bytes from step to step in the table.
 */
export function encodeSteps(
  encoder: GPUCommandEncoder,
  { entries, dispatches, stride }: { entries: StepEntry[]; dispatches: BoundDispatch[]; stride: number },
): void {
  const pass = encoder.beginComputePass();
  const offsets = Uint32Array.from(entries, (_, i) => i * stride);
  let sized: { batch: number; grids: [number, number][] } = { batch: 0, grids: [] };
  entries.forEach(({ batch }, i) => {
    if (sized.batch !== batch) sized = { batch, grids: dispatches.map(({ workgroups }) => workgroups(batch)) };
    let bound: GPUBindGroup | null = null;
    dispatches.forEach(({ pipeline, group }, d) => {
      if (group !== bound) pass.setBindGroup(0, group, offsets, i, 1);
      bound = group;
      pass.setPipeline(pipeline);
      pass.dispatchWorkgroups(sized.grids[d][0], sized.grids[d][1]);
    });
  });
  pass.end();
}
