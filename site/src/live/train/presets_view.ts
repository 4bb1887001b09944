/**
 * The presets with the sentences of the chosen one, second models to train beside the first, and what can be taken away.
 *
 * @module
 */
import { VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import { button, setText } from "../elements.ts";
import type { Live, LiveState, MountView } from "../live.ts";
import type { ExportName } from "../messages.ts";
import { type Comparison, comparisonsOf, shownConfig } from "./controls.ts";

/** How long the button says that the address was taken, in ms. */
const TAKEN_MS = 2500;

/** Buttons with `data-preset`, and a place for their sentences, `data-lesson-place`. */
export const mountPresets: MountView = (root, { actions }) => {
  const buttons = Array.from(root.querySelectorAll<HTMLButtonElement>("[data-preset]"));
  const place = root.querySelector<HTMLElement>("[data-lesson-place]")!;
  for (const button of buttons) {
    button.onclick = () => {
      actions.preset(button.dataset.preset!);
      actions.play();
    };
  }
  return {
    draw(state, changed) {
      if (!changed.has("sides")) return;
      const chosen = buttons.find(({ dataset }) => dataset.preset === state.preset);
      for (const button of buttons) button.ariaPressed = String(button === chosen);
      // With settings of the reader's own: what the method does.
      const words = chosen?.dataset.lesson ?? VARIANTS[shownConfig(state.sides[0]).sparsity].lesson;
      setText(place, words);
    },
  };
};

/** Second models, as buttons that are pressed while theirs trains. */
export const mountCompare: MountView = (root, live) => {
  let offered: Comparison[] = [];
  const buttons: HTMLButtonElement[] = [];
  return {
    draw(state, changed) {
      if (!changed.has("sides")) return;
      offered = comparisonsOf(state.sides[0]);
      while (buttons.length < offered.length) buttons.push(addButton(buttons.length));
      buttons.forEach((button, i) => {
        button.hidden = i >= offered.length;
        if (button.hidden) return;
        setText(button, offered[i].title);
        button.ariaPressed = String(isBeside(state, offered[i]));
      });
    },
  };

  function addButton(i: number): HTMLButtonElement {
    const added = root.appendChild(button(""));
    added.onclick = () => compareOrNot(live, offered[i]);
    return added;
  }
};

function compareOrNot({ state, actions }: Live, offer: Comparison): void {
  const isPlaying = state.sides.some(({ isTraining }) => isTraining);
  actions.compare(isBeside(state, offer) ? null : offer.difference);
  if (isPlaying) actions.play();
}

function isBeside({ sides }: LiveState, { difference }: Comparison): boolean {
  const knobs = sides[1]?.settings.knobs;
  return knobs !== undefined &&
    Object.entries(difference).every(([name, value]) => knobs[name as keyof typeof knobs] === value);
}

/** Buttons with `data-take`: the address, or a file. */
export const mountTake: MountView = (root, { actions }) => {
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-take]")) {
    const what = button.dataset.take!;
    button.onclick = () => what === "link" ? takeAddress(button) : actions.export(what as ExportName);
  }
  return { draw() {} };
};

async function takeAddress(button: HTMLButtonElement): Promise<void> {
  const words = button.dataset.words ??= button.textContent!;
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = "In the clipboard";
  } catch {
    button.textContent = "See the address bar";
  }
  setTimeout(() => button.textContent = words, TAKEN_MS);
}
