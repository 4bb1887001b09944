/**
 * When a part of the page may be drawn anew without losing a click: a click needs the same element at its press and its release.
 *
 * @module
 */

/** Resolves once nothing in `part` is pressed. */
export async function pressEnded(part: Element): Promise<void> {
  // `:active` also knows of a press that began before this was loaded, and of one that ended outside the window.
  while (part.matches(":active")) await new Promise(requestAnimationFrame);
}
