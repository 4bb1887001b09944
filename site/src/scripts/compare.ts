/**
 * The controls of the Compare page. The drawing itself, with everything that it needs, is loaded at the first change.
 *
 * @module
 */
import { pickOf } from "../compare/pick.ts";
import type { Comparison } from "./comparison.ts";

const root = document.querySelector<HTMLElement>("#compare");
if (root) start(root);

function start(root: HTMLElement): void {
  let comparison: Promise<Comparison> | null = null;
  const status = root.querySelector<HTMLElement>("[data-status]")!;
  /** Runs a change on the comparison, and says what kept it from happening. */
  const change = async (what: (comparison: Comparison) => Promise<void>): Promise<void> => {
    comparison ??= import("./comparison.ts").then(({ Comparison }) => new Comparison(root));
    try {
      status.textContent = "";
      await what(await comparison);
    } catch (error) {
      status.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  const buttons = (name: string, act: (value: string, button: HTMLButtonElement) => void) =>
    root.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLButtonElement>(`button[data-${name}]`);
      if (button) act(button.dataset[name]!, button);
    });
  buttons("remove", (id) => void change((comparison) => comparison.remove(id)));
  buttons("add", () => void change((comparison) => comparison.choose()));
  buttons("group", (key) => void change((comparison) => comparison.show(key)));
  buttons("page", (step) => void change((comparison) => comparison.turn(Number(step))));
  buttons("show", (which, button) => {
    press(button);
    root.dataset.settings = which;
  });
  buttons("draw", (which, button) => {
    press(button);
    void change((comparison) => comparison.draw({ isError: which === "error" }));
  });
  root.querySelector("select")!.onchange = ({ target }) =>
    void change((comparison) => comparison.draw({ className: (target as HTMLSelectElement).value || null, from: 0 }));
  bringOut(root);
  const fromAddress = () => void change((comparison) => comparison.pick(pickOf(location.search, null)));
  if (pickOf(location.search, null)) fromAddress();
  addEventListener("popstate", fromAddress);
}

/** Presses one button of a row. */
function press(button: HTMLButtonElement): void {
  for (const other of button.parentElement!.querySelectorAll("button")) other.ariaPressed = String(other === button);
}

/** A run at which the reader points in the list is brought out in the charts. */
function bringOut(root: HTMLElement): void {
  const picks = root.querySelector<HTMLElement>(".picks")!;
  const focus = (event: Event) => {
    const letter = (event.target as Element).closest<HTMLElement>("[data-letter]")?.dataset.letter;
    if (letter) root.dataset.focus = letter;
    else delete root.dataset.focus;
  };
  const leave = () => delete root.dataset.focus;
  picks.onpointerover = focus;
  picks.addEventListener("focusin", focus);
  picks.onpointerleave = leave;
  picks.addEventListener("focusout", leave);
}
