/**
 * HTML elements made by the live page's views.
 *
 * @module
 */

/** What an element is made with. */
export interface ElementParts {
  class?: string;
  text?: string;
  attributes?: Record<string, string | number>;
  children?: (Element | string)[];
}

/** An element with its text or children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { class: classes = "", text, attributes = {}, children = [] }: ElementParts = {},
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  if (text !== undefined) made.textContent = text;
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  made.append(...children);
  return made;
}

/** A button that submits nothing. */
export function button(text: string, attributes: Record<string, string> = {}): HTMLButtonElement {
  return element("button", { text, attributes: { type: "button", ...attributes } });
}

/** Sets a text if it is another, so that an unchanged one is not announced or laid out again. */
export function setText(target: Element, text: string): void {
  if (target.textContent === text) return;
  const { firstChild, childNodes } = target;
  // Another text in the same node is quicker than another node.
  if (firstChild instanceof Text && childNodes.length === 1) firstChild.data = text;
  else target.textContent = text;
}
