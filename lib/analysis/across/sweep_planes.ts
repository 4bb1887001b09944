/**
 * A sweep's runs as planes of width and sparsity: which runs differ in the number of latents, in the knob that sets how
 * sparse they are, and in the random seed alone.
 *
 * Reads no file. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { KnobValue, Sweep } from "../../report/sweep_schema.ts";
import { type VariantName, variantsWith } from "../../sae/sparsity/variants.ts";
import type { ComparedRun } from "./family.ts";

/** The knobs that say how sparse a run is to be, each of some variants. */
const LEVEL_KNOBS = ["k", "targetL0", "lambda", "beta", "rho"];

/** The knob of the width. */
const WIDTH_KNOB = "latent";

/** Runs of one width and one level of sparsity, which differ in the random seed. */
export interface SweepCell<R> {
  /** Latents. */
  width: number;
  /** The knobs that set how sparse the runs are, as far as the sweep varies them. */
  level: Record<string, KnobValue>;
  /** By random seed. */
  runs: R[];
}

/** Cells of one variant that have all other settings of the sweep in common. */
export interface SweepPlane<R> {
  variant: VariantName;
  /** The other settings that the sweep varies and the variant reads, without the variant. */
  others: Record<string, KnobValue>;
  /** By width, then in the sweep's order. */
  cells: SweepCell<R>[];
}

/** The planes of a sweep's finished runs, in the order of the sweep. */
export function sweepPlanes<R extends Pick<ComparedRun, "id" | "config">>(
  sweep: Pick<Sweep, "base" | "knobs" | "runs">,
  finished: R[],
): SweepPlane<R>[] {
  const runOf = new Map(finished.map((run) => [run.id, run]));
  const isLevel = (name: string) => LEVEL_KNOBS.includes(name);
  const rows = sweep.runs.flatMap(({ id, knobs }) => {
    const run = runOf.get(id);
    if (!run) return [];
    // What the sweep says, not what became of it: `auto` is another number at each width.
    const said: Record<string, KnobValue> = { ...sweep.base, ...knobs };
    const valueOf = (name: string) => name in said ? said[name] : (run.config as Record<string, KnobValue>)[name];
    const among = (isKept: (name: string) => boolean) =>
      Object.fromEntries(sweep.knobs.flatMap(({ name }) => isKept(name) ? [[name, valueOf(name)]] : []));
    const level = among((name) => isLevel(name) && name in said);
    const isRead = (name: string) => variantsWith(name).includes(run.config.sparsity);
    const others = among((name) => !isLevel(name) && name !== WIDTH_KNOB && name !== "sparsity" && isRead(name));
    return [{ run, level, others, variant: run.config.sparsity, width: run.config.latent }];
  });
  return [...Map.groupBy(rows, ({ variant, others }) => JSON.stringify([variant, others])).values()].map((plane) => ({
    variant: plane[0].variant,
    others: plane[0].others,
    cells: [...Map.groupBy(plane, ({ width, level }) => JSON.stringify([width, level])).values()]
      .map((cell) => ({
        width: cell[0].width,
        level: cell[0].level,
        runs: cell.map(({ run }) => run).sort((a, b) => a.config.seed - b.config.seed),
      }))
      .sort((a, b) => a.width - b.width),
  }));
}
