/**
 * Standard output as a person sees it: lines that stay, and one progress bar that is redrawn on a terminal.
 *
 * Knows no command. Whatever is printed, no control character of it reaches the terminal but the program's own colours.
 *
 * @module
 */
import { bold, cyan, dim, yellow } from "@std/fmt/colors";
import { printable } from "../errors.ts";
import { folded } from "./fold.ts";

/** Longest bar, in characters. */
const WIDEST_BAR = 24;
/** Columns right of the bar's text: of the cursor, and of the ^C that a terminal writes there; a bar that wraps is not cleared. */
const MARGIN = 3;
/** A bar redrawn more often than this only flickers. */
const REDRAW_MS = 100;
/** How a colour begins and ends. */
// deno-lint-ignore no-control-regex -- colours are control characters
const COLOUR = /(\x1b\[[0-9;]*m)/;

/** How much is printed, and where to. */
export interface TerminalOptions {
  /** Nothing but the result. */
  isQuiet: boolean;
  /** Standard output is kept for the result, a JSON object; everything else goes to standard error. */
  isJson?: boolean;
}

/** See the module comment. */
export class Terminal {
  readonly #isQuiet: boolean;
  readonly #out: typeof Deno.stdout | typeof Deno.stderr;
  readonly #isLive: boolean;
  #barIsShown = false;
  #lastDrawn = 0;

  constructor({ isQuiet, isJson = false }: TerminalOptions) {
    this.#isQuiet = isQuiet;
    this.#out = isJson ? Deno.stderr : Deno.stdout;
    this.#isLive = !isQuiet && this.#out.isTerminal();
  }

  /** Whether a progress bar is shown. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /** A line of its own, broken between words on a narrow terminal; the bar makes way for it. */
  line(text = ""): void {
    if (this.#isQuiet) return;
    this.#clearBar();
    const line = shown(text);
    write(`${this.#isLive ? folded(line, { width: columnsOf() }) : line}\n`, this.#out);
  }

  /** A line that is marked, so that it is not overlooked. */
  notice(text: string): void {
    this.line(bold(yellow("! ")) + printable(text));
  }

  /** A line that a quiet command prints too, on standard error: it names the data that the result is of. */
  essential(text: string): void {
    if (this.#isQuiet) write(`${shown(text)}\n`, Deno.stderr);
    else this.line(text);
  }

  /** What a program may read from standard output; printed in any case. */
  result(text: string): void {
    this.#clearBar();
    write(`${text}\n`, Deno.stdout);
  }

  /** The result for a program: one JSON object, without characters that a terminal takes as commands. */
  json(value: unknown): void {
    this.result(JSON.stringify(value, null, 2).split("\n").map(printable).join("\n"));
  }

  /**
   * The bar, redrawn where it stands, as wide as the terminal allows.
   *
   * @param share How much is done, 0 to 1.
   * @param text Stands behind the bar.
   */
  bar(share: number, text: string): void {
    const now = performance.now();
    if (!this.#isLive || (now - this.#lastDrawn < REDRAW_MS && share < 1)) return;
    this.#lastDrawn = now;
    this.#barIsShown = true;
    const columns = columnsOf();
    const width = Math.max(0, Math.min(WIDEST_BAR, columns - text.length - 1 - MARGIN));
    const full = Math.round(Math.min(1, share) * width);
    const line = `${cyan("━".repeat(full))}${dim("━".repeat(width - full))} ${
      text.slice(0, Math.max(0, columns - width - 1 - MARGIN))
    }`;
    write(`\r\x1b[2K${shown(line)}`, this.#out);
  }

  #clearBar(): void {
    if (this.#barIsShown) write("\r\x1b[2K", this.#out);
    this.#barIsShown = false;
  }
}

/** `4 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "…";
  const whole = Math.round(seconds), minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${whole} s`;
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** How fast a run is: `231 steps/s`, `3.2 steps/s`. */
export function rateText(stepsPerSecond: number): string {
  return `${stepsPerSecond.toFixed(stepsPerSecond >= 10 ? 0 : 1)} steps/s`;
}

/** Writes if it can: a run must be saved after its terminal was closed, and so must one whose output nobody reads. */
export function write(text: string, out: { writeSync(bytes: Uint8Array): number }): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let written = 0; written < bytes.length;) written += out.writeSync(bytes.subarray(written));
  } catch {
    // The reader of the output has gone.
  }
}

/** Text with its colours, every other control character escaped. */
function shown(text: string): string {
  return text.split(COLOUR).map((part, i) => i % 2 === 1 ? part : printable(part)).join("");
}

/** Columns of the terminal. */
export function columnsOf(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80; // the terminal has gone
  }
}
