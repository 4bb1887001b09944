/**
 * The button that changes the colour scheme: the system's, light, dark. `public/theme.js` applies a choice before a page is
 * drawn.
 *
 * @module
 */

const NAMES = { system: "System", light: "Light", dark: "Dark" };
const NEXT = { system: "light", light: "dark", dark: "system" } as const;

const button = document.querySelector<HTMLButtonElement>("button.theme");
if (button) {
  show(button);
  button.onclick = () => {
    const next = NEXT[current()];
    if (next === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem("theme", next === "system" ? "" : next);
    } catch { /* the choice then holds for this page */ }
    show(button);
  };
}

function current(): keyof typeof NAMES {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || theme === "dark" ? theme : "system";
}

function show(button: HTMLButtonElement): void {
  const name = NAMES[current()];
  button.querySelector("span")!.textContent = name;
  button.ariaLabel = `Colour scheme: ${name}. Press to change it`;
}
