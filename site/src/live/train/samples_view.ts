/**
 * Held-out images above their reconstructions, by each model; choosing one takes it to Draw.
 *
 * @module
 */
import { button as newButton, setText } from "../elements.ts";
import type { MountView } from "../live.ts";
import { heldOutInput } from "../live_input.ts";
import type { ShownData } from "../messages.ts";
import { paintGrey, tileCanvas } from "../tiles.ts";
import { rowsWord } from "../tile_shape.ts";
import { sideTitles } from "./words.ts";

/** One held-out image. */
interface Sample {
  button: HTMLButtonElement;
  row: number;
  /** The image, then its reconstruction by each model. */
  canvases: HTMLCanvasElement[];
}

/** See the module comment. */
export const mountSamples: MountView = (root, { state, actions }) => {
  const box = root.querySelector<HTMLElement>("[data-box]")!;
  let samples: Sample[] = [];
  return {
    draw(state, changed) {
      if (changed.has("data") && state.data) fill(state.data);
      if (changed.has("sides")) showSides();
      if (changed.has("input") || changed.has("data")) {
        const chosen = state.input && "row" in state.input.from ? state.input.from.row : null;
        for (const { button, row } of samples) button.ariaPressed = String(row === chosen);
      }
      if (!changed.has("frame") && !changed.has("data") && !changed.has("sides")) return;
      state.sides.forEach(({ frame }, side) => {
        if (!frame) return;
        const images = frame.samples;
        samples.forEach(({ canvases }, index) => {
          if (canvases[side + 1] && images.length > 0) {
            paintGrey(canvases[side + 1], { bytes: images, at: index, tile: frame.tile });
          }
        });
      });
    },
  };

  function fill(data: ShownData): void {
    setText(root.querySelector<HTMLElement>("[data-rows]")!, rowsWord(data.kind));
    samples = data.samples.map((row) => {
      const words = data.labels ? `: ${data.classNames[data.labels[row]]}` : ` ${row}`;
      const button = newButton("", { class: "sample", "aria-label": `Held-out ${data.kind}${words}` });
      button.onclick = () => actions.input(heldOutInput(data, row));
      const canvases = [tileCanvas()];
      paintGrey(canvases[0], { bytes: data.heldOut, at: row, tile: data.tile });
      button.append(canvases[0]);
      return { button, row, canvases };
    });
    box.replaceChildren(...samples.map(({ button }) => button));
    showSides();
  }

  /** As many reconstructions as there are models. */
  function showSides(): void {
    const titles = sideTitles(state.sides);
    for (const { button, canvases } of samples) {
      while (canvases.length - 1 > titles.length) canvases.pop()!.remove();
      while (canvases.length - 1 < titles.length) canvases.push(button.appendChild(tileCanvas()));
      titles.forEach((title, i) => canvases[i + 1].title = titles.length > 1 ? title : "");
    }
    root.classList.toggle("of-two", titles.length > 1);
  }
};
