// On the live page, before its scripts are there: keeps what is pressed for `src/live/early_presses.ts`, which does it then. Plain
// JavaScript, since it must not wait.
{
  const kept = [], listening = new AbortController();
  const keep = (event, press) => {
    event.stopImmediatePropagation(); // no view handles it as well
    kept.push({ type: event.type, ...press });
  };
  const hear = (event) => {
    const { type, target, key, dataTransfer } = event;
    if (type === "dragover" || type === "drop") event.preventDefault(); // the browser would show the file in the page's place
    if (type === "drop") return keep(event, { target, files: [...dataTransfer.files] });
    if (type === "keydown") {
      if (![" ", "s", "e"].includes(key.toLowerCase()) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (target === document.body) event.preventDefault(); // Space would scroll
      return keep(event, { target, key });
    }
    const control = target.closest?.(type === "click" ? "[data-live] button" : "[data-live] :is(input, select)");
    if (control) keep(event, { target: control, value: control.value, checked: control.checked });
  };
  for (const type of ["click", "input", "change", "keydown", "dragover", "drop"]) {
    addEventListener(type, hear, { capture: true, signal: listening.signal });
  }
  globalThis.earlyPresses = { kept, end: () => listening.abort() };
}
