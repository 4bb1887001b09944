/**
 * Hides the glossary's entries that do not have the words of the search, and parts without entries. The search is in
 * the address, so that it can be passed on; a link to an entry that is hidden ends the search.
 *
 * @module
 */
import { isMatch } from "../glossary/search.ts";

const form = document.querySelector<HTMLFormElement>("[data-glossary-search]")!;
const input = form.querySelector("input")!;
const status = form.querySelector<HTMLElement>("[role=status]")!;
const entries = [...document.querySelectorAll<HTMLElement>("[data-entry]")];
const parts = [...document.querySelectorAll<HTMLElement>("[data-part]")];

form.onsubmit = (event) => event.preventDefault();
input.value = new URLSearchParams(location.search).get("q") ?? "";
input.oninput = () => {
  show();
  const address = new URL(location.href);
  if (input.value.trim()) address.searchParams.set("q", input.value);
  else address.searchParams.delete("q");
  address.hash = "";
  history.replaceState(null, "", address);
};
globalThis.addEventListener("hashchange", reveal);
show();
reveal();

function show(): void {
  for (const entry of entries) entry.hidden = !isMatch(entry.dataset.entry!, input.value);
  for (const part of parts) part.hidden = !part.querySelector("[data-entry]:not([hidden])");
  const found = entries.filter(({ hidden }) => !hidden).length;
  status.textContent = input.value.trim() ? `${found} of ${entries.length} entries` : "";
}

/** The entry that the address names is shown, whatever the search. */
function reveal(): void {
  const entry = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!entry?.closest("[hidden]")) return;
  input.value = "";
  show();
  entry.scrollIntoView();
}
