/**
 * Sorts the atlas by what the reader picks, and keeps the pick in the address.
 *
 * @module
 */

const list = document.querySelector<HTMLOListElement>("[data-atlas]")!;
const select = document.querySelector<HTMLSelectElement>("[data-atlas-sort]")!;

select.closest<HTMLElement>(".controls")!.hidden = false;
const asked = new URLSearchParams(location.search).get("sort");
if ([...select.options].some(({ value }) => value === asked)) {
  select.value = asked!;
  sort();
}
select.onchange = () => {
  sort();
  history.replaceState(null, "", `?sort=${select.value}`);
};

function sort(): void {
  const key = select.value.replace("-", ""), sign = select.value.startsWith("-") ? -1 : 1;
  const items = [...list.children] as HTMLElement[];
  const value = (item: HTMLElement) => Number(item.dataset[key]);
  const latent = (item: HTMLElement) => Number(item.dataset.latent);
  list.append(...items.sort((a, b) => sign * (value(a) - value(b)) || latent(a) - latent(b)));
}
