/**
 * Draws views after something has changed: at most 30 times a second, four times for readers who want little motion.
 *
 * @module
 */
import type { LiveState, Part, View } from "./live.ts";

/** Shortest time between two drawings, in ms: a little below 1/30 s, because frames come at whole sixtieths. */
const PAUSE_MS = 31, CALM_PAUSE_MS = 250;

/** See the module comment. */
export class DrawLoop {
  readonly #views: View[] = [];
  readonly #state: LiveState;
  readonly #onDrawn: (drawn: ReadonlySet<Part>) => void;
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #changed = new Set<Part>();
  #isAsked = false;
  #last = 0;

  /** @param onDrawn Called after each drawing with what had changed. */
  constructor(state: LiveState, onDrawn: (drawn: ReadonlySet<Part>) => void) {
    this.#state = state;
    this.#onDrawn = onDrawn;
  }

  /** Adds a view, which is drawn with everything at once. */
  add(view: View): void {
    this.#views.push(view);
    view.draw(this.#state, new Set(ALL_PARTS));
  }

  /** Asks for a drawing of what has changed. */
  change(...parts: Part[]): void {
    for (const part of parts) this.#changed.add(part);
    if (this.#isAsked) return;
    this.#isAsked = true;
    requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now: number): void {
    const isPressed = ["input", "latent", "operated"].some((part) => this.#changed.has(part as Part));
    const pause = this.#calm.matches && !isPressed ? CALM_PAUSE_MS : PAUSE_MS;
    if (now - this.#last < pause) {
      requestAnimationFrame((now) => this.#draw(now));
      return;
    }
    this.#last = now;
    this.#isAsked = false;
    const changed = this.#changed;
    this.#changed = new Set();
    for (const view of this.#views) view.draw(this.#state, changed);
    this.#onDrawn(changed);
  }
}

const ALL_PARTS: Part[] = [
  "sides",
  "frame",
  "stats",
  "focus",
  "data",
  "input",
  "latent",
  "operated",
  "notice",
  "hidden",
];
