/**
 * The live page's script: one store, its Workers, its views, and the address that keeps the state.
 *
 * @module
 */
import { type Address, NO_ADDRESS, readAddress, writeAddress } from "./address.ts";
import { checkedAddress } from "./checked_address.ts";
import { decodeDrawing } from "./draw/drawing_text.ts";
import { N_PIXELS, rasterise } from "./draw/strokes.ts";
import { DrawLoop } from "./draw_loop.ts";
import { doEarlyPresses } from "./early_presses.ts";
import type { LiveInput } from "./live.ts";
import type { PageFiles } from "./live_files.ts";
import type { WantedEngine } from "./messages.ts";
import { PRESETS } from "./presets.ts";
import { addressOfRun, RunList } from "./run_list.ts";
import { runOfData } from "./settings.ts";
import { Store } from "./store.ts";
import { VIEWS } from "./views.ts";
import { WorkerLink } from "./worker_link.ts";

/** Browsers refuse to change the address more often than about three times a second. */
const ADDRESS_MS = 500;

const root = document.querySelector<HTMLElement>("[data-live]")!;
const files: PageFiles = JSON.parse(root.dataset.files!);
const runs = new RunList(files.runs, { hasMnist: files.mnist !== null });
let engine: WantedEngine = "auto";
/** Whether training goes on once the tab is seen again. */
let goesOn = false;
/** The address that is being opened; null if none is. */
let opening: string | null = null;
let addressTimer: ReturnType<typeof setTimeout> | undefined;

const store: Store = new Store({
  engine: () => engine,
  filesFor: ({ run, data }) => ({
    ...files,
    runWeights: fileOf(run, files.runWeights),
    runRows: fileOf(runOfData(data), files.runRows),
  }),
  runs,
  link: (hear) => new WorkerLink(hear),
  changed: (...parts) => loop.change(...parts),
  download,
});
const { state, actions } = store;
const loop: DrawLoop = new DrawLoop(state, () => {
  store.drawn();
  keepAddress();
});
openAddress().then(() => doEarlyPresses(store)); // the views below are there by then
for (const place of root.querySelectorAll<HTMLElement>("[data-view]")) {
  loop.add(VIEWS[place.dataset.view!](place, store));
}
addEventListener("hashchange", openAddress);
document.addEventListener("visibilitychange", followVisibility);
Object.assign(globalThis, { live: store }); // for tests, and for readers who open their browser's console

/** The address of a run's file; null for none. */
function fileOf(run: string | null, address: string): string | null {
  return run === null ? null : address.replace("RUN", () => encodeURIComponent(run));
}

/** Opens everything that the address says; what cannot be shown is left out and named. */
async function openAddress(): Promise<void> {
  const { hash } = location, { address: read, unknown } = readAddress(hash);
  opening = hash;
  const { address: ofRun, problem } = await addressOfRun(read, { runs, hash });
  if (opening !== hash) return; // another one was opened while the list of runs was loaded
  opening = null;
  const { address, problems } = checkedAddress(ofRun);
  if (problem !== null) problems.push(problem);
  if (unknown.length > 0) problems.push(`Cannot read all of the address: ${unknown.join(", ")} is not understood`);
  engine = address.engine;
  state.preset = address.preset ?? (saysOtherwise(address) ? null : PRESETS[0].id);
  state.hidden = new Set(address.hidden);
  state.selected = address.selected;
  state.pinned = state.latent = address.pinned;
  state.input = address.input && inputOf(address.input);
  const { data, knobs, run, changes, difference, otherChanges, at: until } = address;
  store.open({ first: { settings: { data, knobs, run }, changes, until }, difference, otherChanges });
  loop.change("hidden", "latent");
  for (const [latent, activation] of address.operated) actions.operate(latent, activation);
  if (problems.length > 0) actions.notify(`${problems.join(". ")}.`);
}

/** Whether an address has settings other than those of the first preset. */
function saysOtherwise({ data, knobs, changes, run, difference }: Address): boolean {
  return data !== NO_ADDRESS.data || Object.keys(knobs).length + changes.length > 0 || run !== null ||
    difference !== null;
}

/** An input from the address; the pixels of a held-out image follow with the data. */
function inputOf(from: LiveInput["from"]): LiveInput {
  return { from, pixels: "row" in from ? new Uint8Array(N_PIXELS) : rasterise(decodeDrawing(from.drawing)!) };
}

/** The page's state as an address. */
function addressNow(): Address {
  const [first, second] = state.sides;
  return {
    preset: state.preset === PRESETS[0].id ? null : state.preset, // the first one is an address that says nothing
    knobs: first.settings.knobs,
    data: first.settings.data,
    run: first.settings.run,
    engine,
    at: first.step,
    changes: first.changes,
    difference: store.difference,
    otherChanges: second?.changes ?? [],
    input: state.input?.from ?? null,
    operated: [...state.operated],
    pinned: state.pinned,
    selected: state.selected,
    hidden: [...state.hidden],
  };
}

/** Puts the state into the address, not at once: it changes with every step. */
function keepAddress(): void {
  addressTimer ??= setTimeout(() => {
    addressTimer = undefined;
    if (opening !== null) return;
    const text = writeAddress(addressNow());
    if (text !== location.hash) history.replaceState(null, "", text || location.pathname);
  }, ADDRESS_MS);
}

/** Pauses while the tab is hidden: a hidden page draws no frames, and the reader's other work comes first. */
function followVisibility(): void {
  if (document.hidden) {
    goesOn = store.isPlaying;
    if (goesOn) actions.pause();
  } else if (goesOn) {
    goesOn = false;
    actions.notify("Training stood still while this tab was hidden, and goes on now.");
    actions.play();
  }
}

function download(fileName: string, bytes: Uint8Array<ArrayBuffer>): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
