/**
 * Boxes that scroll sideways can be reached with the keyboard if their content is wider than they are, and only then.
 *
 * @module
 */

const boxes = [...document.querySelectorAll<HTMLElement>("[data-scroller]")];

mark();
// Also when letters of another width arrive.
const observer = new ResizeObserver(mark);
for (const box of boxes) for (const part of [box, ...box.children]) observer.observe(part);

function mark(): void {
  for (const box of boxes) {
    const scrolls = box.scrollWidth > box.clientWidth;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
    box.setAttribute("role", scrolls ? "region" : "group");
  }
}
