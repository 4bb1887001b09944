/**
 * What a run is called: its title for people, and its default id.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { isSetting } from "../analysis/across/family.ts";
import type { Config } from "../config.ts";
import { datasetTitle } from "../data/describe.ts";
import { baselineOf } from "../sae/baselines.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";

/** A folder's name may be longer than a title. */
const MOST_DATA_NAME = 60;

/**
 * The title of a run for people.
 *
 * @param dataName The data set's name.
 *
 * @example
 * ```ts
 * import { titleOf } from "./title.ts";
 * import { resolveConfig } from "../config.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(titleOf(resolveConfig(), "mnist"), "MNIST · KL ρ 0.05 · 32 latents · random seed 0");
 * const topk = resolveConfig({ sparsity: "topk", k: 16, latent: 256, seed: 3 });
 * assert.equal(titleOf(topk, "flowers"), "flowers · TopK k 16 · 256 latents · random seed 3");
 * const frozen = { ...topk, baseline: "frozen-decoder" as const };
 * assert.equal(titleOf(frozen, "a"), "a · TopK k 16 · baseline frozen decoder · 256 latents · random seed 3");
 * ```
 */
export function titleOf(config: Config, dataName: string): string {
  return `${settingTitle(config, dataName)} · random seed ${config.seed}`;
}

/** What runs have in common that differ in the random seed alone: their title without it. */
export function settingTitle(config: Config, dataName: string): string {
  const { title } = VARIANTS[config.sparsity], baseline = baselineOf(config);
  return [
    datasetTitle(dataName).slice(0, MOST_DATA_NAME),
    `${title} ${sparsityText(config)}`,
    ...(baseline ? [`baseline ${baseline.title}`] : []),
    `${config.latent} latent${config.latent === 1 ? "" : "s"}`,
    ...(config.leaveOut.length > 0 ? [`without class ${config.leaveOut.join(", ")}`] : []),
  ].join(" · ");
}

/**
 * Titles of settings that stand side by side. Those that are equal name the settings in which they differ, as sweep files do.
 *
 * @example
 * ```ts
 * import { distinctTitles } from "./title.ts";
 * import { resolveConfig } from "../config.ts";
 * import assert from "node:assert/strict";
 *
 * const [all, some] = [1, 4].map((kStep) => resolveConfig({ sparsity: "hierarchicaltopk", kStep }));
 * const settings = [{ config: all, title: "a" }, { config: some, title: "a" }, { config: some, title: "b" }];
 * assert.deepEqual(distinctTitles(settings), ["a · kStep 1", "a · kStep 4", "b"]);
 * ```
 */
export function distinctTitles(settings: readonly { config: Config; title: string }[]): string[] {
  return settings.map(({ config, title }) => {
    const same = settings.filter((other) => other.title === title);
    const differing = Object.entries(config).filter(([name, value]) =>
      isSetting(name) && same.some((other) => String(other.config[name as keyof Config]) !== String(value))
    );
    return [title, ...differing.map(([name, value]) => `${name} ${value ?? "off"}`)].join(" · ");
  });
}

/** The knob that says how sparse: ρ, the target or the weight, or k. */
function sparsityText({ sparsity, rho, beta, lambda, k, targetL0 }: Config): string {
  const { weight } = VARIANTS[sparsity];
  if (weight === "beta" && beta === 0) return "β 0";
  if (targetL0 !== null) return `target L0 ${targetL0}`;
  if (weight === "beta") return `ρ ${rho}`;
  return weight === "lambda" ? `λ ${lambda}` : `k ${k}`;
}

/** `2026-11-21-035500-mnist-tuned-s0`: a default id, from when a run was started and what it is. */
export function defaultRunId(createdAt: string, { config, dataName }: { config: Config; dataName: string }): string {
  const time = createdAt.slice(0, 19).replace("T", "-").replaceAll(":", "");
  const name = dataName.replace(/[^A-Za-z0-9-]+/g, "-").slice(0, 24);
  const recipe = VARIANTS[config.sparsity].weight === "beta" ? config.preset : config.sparsity;
  const baseline = baselineOf(config) ? `-${config.baseline}` : "";
  return `${time}-${name}-${recipe}${baseline}-s${config.seed}`;
}
