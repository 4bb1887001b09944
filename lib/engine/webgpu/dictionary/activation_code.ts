/**
 * The WGSL of how a latent comes from its preAct, by what a variant states: positive, above a threshold, or behind a gate.
 *
 * Code and the names of the variables in it; which kernels have it is said elsewhere. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { DictionaryLayout } from "./dictionary_gpu_layout.ts";
import type { DictionaryVariable } from "./dictionary_kernel_source.ts";
import actGate from "./kernels/act_gate.wgsl" with { type: "text" };
import actPositive from "./kernels/act_positive.wgsl" with { type: "text" };
import candidateGate from "./kernels/candidate_gate.wgsl" with { type: "text" };
import candidateJump from "./kernels/candidate_jump.wgsl" with { type: "text" };
import candidateNear from "./kernels/candidate_near.wgsl" with { type: "text" };
import candidatePositive from "./kernels/candidate_positive.wgsl" with { type: "text" };
import magnitude from "./kernels/magnitude.wgsl" with { type: "text" };
import ownParameter from "./kernels/own_parameter.wgsl" with { type: "text" };
import pair from "./kernels/pair.wgsl" with { type: "text" };
import pairGate from "./kernels/pair_gate.wgsl" with { type: "text" };
import pairJump from "./kernels/pair_jump.wgsl" with { type: "text" };
import pairPositive from "./kernels/pair_positive.wgsl" with { type: "text" };
import preAct from "./kernels/pre_act.wgsl" with { type: "text" };

/** Some functions, and what they name. */
export interface Code {
  code: string[];
  names: DictionaryVariable[];
  constants?: Record<string, number>;
}

const POSITIVE_ACT: Code = { code: [actPositive, preAct], names: ["pre_acts"] };
const GATED_ACT: Code = { code: [actGate], names: ["gate_values"] };

/** `magnitude_of`: the activation of a latent behind a gate, and what it comes from. */
export const MAGNITUDE: Code = { code: [magnitude, ownParameter, preAct], names: ["pre_acts", "biases"] };

/** `act_of` and `gated_act_of`: the activation of a latent on a list, 0 or more, and with its gate. */
export function actCode({ activates }: DictionaryLayout): Code {
  return activates === "gate" ? GATED_ACT : POSITIVE_ACT;
}

/** The same where the latents are given: they stand where preActs do otherwise. */
export const GIVEN_ACT = POSITIVE_ACT;

/** `pair_of`: what a latent and an image add to the gradients. */
export function pairCode({ activates, bandwidth }: DictionaryLayout): Code {
  if (activates === "jump") {
    return {
      code: [pairJump, pair, ownParameter, preAct],
      names: ["pre_acts", "biases"],
      constants: { BANDWIDTH: bandwidth },
    };
  }
  if (activates === "gate") {
    return { code: [pairGate, pair, ...MAGNITUDE.code], names: [...MAGNITUDE.names, "gate_values"] };
  }
  return { code: [pairPositive, pair, preAct], names: ["pre_acts"] };
}

const POSITIVE: Code = { code: [candidatePositive], names: [] };
const JUMPING: Code = { code: [candidateJump, ownParameter], names: ["biases"] };

/** `candidates_of`: which latents go on the list of active ones in training; of gates, all that are open. */
export function listedCandidates({ activates }: DictionaryLayout): Code {
  return activates === "jump" ? JUMPING : POSITIVE;
}

/** `candidates_of`: which latents are active. */
export function activeCandidates(layout: DictionaryLayout): Code {
  if (layout.activates !== "gate") return listedCandidates(layout);
  return { code: [candidateGate, ...MAGNITUDE.code], names: MAGNITUDE.names };
}

/** `candidates_of`: which latents go on the second list because they are near their threshold. */
export function nearCandidates({ bandwidth }: DictionaryLayout): Code {
  return { code: [candidateNear, ownParameter], names: ["biases"], constants: { BANDWIDTH: bandwidth } };
}
