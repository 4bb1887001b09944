/**
 * The texts of `--help`, made from the knobs themselves so that they cannot disagree.
 *
 * @module
 */
import { bold, dim } from "@std/fmt/colors";
import { type Config, KNOBS, PRESETS, resolveConfig } from "../config.ts";
import type { Knob } from "../knob.ts";
import { flagOf, MACHINE_FLAGS } from "./args.ts";
import { SWEEP_FLAGS } from "./sweep_args.ts";

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

/** `deno task sweep --help`. */
export function sweepHelp(): string {
  return [
    "Train every run of a sweep file that is not finished yet, some side by side; the same command goes on after a stop.",
    "",
    `${bold("Usage")}  deno task sweep FILE [flags]`,
    "",
    bold("File"),
    '  { "name": "size", "base": { "epochs": 5 }, "grid": { "latent": [16, 32], "rho": [0.05, 0.1] }, "seeds": [0, 1] }',
    "  base   what every run has; the knobs are the flags of deno task train --help, in camelCase",
    "  grid   values for each of some knobs: every combination is trained",
    "  list   variants, each an object of knobs: each is trained, with every combination of grid",
    "  seeds  each of those is trained with every seed; [0] if left out",
    "",
    bold("Flags"),
    ...Object.entries(SWEEP_FLAGS).map(([flag, { takes, help }]) => entry(`--${flag} ${takes}`.trim(), help)),
    "",
    bold("Examples"),
    "  deno task sweep size.json --dry-run              what would be trained",
    "  deno task sweep size.json --shard 2/8            the second of eight machines",
  ].join("\n");
}

/** `main.ts --help`. */
export function mainHelp(): string {
  return [
    "Train, measure and explain sparse autoencoders.",
    "",
    bold("Commands"),
    "  deno task train    train one and write its report; --help lists the flags",
    "  deno task sweep    train many, from a file; --help says how to write it",
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
