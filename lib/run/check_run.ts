/**
 * What is refused of a run before it is trained: by its settings alone, and on its data.
 *
 * A sweep asks this once, before the first of its runs; a run asks it of itself (`session.ts`). Trains nothing.
 *
 * @module
 */
import type { Config, KnobName } from "../config.ts";
import { type Dataset, trainingCount } from "../data/dataset.ts";
import type { FoundRows } from "../data/files/find_rows.ts";
import { withoutClasses } from "../data/leave_out.ts";
import { rowLength } from "../data/row_shape.ts";
import { assertThreads } from "../engine/cpu/settle_threads.ts";
import { stepDefinition } from "../engine/engine.ts";
import { chooseEngine } from "../engine/open.ts";
import { type DataSource, loadData } from "./data.ts";
import type { RunListener } from "./events.ts";
import { assertHasEffect, leastData, settledConfig } from "./settled_config.ts";
import { assertRunFits } from "./size.ts";

/** Where a run's data are. */
interface RunData {
  source: DataSource;
  /** What `--data` names, opened; null without it. */
  found: FoundRows | null;
}

/** A configuration, and the knobs that were set for it. */
export interface CheckedRun {
  config: Config;
  turned: Partial<Record<KnobName, unknown>>;
}

/**
 * Refuses a run whose data were not read yet.
 *
 * @throws {KnobError} A knob does not fit where the data come from.
 * @throws {UserError} A flag has no effect, there are fewer cores than threads, or the model does not fit into memory.
 */
export function assertCanBegin({ config, turned }: CheckedRun, { source, found }: RunData): void {
  if (config.threads !== null) assertThreads(config.threads);
  assertHasEffect(config, { turned, source });
  const { dInput, count } = leastData(config, { ...source, found });
  assertRunFits({ config, definition: stepDefinition(config, dInput), count });
}

/** A data set on which runs are checked. */
export class DataCheck {
  readonly #dataset: Dataset;
  /** Engines that were asked for and can be had. */
  readonly #engines = new Set<string>();

  private constructor(dataset: Dataset) {
    this.#dataset = dataset;
  }

  /**
   * Loads the data of a run as the run will.
   *
   * @throws {UserError} They cannot be had, or one of their rows is damaged.
   * @throws The signal's reason, when aborted.
   */
  static async load(
    config: Config,
    { onEvent, signal, ...data }: RunData & { onEvent?: RunListener; signal?: AbortSignal },
  ): Promise<DataCheck> {
    const dataset = await loadData(config, { ...data, scaling: null, onEvent, signal });
    return new DataCheck(withoutClasses(dataset, config.leaveOut));
  }

  /**
   * Refuses a run on these data.
   *
   * @throws {KnobError} A knob does not fit the data.
   * @throws {UserError} The run does not fit into memory, or the engine that it asks for cannot be had.
   */
  async assertCanTrain({ config: wanted, turned }: CheckedRun): Promise<void> {
    const dataset = this.#dataset, count = trainingCount(dataset), { stream } = dataset;
    const config = settledConfig(wanted, { dataset, isBatchGiven: turned.batch !== undefined });
    const definition = stepDefinition(config, rowLength(dataset));
    assertRunFits({ config, definition, count, stream });
    const { backend, engine, batch } = config, asked = `${backend} ${engine}`;
    if (asked === "auto auto" || this.#engines.has(asked)) return;
    await chooseEngine(config, { definition, batch, pixels: dataset.train.pixels });
    this.#engines.add(asked);
  }
}
