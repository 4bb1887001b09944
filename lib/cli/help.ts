/**
 * The texts of `--help`, made from the knobs themselves so that they cannot disagree.
 *
 * @module
 */
import { bold, dim } from "@std/fmt/colors";
import { type Config, KNOBS, PRESETS, resolveConfig } from "../config.ts";
import type { Knob } from "../knob.ts";
import { flagOf, MACHINE_FLAGS } from "./args.ts";

const GROUPS: Knob["group"][] = ["Data", "Model", "Loss", "Sparsity", "Optimiser", "Device"];

/** `deno task train --help`. */
export function trainHelp(): string {
  const defaults = resolveConfig();
  const sections = GROUPS.map((group) => [
    bold(group),
    ...KNOBS.filter(({ knob }) => knob.group === group)
      .map(({ name, knob }) => entry(`--${flagOf(name)} ${knob.takes}`, knob.help, defaultsOf(name, defaults))),
  ]);
  const machine = Object.entries(MACHINE_FLAGS).map(([flag, { takes, help }]) =>
    entry(`--${flag} ${takes}`.trim(), help)
  );
  return [
    "Train a sparse autoencoder and write what was measured to reports/<run-id>/.",
    "",
    `${bold("Usage")}  deno task train [flags]`,
    "",
    ...sections.flatMap((lines) => [...lines, ""]),
    bold("This machine"),
    ...machine,
    "",
    bold("Examples"),
    "  deno task train --epochs 1 --limit 2000          a look, in seconds",
    "  deno task train --preset notebook --seed 1       the seed document's recipe",
    "  deno task train --data-dir ~/fashion-mnist       any folder of IDX images",
    '  deno task train --hidden "" --latent 196         a one-layer dictionary',
    "  deno task train --sparsity topk --k 16           exactly 16 latents an image",
    "  deno task train --sparsity l1 --target-l0 16     about 16, by moving λ",
    "  deno task train --dataset dictionary --sparsity topk   data with a known truth",
  ].join("\n");
}

/** `main.ts --help`. */
export function mainHelp(): string {
  return [
    "Train, measure and explain sparse autoencoders.",
    "",
    bold("Commands"),
    "  deno task train    train one and write its report; --help lists the flags",
    "  deno task devices  what is there, what would be chosen, and why",
    "  deno task docs     write reports/README.md from the report's schemas",
    "  deno task test     run the tests",
  ].join("\n");
}

function entry(flag: string, help: string, defaults = ""): string {
  return `  ${flag.padEnd(30)} ${help}${defaults && " " + dim(defaults)}`;
}

/** `(default 0.01; notebook 0.001)`. */
function defaultsOf(name: keyof Config, defaults: Config): string {
  const show = (value: unknown) => Array.isArray(value) ? value.join(",") : value === null ? "none" : String(value);
  const inPreset = Object.entries(PRESETS).filter(([, delta]) => name in delta)
    .map(([preset, delta]) => `; ${preset} ${show(delta[name])}`);
  return `(default ${show(defaults[name])}${inPreset.join("")})`;
}
