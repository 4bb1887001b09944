/**
 * What a kernel is before it is compiled, and which of them make a model. Compiles and runs nothing.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** A buffer that a kernel sees. */
export interface Binding {
  /** Its number in the code. */
  binding: number;
  type: GPUBufferBindingType;
  /** Which buffer it is, by the model's names; or {@linkcode STEPS}, or {@linkcode PIXELS}. */
  buffer: string;
}

/** The buffer of `struct Step`s, of which a kernel sees the step at hand. */
export const STEPS = "steps";

/** The images at hand: those that are trained on, or those that are evaluated. */
export const PIXELS = "pixels";

/** One kernel, not yet compiled. */
export interface KernelSource {
  label: string;
  code: string;
  /** One value for each `override` of the code. */
  constants: Record<string, number | boolean>;
  /** The buffers that the code names. */
  bindings: Binding[];
  /** How many workgroups to dispatch for a batch of this many images. */
  workgroups(batch: number): number;
}

/** A model's kernels, in the order in which they run. */
export interface ModelKernels<Kernel = KernelSource> {
  /** A whole step. */
  training: Kernel[];
  /** The part of a step that finds its losses, and changes neither parameters, moments nor buffers. */
  losses: Kernel[];
  /** A forward pass, which leaves latents and logits where the model reads them. */
  forward: Kernel[];
  /** From latents, where the model writes them, to logits. */
  decode: Kernel[];
  /** A forward pass, which leaves how many latents each row lists, and which packed; none if the model has no lists. */
  lists: Kernel[];
  /** After it, the listed latents' values in the place of their numbers. */
  listedValues: Kernel[];
}

/**
 * The bindings of the variables that a kernel names.
 *
 * @param declared Every variable of the model's WGSL with its type, in the order of their binding numbers.
 * @param options.names The variables. `buffers`: the buffer of each whose name is another.
 */
export function bindingsOf<Variable extends string>(
  declared: Record<Variable, GPUBufferBindingType>,
  { names, buffers = {} }: { names: Variable[]; buffers?: { [Name in Variable]?: string } },
): Binding[] {
  const order = Object.keys(declared);
  return names.map((name) => ({
    binding: order.indexOf(name),
    type: declared[name],
    buffer: buffers[name] ?? name,
  })).sort((a, b) => a.binding - b.binding);
}
