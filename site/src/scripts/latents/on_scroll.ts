/**
 * Draws what has come into sight while a box is scrolled, at most once a frame.
 *
 * @module
 */

/** Calls `draw` in the frame after the box was scrolled. */
export function onScroll(box: HTMLElement, draw: () => void): void {
  let isAsked = false;
  box.addEventListener("scroll", () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      draw();
    });
  }, { passive: true });
}
