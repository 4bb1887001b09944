/**
 * A drawing while it is made: the stroke under the pen, tools, and what undo goes back to.
 *
 * During a stroke the drawing stays where the pen draws it; only {@linkcode Sketch.seen} is fitted as MNIST's digits are.
 * {@linkcode Sketch.settle} then puts the fitted drawing in place. Knows no page and no pointer.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { MOST_POINTS } from "./drawing_text.ts";
import { type Drawing, EMPTY, ERASER, fitted, isEmpty, SIDE, type Stroke, UNITS } from "./strokes.ts";

/** What the pen does: draws (on a given image: in its place), draws on a given image, or erases. */
export type Tool = "draw" | "add" | "erase";

/** Drawings that undo remembers. */
const MOST_UNDO = 100;

/** The pen moves at least so far before a point is added, pixels. */
const LEAST_STEP = 0.4;

/** A place on the drawing, pixels from its upper left corner. */
export interface Place {
  x: number;
  y: number;
}

/** See the module comment. */
export class Sketch {
  tool: Tool = "draw";
  #drawing: Drawing = EMPTY;
  #seen: Drawing | null = EMPTY;
  #before: Drawing[] = [];
  #line: number[] | null = null;

  /** The drawing as it is shown: where the pen has drawn it. */
  get drawing(): Drawing {
    return this.#drawing;
  }

  /** The drawing as a model gets it: fitted as MNIST's digits are. */
  get seen(): Drawing {
    return this.#seen ??= fitted(this.#drawing);
  }

  /** Whether the pen is down. */
  get isDown(): boolean {
    return this.#line !== null;
  }

  get canUndo(): boolean {
    return this.#before.length > 0;
  }

  /** Whether the drawing has as many points as it can have. */
  get isFull(): boolean {
    return this.#drawing.strokes.reduce((sum, { points }) => sum + points.length / 2, 0) >= MOST_POINTS;
  }

  /**
   * Puts the pen down.
   *
   * @param options.tool Another tool for this one stroke.
   * @returns Whether there is a stroke now: nothing can be erased from nothing.
   */
  press(place: Place, { tool = this.tool }: { tool?: Tool } = {}): boolean {
    this.lift();
    const isErasing = tool === "erase";
    if (this.isFull || isErasing && isEmpty(this.#drawing)) return false;
    this.#remember();
    const isGivenImage = this.#drawing.under !== null && this.#drawing.strokes.length === 0;
    if (isGivenImage && tool === "draw") this.#put(EMPTY);
    this.#line = pointOf(place);
    this.#put({
      ...this.#drawing,
      strokes: [...this.#drawing.strokes, { points: this.#line, eraser: isErasing ? ERASER : 0 }],
    });
    return true;
  }

  /** Moves the pen; adds a point if the pen is down and has moved far enough. Returns whether it has. */
  move(place: Place): boolean {
    if (this.#line === null || this.isFull) return false;
    const [x, y] = pointOf(place), [lastX, lastY] = this.#line.slice(-2);
    if (Math.hypot(x - lastX, y - lastY) < LEAST_STEP * UNITS) return false;
    this.#line = [...this.#line, x, y];
    const strokes = this.#drawing.strokes.slice(0, -1), stroke = this.#drawing.strokes.at(-1) as Stroke;
    this.#put({ ...this.#drawing, strokes: [...strokes, { ...stroke, points: this.#line }] });
    return true;
  }

  /** Lifts the pen. */
  lift(): void {
    this.#line = null;
  }

  /** Shows the drawing as the model gets it, unless the pen is down. Returns whether anything moved. */
  settle(): boolean {
    if (this.isDown || this.#drawing === this.seen) return false;
    this.#drawing = this.seen;
    return true;
  }

  clear(): void {
    this.show(EMPTY);
  }

  /** Puts a drawing in the place of this one; undo goes back to this one. */
  show(drawing: Drawing): void {
    this.lift();
    if (isEmpty(drawing) && isEmpty(this.#drawing)) return;
    if (this.canUndo || !isEmpty(this.#drawing)) this.#remember(); // the first image of a new pad has nothing before it
    this.#drawing = this.#seen = drawing;
  }

  /** Goes back to the drawing before the last stroke, or before it was cleared or replaced. */
  undo(): void {
    this.lift();
    const before = this.#before.pop();
    if (before) this.#drawing = this.#seen = before;
  }

  /** Where the pen was lifted last; null for a drawing without strokes. */
  get end(): Place | null {
    const points = this.#drawing.strokes.at(-1)?.points;
    return points ? { x: points.at(-2)! / UNITS, y: points.at(-1)! / UNITS } : null;
  }

  #put(drawing: Drawing): void {
    this.#drawing = drawing;
    this.#seen = null;
  }

  #remember(): void {
    this.#before.push(this.seen);
    if (this.#before.length > MOST_UNDO) this.#before.shift();
  }
}

/** A place in units, within the image. */
function pointOf({ x, y }: Place): number[] {
  return [x, y].map((pixels) => Math.round(Math.min(SIDE, Math.max(0, pixels)) * UNITS));
}
