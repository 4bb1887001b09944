/**
 * Whether a reader is at a list: then its order stays, so that nothing moves away from under the pointer.
 *
 * @module
 */

/** True while a pointer that can hover is over the element, or the keyboard's focus is in it. */
export function isHeld(list: HTMLElement): boolean {
  return list.matches(":hover") && matchMedia("(hover: hover)").matches ||
    list.querySelector(":focus-visible") !== null;
}

/** Makes as many children as items are needed; those beyond are hidden, not removed, so that none loses the focus. */
export function fitItems<Item extends { element: HTMLElement }>(
  items: Item[],
  { list, count, make }: { list: HTMLElement; count: number; make: () => Item },
): void {
  while (items.length < count) {
    const item = make();
    items.push(item);
    list.append(item.element);
  }
  items.forEach(({ element }, i) => element.hidden = i >= count);
}
