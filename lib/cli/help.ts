/**
 * The help pages of `train` and `sweep`, made from the knobs themselves so that they cannot disagree.
 *
 * @module
 */
import { type Config, KNOBS, PRESETS, resolveConfig } from "../config.ts";
import { flagOf } from "../config_flags.ts";
import { EMPTY_LIST, type Knob } from "../knob.ts";
import { VARIANT_NAMES, type VariantName, variantsWith } from "../sae/sparsity/variants.ts";
import { MACHINE_FLAGS } from "./args.ts";
import type { FlagTable } from "./flags.ts";
import type { HelpPage, HelpRow } from "./help_page.ts";
import { SWEEP_FLAGS } from "./sweep_args.ts";

const GROUPS: Knob["group"][] = ["Data", "Model", "Loss", "Sparsity", "Optimiser", "Report", "Device"];

/** `train --help`. */
export function trainHelp(): HelpPage {
  const defaults = new Map(VARIANT_NAMES.map((sparsity) => [sparsity, resolveConfig({ sparsity })]));
  return {
    about: "Train a sparse autoencoder and write what was measured to reports/<run-id>/.",
    usage: "train [flags]",
    sections: [
      ...GROUPS.map((title) => ({
        title,
        rows: KNOBS.filter(({ knob }) => knob.group === title).map(({ name, knob }) => ({
          term: `--${flagOf(name)} ${knob.takes}`,
          text: knob.help,
          defaults: defaultsOf(name, defaults),
        })),
      })),
      { title: "This machine", rows: flagRows(MACHINE_FLAGS) },
    ],
    examples: [
      { term: "train --epochs 1 --limit 2000", text: "a first look, in seconds" },
      { term: "train --preset notebook --seed 1", text: "the tutorial's recipe" },
      { term: "train --data activations.npy", text: "your own data, of any kind: docs/data.md" },
      { term: 'train --data "acts/*.npy" --meta rows.jsonl', text: "shards, with words for each row" },
      { term: "train --hidden none --latent 196", text: "a one-layer dictionary" },
      { term: "train --sparsity topk --k 16", text: "exactly 16 active latents per image" },
      { term: "train --sparsity l1 --target-l0 16", text: "about 16; λ changes during training" },
      { term: "train --init-from RUN --epochs 5", text: "go on from a finished run's model" },
      { term: "train --dataset dictionary --sparsity topk", text: "vectors made of known features" },
    ],
  };
}

/** `sweep --help`. */
export function sweepHelp(): HelpPage {
  return {
    about: "Train every run of a sweep file that is not finished yet, several side by side; the same command goes on " +
      "after a stop. docs/sweeps.md says more.",
    usage: "sweep FILE [flags]",
    sections: [
      {
        title: "File",
        rows: [
          {
            term: "an example",
            text: '{ "name": "size", "base": { "epochs": 5 }, "grid": { "latent": [16, 32], "rho": [0.05, 0.1] }, ' +
              '"seeds": [0, 1] }',
          },
          { term: "name", text: "Begins the id of every run." },
          {
            term: "base",
            text: "Settings of every run: flags of deno task train --help, in camelCase.",
          },
          { term: "grid", text: "A list of values for each of some settings; every combination is trained." },
          { term: "list", text: "Objects of settings; each object is trained with every combination of grid." },
          {
            term: "seeds",
            text: "Random seeds; every run above is trained once with each.",
            defaults: "[0]",
          },
        ],
      },
      { title: "Flags", rows: flagRows(SWEEP_FLAGS) },
    ],
    examples: [
      { term: "sweep size.json --dry-run", text: "what would be trained" },
      { term: "sweep size.json --shard 2/8", text: "the second of eight machines" },
    ],
  };
}

/** A command's flags as rows of its help. */
export function flagRows(flags: FlagTable): HelpRow[] {
  return Object.entries(flags).map(([flag, { takes, help, defaults }]) => ({
    term: `--${flag} ${takes}`.trim(),
    text: help,
    ...(defaults === undefined ? {} : { defaults }),
  }));
}

/** From this number on, variants that share a default are "other methods". */
const MANY_VARIANTS = 4;

/** `32; other methods 256`, of the variants that read the knob. */
function defaultsOf(name: keyof Config, defaults: Map<VariantName, Config>): string {
  const { knob } = KNOBS.find((entry) => entry.name === name)!;
  const unset = "unset" in knob && knob.unset ? knob.unset.means : "";
  const show = (value: unknown) =>
    Array.isArray(value) ? value.join(",") || EMPTY_LIST : value === null ? unset : String(value);
  const [first, ...others] = variantsWith(name);
  const own = show(defaults.get(first)![name]);
  const variantsBy = Map.groupBy(name === "sparsity" ? [] : others, (variant) => show(defaults.get(variant)![name]));
  variantsBy.delete(own);
  const isOneGroup = variantsBy.size === 1 && [...variantsBy.values()][0].length === others.length;
  const inVariants = [...variantsBy].map(([value, variants]) =>
    `; ${isOneGroup && others.length >= MANY_VARIANTS ? "other methods" : variants.join(", ")} ${value}`
  );
  const inPreset = Object.entries(PRESETS).filter(([, delta]) => name in delta)
    .map(([preset, delta]) => `; ${preset} ${show(delta[name])}`);
  return [own, ...inVariants, ...inPreset].join("");
}
