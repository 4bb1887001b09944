/**
 * What a dictionary's kernel is before it is compiled, and which of them make a dictionary. Compiles and runs nothing.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { KernelSource } from "../kernel_source.ts";
import type { Group } from "./dictionary_gpu_layout.ts";

/** A kernel, and what `params` and Adam's moments are to it. */
export interface DictionaryKernel extends KernelSource {
  group: Group;
}

/** A dictionary's kernels, in the order in which they run. */
export interface DictionaryKernels {
  /** Comes first wherever images are read, stored as bytes or as floats. */
  gather: { bytes: DictionaryKernel; floats: DictionaryKernel };
  /** The rest of a step. */
  training: DictionaryKernel[];
  /** The rest of what finds a step's losses, and changes neither parameters, moments nor buffers. */
  losses: DictionaryKernel[];
  /** The rest of a forward pass, which leaves dense latents in `slopes` and logits in `errors`. */
  forward: DictionaryKernel[];
  /** From latents in `pre_acts` to logits in `errors`. */
  decoding: DictionaryKernel[];
}

/** Puts a kernel together; the constants beside `workgroups` are its own. */
export type MakeKernel = (
  label: string,
  group: Group,
  code: string[],
  options: Constants & Pick<KernelSource, "workgroups">,
) => DictionaryKernel;

/** Values of a kernel's `override`s. */
type Constants = { [Name in Uppercase<string>]: number };
