/**
 * The controls of the training: buttons, sliders, choices; and the keys that press the buttons from anywhere on the page.
 *
 * @module
 */
import { CONFIG_KNOBS } from "../../../../lib/config_knobs.ts";
import type { VariantName } from "../../../../lib/sae/sparsity/variants.ts";
import type { Live, LiveState, MountView } from "../live.ts";
import { chosenFiles, droppedFiles } from "../dropped_files.ts";
import { type DataName, type LiveKnob, runOfData } from "../settings.ts";
import { knobsNow } from "../sides.ts";
import {
  type ControlName,
  currentValue,
  hasControl,
  knobsOfVariant,
  knobsOfWidth,
  knobText,
  nearestPlace,
  shownConfig,
  sliderValues,
  symbolOf,
} from "./controls.ts";
import { changeOf, startWith } from "./start.ts";

/** Which button a key presses. */
const KEYS: Record<string, "play" | "step" | "epoch"> = { " ": "play", s: "step", e: "epoch" };

/** What the choice of images says beside what they are. */
const OWN_IMAGES =
  "Files and folders can be dropped on this page: npy, npz, safetensors, CSV, Parquet, PNG, JPEG, IDX. They stay in your browser.";

/** The choice of a whole folder of the reader's own. */
const FOLDER = "folder";

/** Buttons `data-act`, sliders `data-knob`, choices `data-choice`, boxes `data-toggle`; all that have `data-control`. */
export const mountControls: MountView = (root, live) => {
  const { state, actions } = live;
  const all = <Kind extends HTMLElement>(what: string) => Array.from(root.querySelectorAll<Kind>(`[data-${what}]`));
  const play = root.querySelector<HTMLButtonElement>("[data-act=play]")!, playText = play.querySelector("span")!;
  const acts = {
    play: () => state.sides.some(({ isTraining }) => isTraining) ? actions.pause() : actions.play(),
    step: () => actions.step(),
    epoch: () => actions.epoch(),
    reset: () => actions.reset(),
  };
  for (const button of all<HTMLButtonElement>("act")) button.onclick = acts[button.dataset.act as keyof typeof acts];
  const sliders = all<HTMLInputElement>("knob").map((input) => mountSlider(input, live));
  const choices = all<HTMLSelectElement | HTMLInputElement>("choice");
  for (const field of choices) field.onchange = () => choose(live, field);
  const toggles = all<HTMLInputElement>("toggle");
  for (const box of toggles) box.onchange = () => toggle(live, box);
  const method = root.querySelector<HTMLElement>("[data-choice=sparsity]")!;
  mountFiles(root, live);
  document.addEventListener("keydown", (event) => {
    const act = KEYS[event.key.toLowerCase()];
    if (!act || state.hidden.has(act) || isTaken(event)) return;
    event.preventDefault();
    acts[act]();
  });
  const shown = all<HTMLElement>("control"), images = root.querySelector<HTMLElement>("[data-control=data]")!;
  return {
    draw(state, changed) {
      if (changed.has("hidden")) hideControls(state);
      if (changed.has("data") && state.data) images.title = `${state.data.summary} ${OWN_IMAGES}`;
      if (!changed.has("sides")) return;
      const side = state.sides[state.selected]!, config = shownConfig(side);
      const isTraining = state.sides.some(({ isTraining }) => isTraining);
      play.classList.toggle("is-training", isTraining);
      playText.textContent = isTraining ? "Pause" : "Train";
      const focused = document.activeElement;
      for (const element of shown) {
        element.hidden = !hasControl(element.dataset.control as ControlName, config.sparsity);
        // The focus of a control that another method does not have goes to the choice of the method.
        if (element.hidden && element.contains(focused)) method.focus();
      }
      for (const slider of sliders) slider.draw(state);
      for (const field of choices) {
        // A field that the reader is changing is left alone.
        if (field instanceof HTMLInputElement && field === document.activeElement) continue;
        const name = field.dataset.choice as "sparsity" | "latent" | "batch" | "seed" | "data";
        showChoice(field, String(name === "data" ? side.settings.data : config[name]));
      }
      for (const box of toggles) box.checked = isOn(box, config);
    },
  };
};

/** Hides what the address hides from a class, anywhere on the page. */
function hideControls({ hidden }: LiveState): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-control]")) {
    element.classList.toggle("is-withheld", hidden.has(element.dataset.control!));
  }
}

function mountSlider(input: HTMLInputElement, live: Live): { draw(state: LiveState): void } {
  const name = input.dataset.knob as LiveKnob, output = input.parentElement!.querySelector("output")!;
  let values = sliderValues(name, { latent: CONFIG_KNOBS.latent.default });
  let isHeld = false;
  const show = (value: number) => {
    output.textContent = knobText(value);
    input.ariaValueText = `${symbolOf(name)} ${knobText(value)}`;
    input.style.setProperty("--v", `${100 * Number(input.value) / Number(input.max)}%`);
  };
  input.oninput = () => {
    isHeld = true;
    const value = values[Number(input.value)];
    show(value);
    changeOf(live, { knob: name, value });
  };
  input.onchange = () => isHeld = false;
  return {
    draw(state) {
      const side = state.sides[state.selected]!;
      if (isHeld) return;
      values = sliderValues(name, shownConfig(side));
      const value = currentValue(side, name);
      input.max = String(values.length - 1);
      input.value = String(nearestPlace(values, value));
      show(value);
    },
  };
}

function choose(live: Live, field: HTMLSelectElement | HTMLInputElement): void {
  const { state, actions } = live, side = state.sides[state.selected]!, knobs = knobsNow(side);
  switch (field.dataset.choice) {
    case "sparsity":
      // What the second model has otherwise may not fit the other variant.
      return startWith(live, { knobs: knobsOfVariant(knobs, field.value as VariantName), difference: null });
    case "latent":
      return startWith(live, { knobs: knobsOfWidth(side, Number(field.value)) });
    case "batch":
      return startWith(live, { knobs: { ...knobs, batch: Number(field.value) } });
    case "seed":
      if (!field.checkValidity() || field.value === "") return actions.notify(seedMessage(field.value));
      return startWith(live, { knobs: { ...knobs, seed: Number(field.value) } });
    case "data":
      if (field.value !== "own" && field.value !== FOLDER) return startOn(live, field.value as DataName);
      document.querySelector<HTMLInputElement>(`[data-${field.value === FOLDER ? FOLDER : "files"}-input]`)!.click();
      field.value = side.settings.data;
  }
}

/** Starts on other data, without the weights of a run whose rows have another shape. */
function startOn(live: Live, data: DataName): void {
  const { settings } = live.state.sides[live.state.selected]!;
  const areOfRun = [data, settings.data].some((name) => runOfData(name) !== null);
  startWith(live, areOfRun ? { data, run: null } : { data });
}

function seedMessage(text: string): string {
  return `Cannot use the random seed: it is ${text === "" ? "empty" : text}, expected a whole number from 0 to 999999`;
}

function toggle(live: Live, box: HTMLInputElement): void {
  const { state } = live, { hidden, auxAlpha, ...knobs } = knobsNow(state.sides[state.selected]!);
  startWith(live, {
    knobs: box.dataset.toggle === "hidden"
      ? { ...knobs, ...(auxAlpha === undefined ? {} : { auxAlpha }), ...(box.checked ? {} : { hidden: [] }) }
      : { ...knobs, ...(hidden ? { hidden } : {}), ...(box.checked ? {} : { auxAlpha: 0 }) },
  });
}

function isOn(box: HTMLInputElement, { hidden, auxAlpha }: { hidden: number[]; auxAlpha: number }): boolean {
  return box.dataset.toggle === "hidden" ? hidden.length > 0 : auxAlpha > 0;
}

/** Shows a value that may not be among the choices: an address can have any. */
function showChoice(field: HTMLSelectElement | HTMLInputElement, value: string): void {
  if (field instanceof HTMLSelectElement && !Array.from(field.options).some((option) => option.value === value)) {
    const run = runOfData(value);
    field.add(new Option(run === null ? value : `Test rows of ${run}`, value));
  }
  if (field.value !== value) field.value = value;
}

/** The reader's own images: chosen, or dropped anywhere on the page. */
function mountFiles(root: HTMLElement, { actions }: Live): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("[data-files-input], [data-folder-input]")) {
    input.onchange = () => {
      if (input.files!.length > 0) actions.files(chosenFiles(input.files!));
      input.value = "";
    };
  }
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    if (!event.dataTransfer?.types.includes("Files")) return;
    try {
      const dropped = droppedFiles(event.dataTransfer);
      actions.notify("Looking for files…"); // seen if it takes long
      const files = await dropped;
      actions.notify(null);
      actions.files(files);
    } catch (error) {
      actions.notify((error as Error).message);
    }
  });
}

/** Whether a key belongs to what has the focus. */
function isTaken({ target, key, defaultPrevented, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (defaultPrevented || ctrlKey || metaKey || altKey) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches("select, textarea, input:not([type=range], [type=checkbox])")) return true;
  return key === " " && target.matches("button, a, summary, input, [role=slider], [role=button]");
}
