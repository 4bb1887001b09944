/**
 * What reaches a terminal: durations a person reads, and nothing of a hostile name that the terminal would take as a
 * command.
 *
 * @module
 */
import assert from "node:assert/strict";
import { TrainView } from "../../lib/cli/train_view.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import { runSession } from "../../lib/run/session.ts";
import { needs } from "../needs.ts";
import { smallDataset } from "../run/small_dataset.ts";
import { duration, Terminal, write } from "../../lib/cli/terminal.ts";

/** What a call prints to standard output. */
function printed(call: () => void): string {
  const texts: string[] = [];
  const { writeSync } = Deno.stdout;
  Deno.stdout.writeSync = (bytes) => {
    texts.push(new TextDecoder().decode(bytes));
    return bytes.length;
  };
  try {
    call();
  } finally {
    Deno.stdout.writeSync = writeSync;
  }
  return texts.join("");
}

Deno.test("Terminal lets colours pass, and escapes every other control character", () => {
  const terminal = new Terminal({ isQuiet: false });
  assert.equal(
    printed(() => terminal.line("\x1b[1ma\x1b[22m\x1b[2J\u202eb\r")),
    "\x1b[1ma\x1b[22m\\u001b[2J\\u202eb\\u000d\n",
  );
  assert.match(printed(() => terminal.notice("x\x1b[31m\n")), /! .*x\\u001b\[31m\\u000a\n$/);
});

Deno.test("Terminal.json() prints JSON that parses to the value, without a control character", () => {
  const value = { note: 'a\x1b[2J\u202e"\n\u{e0001}', list: [1, { b: null }] };
  const text = printed(() => new Terminal({ isQuiet: true }).json(value));
  assert.deepEqual(JSON.parse(text), value);
  assert.doesNotMatch(text, /[^\n\P{Cc}]|\p{Cf}/u);
});

Deno.test("Terminal prints nothing but the result when it is quiet", () => {
  const terminal = new Terminal({ isQuiet: true });
  assert.equal(
    printed(() => {
      terminal.line("a");
      terminal.notice("b");
      terminal.bar(1, "c");
      terminal.result("d");
    }),
    "d\n",
  );
});

Deno.test("Terminal.bar() leaves room for the ^C of a terminal, so that the line does not wrap and is cleared", () => {
  const { isTerminal } = Deno.stdout, { consoleSize } = Deno;
  Deno.stdout.isTerminal = () => true;
  try {
    for (const columns of [1, 20, 80]) {
      Deno.consoleSize = () => ({ columns, rows: 24 });
      // deno-lint-ignore no-control-regex -- what a terminal does not show
      const bar = printed(() => new Terminal({ isQuiet: false }).bar(1, "x".repeat(70))).replace(/\r|\x1b\[\w+/g, "");
      assert.ok(bar.length <= Math.max(1, columns - "^C".length - 1), `${columns}: ${bar.length}`);
    }
  } finally {
    Deno.stdout.isTerminal = isTerminal;
    Deno.consoleSize = consoleSize;
  }
});

Deno.test(
  "TrainView says no preset and no random seed of a model that was not trained here",
  needs("permissions"),
  async () => {
    let model: RunEvent | undefined;
    const hooks = { onEvent: (event: RunEvent) => void (event.kind === "model" && (model = event)) };
    await runSession({ turned: { latent: 4, batch: 16, epochs: 1 }, dataset: smallDataset(), reportsDir: null }, hooks);
    const line = (options?: { isTrained: boolean }) =>
      printed(() => new TrainView(new Terminal({ isQuiet: false }), options).onEvent(model!));
    assert.equal(line(), "model    30 → 128 → 4 → 128 → 30, sparsity kl, preset tuned, random seed 0\n");
    assert.equal(line({ isTrained: false }), "model    30 → 128 → 4 → 128 → 30, sparsity kl\n");
  },
);

Deno.test("TrainView says even in a quiet run that the digits stand in for MNIST, on standard error", () => {
  const { writeSync } = Deno.stderr;
  const texts: string[] = [];
  Deno.stderr.writeSync = (bytes) => (texts.push(new TextDecoder().decode(bytes)), bytes.length);
  try {
    const view = new TrainView(new Terminal({ isQuiet: true }));
    const digits = smallDataset(), provenance = { ...digits.provenance, source: "generated" as const };
    const dataset = { ...digits, name: "digits", provenance };
    assert.equal(printed(() => view.onEvent({ kind: "data", dataset })), "");
    assert.deepEqual(texts, []);
    const instead = { ...dataset, provenance: { ...provenance, fallback: "MNIST is not on disk" } };
    assert.equal(printed(() => view.onEvent({ kind: "data", dataset: instead })), "");
  } finally {
    Deno.stderr.writeSync = writeSync;
  }
  const line =
    "data     built-in synthetic digits (MNIST is not on disk), 60 training and 20 test images of 6×5 pixels (height × width), 2 classes\n";
  assert.deepEqual(texts, [line]);
});

Deno.test("write() goes on where a terminal has gone, and writes what a pipe takes in pieces", () => {
  write("a", {
    writeSync() {
      throw new Deno.errors.BrokenPipe("gone");
    },
  });
  const taken: number[] = [];
  write("abc", { writeSync: (bytes) => (taken.push(bytes[0]), 1) });
  assert.deepEqual(taken, [97, 98, 99]);
});

Deno.test("duration() speaks in the unit a person would", () => {
  assert.deepEqual([4.2, 59.9, 65, 3599, 7800, Infinity].map(duration), [
    "4 s",
    "1 min 00 s",
    "1 min 05 s",
    "59 min 59 s",
    "2 h 10 min",
    "…",
  ]);
});
