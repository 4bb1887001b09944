/**
 * The presets with the sentences of the chosen one, second models to train beside the first, and what can be taken away.
 *
 * @module
 */
import { VARIANTS } from "../../../../lib/sae/sparsity/variants.ts";
import { setText } from "../elements.ts";
import type { LiveState, MountView, Side } from "../live.ts";
import type { ExportName } from "../messages.ts";
import { type Comparison, COMPARISONS } from "../presets.ts";
import type { LiveSettings } from "../settings.ts";
import { differing } from "../sides.ts";
import { type SecondModel, secondModelsOf, shownConfig } from "./controls.ts";
import { sideTitles } from "./words.ts";

/** How long the button says that the address was taken, in ms. */
const TAKEN_MS = 2500;

/** Buttons with `data-choice-of` preset or comparison, and a place for their sentences, `data-lesson-place`. */
export const mountPresets: MountView = (root, { actions }) => {
  const buttons = Array.from(root.querySelectorAll<HTMLButtonElement>("[data-choice-of]"));
  const place = root.querySelector<HTMLElement>("[data-lesson-place]")!;
  for (const button of buttons) {
    const { choiceOf, id } = button.dataset;
    button.onclick = () => {
      if (choiceOf === "preset") actions.preset(id!);
      else {
        const { knobs, difference } = COMPARISONS.find((comparison) => comparison.id === id)!;
        actions.start({ knobs, run: null }, { difference });
      }
      actions.play();
    };
  }
  return {
    draw(state, changed) {
      if (!changed.has("sides")) return;
      const comparison = COMPARISONS.find((comparison) => isShown(state, comparison))?.id;
      const preset = state.sides.length === 1 ? state.preset : null;
      const chosen = buttons.find(({ dataset: { choiceOf, id } }) =>
        id === (choiceOf === "preset" ? preset : comparison)
      );
      for (const button of buttons) button.ariaPressed = String(button === chosen);
      // With settings of the reader's own: what the method does.
      setText(place, chosen?.dataset.lesson ?? VARIANTS[shownConfig(state.sides[0]).sparsity].lesson);
    },
  };
};

/** Whether the two models are those of a comparison, as they began. */
function isShown({ sides: [first, second] }: LiveState, { knobs, difference }: Comparison): boolean {
  if (!second || first.changes.length + second.changes.length > 0) return false;
  const { knobs: expected } = differing({ ...first.settings, knobs }, difference);
  return areEqual(first.settings.knobs, knobs) && areEqual(second.settings.knobs, expected);
}

function areEqual(a: LiveSettings["knobs"], b: LiveSettings["knobs"]): boolean {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof LiveSettings["knobs"])[];
  return names.every((name) => String(a[name]) === String(b[name]));
}

/** The choice of a second model beside the one there is. */
export const mountCompare: MountView = (root, { state, actions }) => {
  const select = root.querySelector("select")!, none = select.options[0];
  let offered: SecondModel[] = [];
  select.onchange = () => {
    const isTraining = state.sides.some(({ isTraining }) => isTraining);
    actions.compare(offered[Number(select.value)]?.difference ?? null);
    if (isTraining) actions.play();
  };
  return {
    draw({ sides }, changed) {
      if (!changed.has("sides")) return;
      offered = secondModelsOf(sides[0]);
      const titles = offered.map(({ title }) => title), [, second] = sides;
      const at = second ? offered.findIndex(({ difference }) => isOf(second, difference)) : -1;
      if (second && at < 0) titles.push(sideTitles(sides)[1]);
      const options = titles.map((title, i) => new Option(`beside ${title}`, String(i)));
      if (Array.from(select.options, ({ text }) => text).join() !== [none, ...options].map(({ text }) => text).join()) {
        select.replaceChildren(none, ...options);
      }
      select.value = second ? String(at < 0 ? titles.length - 1 : at) : "";
    },
  };
};

/** Whether a model has the settings of a difference. */
function isOf({ settings }: Side, difference: LiveSettings["knobs"]): boolean {
  const names = Object.keys(difference) as (keyof LiveSettings["knobs"])[];
  return names.every((name) => String(settings.knobs[name]) === String(difference[name]));
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
