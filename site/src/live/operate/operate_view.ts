/**
 * The Operate panel: sliders of latents, what the decoder makes of them, and the latent that is marked in detail.
 *
 * Shows the selected model.
 *
 * @module
 */
import { figure } from "../../format.ts";
import { setText } from "../elements.ts";
import { followLatents, markLatents } from "../latent_marks.ts";
import type { LiveState, MountView } from "../live.ts";
import type { Focus } from "../messages.ts";
import { paintDifference, paintGrey, paintNothing, tileCanvas } from "../tiles.ts";
import { sideTitles } from "../train/words.ts";
import { LatentCard } from "./latent_card.ts";
import { Sliders } from "./sliders.ts";

/** See the module comment. */
export const mountOperate: MountView = (root, live) => {
  const { actions } = live;
  const find = <Found extends HTMLElement = HTMLElement>(selector: string) => root.querySelector<Found>(selector)!;
  const tiles = {
    reconstruction: tileCanvas("Reconstruction"),
    operated: tileCanvas("Reconstruction with your activations"),
    change: tileCanvas("Change of the reconstruction"),
  };
  for (const [name, canvas] of Object.entries(tiles)) {
    paintNothing(canvas);
    find(`[data-tile=${name}]`).replaceWith(canvas);
  }
  const model = find("[data-model]"), hint = find("[data-hint]");
  const restore = find<HTMLButtonElement>("[data-restore]"), another = find<HTMLFormElement>("[data-another]");
  const number = another.querySelector("input")!;
  restore.addEventListener("click", () => actions.restore());
  another.addEventListener("submit", (event) => {
    event.preventDefault();
    actions.pin(number.valueAsNumber);
    number.value = "";
  });
  followLatents(root, live);
  const sliders = new Sliders(root, live), card = new LatentCard(find("[data-card]"), live);
  let drawn: Focus | null = null;

  function drawImages({ sides, selected }: LiveState): void {
    const { focus } = sides[selected]!;
    if (!focus || focus === drawn) return;
    drawn = focus;
    const image = focus.operated?.image ?? focus.reconstruction, { tile } = focus;
    paintGrey(tiles.reconstruction, { bytes: focus.reconstruction, tile });
    paintGrey(tiles.operated, { bytes: image, tile });
    paintDifference(tiles.change, { image, from: focus.reconstruction, kind: "change", tile });
    const mse = figure(focus.operated?.mse ?? focus.mse, 3);
    tiles.operated.setAttribute("aria-label", `Reconstruction with your activations, mean squared error ${mse}`);
  }

  return {
    draw(state, changed) {
      if (changed.has("focus") || changed.has("sides")) drawImages(state);
      const { opened } = state.sides[state.selected]!;
      if (changed.has("sides") && opened) number.max = String(opened.nLatents - 1);
      if (changed.has("sides")) setText(model, state.sides.length === 1 ? "" : sideTitles(state.sides)[state.selected]);
      restore.disabled = hint.hidden = state.operated.size === 0;
      sliders.draw(state, changed);
      card.draw(state, changed);
      markLatents(root, state);
    },
  };
};
