/**
 * The events of a run, for its listener.
 *
 * Types alone.
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { Dataset } from "../data/dataset.ts";
import type { DownloadProgress } from "../data/mnist/download.ts";
import type { EngineInfo, StepDefinition } from "../engine/engine.ts";
import type { Snapshot } from "../training/course.ts";
import type { Progress } from "../training/loop.ts";

/** The events of a run, in the order in which they happen. */
export type RunEvent =
  | { kind: "download"; progress: DownloadProgress }
  /** How much of the user's own data is read: a share in [0, 1] of what is being done, such as "reading the data". */
  | { kind: "reading"; what: string; share: number }
  /** Something that the reader has to know, in a sentence. */
  | { kind: "notice"; text: string }
  | { kind: "data"; dataset: Dataset }
  | { kind: "model"; definition: StepDefinition; config: Config }
  | { kind: "engine"; info: EngineInfo; reason: string }
  /** The first step follows. `folder` is null for a run that is not stored; `step`, steps taken before. */
  | { kind: "start"; id: string; title: string; folder: string | null; step: number }
  | { kind: "progress"; progress: Progress; config: Config }
  /** An epoch is over and measured; the checkpoint follows. */
  | { kind: "epoch"; snapshot: Snapshot; config: Config }
  /** Training is over, the report is being made. */
  | { kind: "evaluation" }
  /** How much is done of one of the report's measurements, such as "measuring the training inputs". */
  | { kind: "measuring"; what: string; done: number; total: number };

/** Receives the events of a run. */
export type RunListener = (event: RunEvent) => void;
