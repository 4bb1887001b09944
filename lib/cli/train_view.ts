/**
 * What a person sees of a run: a line for what was settled, a bar or lines while it trains, a line before it is measured.
 *
 * @module
 */
import type { RunEvent } from "../run/events.ts";
import { duration, type Terminal } from "./terminal.ts";

/** A run that takes longer than this is announced where there is no bar to say so. */
const LONG_SECONDS = 60;
/** Steps are timed for so long before they are taken as typical. */
const TIMED_SECONDS = 3;

/** Prints a run's events. */
export class TrainView {
  readonly #terminal: Terminal;
  #startMs = 0;
  #isAnnounced = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Prints one event; those it does not know are not for a person. */
  readonly print = (event: RunEvent): void => {
    const terminal = this.#terminal;
    switch (event.kind) {
      case "download":
        return terminal.download(event.progress);
      case "notice":
        return terminal.notice(event.text);
      case "data": {
        const { name, train, test, height, width, provenance } = event.dataset;
        const counts = `${train.count} training and ${test.count} test images of ${height}×${width}`;
        terminal.line(`data     ${name}, ${counts}`);
        return provenance.notes.forEach((note) => terminal.notice(note));
      }
      case "model": {
        const { definition: { arch }, config: { sparsity, preset, seed } } = event;
        const widths = [arch.dInput, ...arch.layers.map(({ dOut }) => dOut)].join(" → ");
        return terminal.line(`model    ${widths}, sparsity ${sparsity}, preset ${preset}, random seed ${seed}`);
      }
      case "engine": {
        const { name, backend, device } = event.info;
        return terminal.line(`engine   ${name} on ${backend} (${device}): ${event.reason}`);
      }
      case "start":
        this.#startMs = performance.now();
        terminal.line(`run      ${event.folder}${event.step > 0 ? `, from step ${event.step}` : ""}`);
        terminal.line(`title    ${event.title}`);
        return terminal.line();
      case "progress":
        this.#announce(event);
        return terminal.progress(event.progress, event.config);
      case "epoch":
        return terminal.epoch(event.snapshot, event.config);
      case "evaluation":
        return terminal.line("measuring both splits and writing the report …");
    }
  };

  /** Says once how long a long run will take; on a terminal the bar says it all the time. */
  #announce({ progress: { step, totalSteps, stepsPerSecond } }: Extract<RunEvent, { kind: "progress" }>): void {
    if (this.#isAnnounced || performance.now() - this.#startMs < 1000 * TIMED_SECONDS) return;
    this.#isAnnounced = true;
    const left = (totalSteps - step) / stepsPerSecond;
    if (left < LONG_SECONDS || this.#terminal.isLive) return;
    this.#terminal.line(`about ${duration(left)} of training left, at ${stepsPerSecond.toFixed(0)} steps/s`);
  }
}
