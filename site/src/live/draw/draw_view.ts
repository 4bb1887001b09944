/**
 * The Draw panel: the pad with its tools, the test images, and what each model makes of the image.
 *
 * @module
 */
import type { LiveInput, LiveState, MountView } from "../live.ts";
import { followLatents, markLatents } from "../latent_marks.ts";
import { setText } from "../elements.ts";
import { ActiveLists } from "./active_lists.ts";
import { decodeDrawing, encodeDrawing } from "./drawing_text.ts";
import { GrowingSum } from "./growing_sum.ts";
import { makePad } from "./pad.ts";
import { Results } from "./results.ts";
import type { Tool } from "./sketch.ts";
import { type Drawing, EMPTY, rasterise } from "./strokes.ts";
import { paintGrey, tileCanvas } from "../tiles.ts";
import { TestImages } from "./test_images.ts";
import { inputText } from "./words.ts";

/** See the module comment. */
export const mountDraw: MountView = (root, live) => {
  const { actions } = live;
  const find = <Found extends HTMLElement = HTMLElement>(selector: string) => root.querySelector<Found>(selector)!;
  const undo = find<HTMLButtonElement>("[data-undo]"), tools = root.querySelectorAll<HTMLElement>("[data-tool]");
  /** The image that the pad has handed on; another one in the state comes from elsewhere. */
  let ownInput: LiveInput | null = null;
  /** Rows of test images that undo can go back to, by their pixels. */
  let rows = new WeakMap<Uint8Array, number>();

  const pad = makePad(find("[data-pad]"), {
    label: "Drawing of 28 by 28 pixels",
    onDraw(drawing) {
      ownInput = { pixels: rasterise(drawing), from: sourceOf(drawing) };
      actions.input(ownInput);
    },
  });

  function sourceOf(drawing: Drawing): LiveInput["from"] {
    const row = drawing.under && drawing.strokes.length === 0 ? rows.get(drawing.under) : undefined;
    return row === undefined ? { drawing: encodeDrawing(drawing) } : { row };
  }

  /** The drawing of an image that came from elsewhere. */
  function drawingOf({ pixels, from }: LiveInput): Drawing {
    if ("drawing" in from) return decodeDrawing(from.drawing) ?? EMPTY;
    rows.set(pixels, from.row);
    return { under: pixels, strokes: [] };
  }

  /** In place of the pad where the rows are not what can be drawn on it. */
  const given = tileCanvas("The chosen test row");
  given.hidden = true;
  find("[data-pad]").after(given);

  undo.addEventListener("click", () => pad.undo());
  find("[data-clear]").addEventListener("click", () => pad.clear());
  for (const button of tools) {
    button.addEventListener("click", () => {
      pad.tool = button.dataset.tool as Tool;
      for (const each of tools) each.setAttribute("aria-pressed", String(each === button));
    });
  }
  followLatents(root, live);

  const parts = [
    new TestImages(root, live),
    new Results(find("[data-results]")),
    new ActiveLists(find("[data-active]")),
    new GrowingSum(find(".sum"), live),
  ];

  function drawInput({ input, data }: LiveState, areOtherData: boolean): void {
    const canDraw = data?.canDraw ?? true;
    if (areOtherData) {
      rows = new WeakMap();
      find("[data-pad]").hidden = find(".tools").hidden = !canDraw;
      given.hidden = canDraw;
      setText(find("[data-row-noun]"), data?.kind === "vector" ? "Test row" : "Test image");
    }
    if (!canDraw) {
      if (input && data) paintGrey(given, { bytes: input.pixels, tile: data.tile });
      ownInput = null;
    } else if (input && input !== ownInput) {
      pad.show(drawingOf(input));
      ownInput = input;
    }
    undo.disabled = !pad.canUndo;
    const isEmpty = !input?.pixels.some((value) => value > 0);
    setText(find("[data-input-text]"), inputText(input, { data, isEmpty }));
  }

  return {
    draw(state, changed) {
      if (changed.has("input") || changed.has("data")) drawInput(state, changed.has("data"));
      if (changed.has("sides")) root.classList.toggle("of-two", state.sides.length === 2);
      for (const part of parts) part.draw(state, changed);
      markLatents(root, state);
    },
  };
};
