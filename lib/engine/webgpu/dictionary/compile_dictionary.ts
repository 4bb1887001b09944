/**
 * A dictionary's kernels compiled for a device, each with the bindings that it names and no others: a kernel sees at most
 * 8 of the buffers. Does not know models. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { compileKernel, type Dispatch } from "../compile_kernels.ts";
import { STEP_BYTES, type StepEntry } from "../step_table.ts";
import type { DictionaryBuffers } from "./dictionary_buffers.ts";
import type { DictionaryKernel, DictionaryKernels } from "./dictionary_kernel_source.ts";
import shared from "./kernels/dictionary.wgsl" with { type: "text" };
import type { Group } from "./dictionary_gpu_layout.ts";

/** One dispatch, and how its bind group is made. */
export interface DictionaryDispatch extends Dispatch {
  bindGroupLayout: GPUBindGroupLayout;
  bindings: Binding[];
  group: Group;
}

/** Compiled {@linkcode DictionaryKernels}. */
export type DictionaryDispatches =
  & { gather: Record<keyof DictionaryKernels["gather"], DictionaryDispatch> }
  & Record<Exclude<keyof DictionaryKernels, "gather">, DictionaryDispatch[]>;

/** A buffer that `kernels/dictionary.wgsl` declares. */
interface Binding {
  binding: number;
  type: GPUBufferBindingType;
  name: string;
}

const TYPES: Record<string, GPUBufferBindingType> = {
  uniform: "uniform",
  "storage, read": "read-only-storage",
  "storage, read_write": "storage",
};

const DECLARED: Binding[] = Array.from(
  shared.matchAll(/@binding\((\d+)\) var<([^>]+)> (\w+):/g),
  ([, binding, access, name]) => ({ binding: Number(binding), type: TYPES[access], name }),
);

/**
 * Compiles the kernels of a dictionary.
 *
 * @throws {Error} A kernel does not compile: a bug, shown with its line.
 */
export async function compileDictionary(kernels: DictionaryKernels, device: GPUDevice): Promise<DictionaryDispatches> {
  const compiled = new Map<DictionaryKernel, Promise<DictionaryDispatch>>(); // training and evaluation share kernels
  const compile = (kernel: DictionaryKernel) => {
    if (!compiled.has(kernel)) compiled.set(kernel, compileOne(kernel, device));
    return compiled.get(kernel)!;
  };
  const [bytes, floats, training, losses, forward, decoding] = await Promise.all([
    compile(kernels.gather.bytes),
    compile(kernels.gather.floats),
    Promise.all(kernels.training.map(compile)),
    Promise.all(kernels.losses.map(compile)),
    Promise.all(kernels.forward.map(compile)),
    Promise.all(kernels.decoding.map(compile)),
  ]);
  return { gather: { bytes, floats }, training, losses, forward, decoding };
}

async function compileOne(kernel: DictionaryKernel, device: GPUDevice): Promise<DictionaryDispatch> {
  const code = kernel.code.replace(/\/\/.*/g, "");
  const bindings = DECLARED.filter(({ binding, name }) => binding === 0 || new RegExp(`\\b${name}\\b`).test(code));
  const bindGroupLayout = device.createBindGroupLayout({
    label: kernel.label,
    entries: bindings.map(({ binding, type }) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type, hasDynamicOffset: type === "uniform" },
    })),
  });
  const layout = device.createPipelineLayout({ bindGroupLayouts: [bindGroupLayout] });
  const source = { ...kernel, code: `${kernel.code}\n${shared}` };
  return { ...await compileKernel(source, { device, layout }), bindGroupLayout, bindings, group: kernel.group };
}

/** A dispatch with its buffers. */
export interface BoundDispatch extends Dispatch {
  group: GPUBindGroup;
}

/** Dispatches by what they are for, in the order in which they run. */
export type BoundDispatches = Record<Exclude<keyof DictionaryKernels, "gather">, BoundDispatch[]>;

/** Binds buffers to everything an engine dispatches, for images that are floats or bytes. */
export function boundDispatches(
  { gather, training, losses, forward, decoding }: DictionaryDispatches,
  { device, buffers, isFloat }: { device: GPUDevice; buffers: DictionaryBuffers; isFloat: boolean },
): BoundDispatches {
  const first = isFloat ? gather.floats : gather.bytes, { images, evaluated } = buffers.work;
  const all = (dispatches: DictionaryDispatch[], pixels: GPUBuffer) =>
    dispatches.map((dispatch) => bound(dispatch, { device, buffers, pixels }));
  return {
    training: all([first, ...training], images),
    losses: all([first, ...losses], evaluated),
    forward: all([first, ...forward], evaluated),
    decoding: all(decoding, evaluated),
  };
}

function bound(
  { bindGroupLayout, bindings, group, ...dispatch }: DictionaryDispatch,
  { device, buffers: { slots, steps, work }, pixels }: {
    device: GPUDevice;
    buffers: DictionaryBuffers;
    pixels: GPUBuffer;
  },
): BoundDispatch {
  const buffers: Record<string, GPUBuffer> = {
    ...work,
    ...slots[group],
    this_step: steps,
    pixels,
    biases: slots.biases.params,
  };
  const entries = bindings.map(({ binding, type, name }) => {
    const buffer = buffers[name];
    return { binding, resource: type === "uniform" ? { buffer, size: STEP_BYTES } : { buffer } };
  });
  return { ...dispatch, group: device.createBindGroup({ layout: bindGroupLayout, entries }) };
}

/** Encodes dispatches for each step of a step table; `stride`: its bytes from step to step. */
export function encodeSteps(
  encoder: GPUCommandEncoder,
  { entries, dispatches, stride }: { entries: StepEntry[]; dispatches: BoundDispatch[]; stride: number },
): void {
  const pass = encoder.beginComputePass();
  const offsets = Uint32Array.from(entries, (_, i) => i * stride);
  entries.forEach(({ batch }, i) => {
    for (const { pipeline, workgroups, group } of dispatches) {
      pass.setBindGroup(0, group, offsets, i, 1);
      pass.setPipeline(pipeline);
      pass.dispatchWorkgroups(...workgroups(batch));
    }
  });
  pass.end();
}
