/**
 * A canvas to draw on: mouse, touch, pen and keyboard move a pen, and whoever made the pad learns of every change.
 *
 * Keys: arrows move the pen by a pixel (with Shift by four), Space or Enter puts it down and lifts it, Escape clears, Ctrl+Z
 * undoes. Knows nothing of the page around it; needs `pad.css`.
 *
 * @module
 */
import { paintGrey } from "../tiles.ts";
import { type Place, Sketch, type Tool } from "./sketch.ts";
import { type Drawing, isEmpty, rasterise, SIDE } from "./strokes.ts";

/** After this time without a pen on the canvas the drawing is centred: a second stroke can follow where the hand is. */
const SETTLE_MS = 700;

/** Bit of `PointerEvent.buttons` for the eraser's end of a pen. */
const ERASER_BUTTON = 32;

const ARROWS: Record<string, Place> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** What a pad can be asked. */
export interface Pad {
  /** Shows a drawing in the place of the present one. */
  show(drawing: Drawing): void;
  clear(): void;
  undo(): void;
  readonly canUndo: boolean;
  tool: Tool;
}

/** What a pad is made with. */
export interface PadOptions {
  /** Called at most once a frame, with the drawing as a model gets it. */
  onDraw(drawing: Drawing): void;
  /** What the drawing is, for screen readers. */
  label: string;
}

/** Makes a pad of an empty element. */
export function makePad(root: HTMLElement, { onDraw, label }: PadOptions): Pad {
  const sketch = new Sketch();
  const canvas = document.createElement("canvas"), cursor = document.createElement("i");
  const words = document.createElement("p");
  canvas.width = canvas.height = SIDE;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", `${label}. ${KEYS}`);
  cursor.setAttribute("aria-hidden", "true");
  words.className = "visually-hidden";
  words.setAttribute("role", "status");
  root.classList.add("pad");
  root.append(canvas, cursor, words);

  let pen: Place = { x: SIDE / 2, y: SIDE / 2 }, pointer: number | null = null, frame = 0;
  let settling: ReturnType<typeof setTimeout> | undefined;

  /** Draws the pad, and hands the drawing on if the pad has changed it. */
  function paint(isOwnChange: boolean): void {
    paintGrey(canvas, { bytes: rasterise(sketch.drawing) });
    cursor.style.left = `${100 * pen.x / SIDE}%`;
    cursor.style.top = `${100 * pen.y / SIDE}%`;
    cursor.classList.toggle("is-down", sketch.isDown);
    if (isOwnChange) onDraw(sketch.seen);
  }

  function changed(): void {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      paint(true);
    });
  }

  function settle(): void {
    clearTimeout(settling);
    if (!sketch.settle()) return;
    pen = sketch.end ?? pen;
    paint(false);
  }

  const say = () => words.textContent = stateInWords(sketch, pen);
  const placeOf = (event: PointerEvent): Place => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return { x: (event.clientX - left) / width * SIDE, y: (event.clientY - top) / height * SIDE };
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0 && !(event.buttons & ERASER_BUTTON)) return;
    clearTimeout(settling);
    canvas.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    const once: Tool | undefined = event.buttons & ERASER_BUTTON ? "erase" : event.shiftKey ? "add" : undefined;
    pen = placeOf(event);
    if (sketch.press(pen, { tool: once })) changed();
    root.classList.remove("by-keys");
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    // A browser hands over one event a frame; the places in between are inside the event.
    const events = event.getCoalescedEvents?.() ?? [];
    let hasMoved = false;
    for (const each of events.length > 0 ? events : [event]) hasMoved = sketch.move(pen = placeOf(each)) || hasMoved;
    if (hasMoved) changed();
  });
  const lift = (event: PointerEvent) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    sketch.lift();
    changed();
    say();
    settling = setTimeout(settle, SETTLE_MS);
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("blur", () => {
    sketch.lift();
    settle();
  });
  canvas.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key], isUndo = event.key === "z" && (event.ctrlKey || event.metaKey);
    const isPen = event.key === " " || event.key === "Enter";
    if (event.altKey || !isUndo && (event.ctrlKey || event.metaKey)) return;
    if (!arrow && !isPen && !isUndo && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    clearTimeout(settling);
    root.classList.add("by-keys");
    if (arrow) {
      const step = event.shiftKey ? 4 : 1, within = (value: number) => Math.min(SIDE - 0.5, Math.max(0.5, value));
      pen = { x: within(pen.x + step * arrow.x), y: within(pen.y + step * arrow.y) };
      sketch.move(pen);
    } else if (isUndo) sketch.undo();
    else if (event.key === "Escape") sketch.clear();
    else if (sketch.isDown) sketch.lift();
    else if (!event.repeat) sketch.press(pen);
    changed();
    say();
  });

  paint(false);
  return {
    show(drawing) {
      clearTimeout(settling);
      sketch.show(drawing);
      paint(false);
    },
    clear() {
      sketch.clear();
      changed();
      say();
    },
    undo() {
      sketch.undo();
      changed();
      say();
    },
    get canUndo() {
      return sketch.canUndo;
    },
    get tool() {
      return sketch.tool;
    },
    set tool(tool) {
      sketch.tool = tool;
    },
  };
}

const KEYS =
  "Arrow keys move the pen, Space or Enter puts it down and lifts it, Escape clears the drawing, Control Z undoes";

/** The drawing and the pen in words. */
function stateInWords(sketch: Sketch, pen: Place): string {
  const { under, strokes } = sketch.drawing;
  const what = isEmpty(sketch.drawing) ? "Nothing drawn" : [
    ...(under ? ["a given image"] : []),
    ...(strokes.length > 0 ? [strokes.length === 1 ? "1 stroke" : `${strokes.length} strokes`] : []),
  ].join(" and ");
  const full = sketch.isFull ? "; the drawing is full, undo or clear it" : "";
  const column = Math.floor(pen.x) + 1, row = Math.floor(pen.y) + 1;
  return `Pen ${sketch.isDown ? "down" : "up"}, column ${column}, row ${row}. ${what}${full}.`;
}
