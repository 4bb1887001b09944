/**
 * Elements that stand for a latent, `data-latent`: pointing at one marks the latent in every view, and a click keeps it.
 *
 * @module
 */
import type { Actions, LiveState } from "./live.ts";

/** Follows pointer, focus and clicks on the elements of latents within another element. */
export function followLatents(root: HTMLElement, { actions, state }: { actions: Actions; state: LiveState }): void {
  const point = (event: Event) => {
    const latent = latentAt(event);
    if (latent !== null) actions.highlight(latent);
  };
  // A latent that was clicked comes back; without one the last stays, so that a reader can go on to its details.
  const leave = () => state.pinned !== null && actions.highlight(null);
  root.addEventListener("pointerover", point);
  root.addEventListener("focusin", point);
  root.addEventListener("pointerleave", leave);
  root.addEventListener("focusout", leave);
  root.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("button[data-pins]"), latent = latentAt(event);
    if (button && latent !== null) actions.pin(state.pinned === latent ? null : latent);
  });
}

/** Marks the elements of the state's latent, and presses the buttons of the clicked one. */
export function markLatents(root: HTMLElement, { latent, pinned }: LiveState): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-latent]")) {
    const own = Number(element.dataset.latent);
    element.classList.toggle("is-marked", own === latent);
    const button = element.matches("button[data-pins]") ? element : element.querySelector("button[data-pins]");
    const pressed = String(own === pinned);
    if (button && button.ariaPressed !== pressed) button.ariaPressed = pressed;
  }
}

function latentAt(event: Event): number | null {
  const element = (event.target as Element).closest<HTMLElement>("[data-latent]");
  return element ? Number(element.dataset.latent) : null;
}
