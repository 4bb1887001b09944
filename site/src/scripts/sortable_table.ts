/**
 * Makes the headings of `<table data-sortable>` buttons that sort its rows by `data-value`, or by text. A heading that is a link to
 * a definition keeps it, and its button stands behind the link: a link inside a button can be reached by no one.
 *
 * @module
 */

for (const hint of document.querySelectorAll<HTMLElement>("[data-sort-hint]")) hint.hidden = false;

for (const table of document.querySelectorAll<HTMLTableElement>("table[data-sortable]")) {
  const headings = [...table.tHead!.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    if (heading.querySelector("a")) button.ariaLabel = `Sort by ${heading.textContent!.trim().toLowerCase()}`;
    else button.append(...heading.childNodes);
    heading.append(button);
    button.onclick = () => {
      const ascending = heading.ariaSort !== "ascending";
      for (const other of headings) other.ariaSort = null;
      heading.ariaSort = ascending ? "ascending" : "descending";
      const body = table.tBodies[0];
      const rows = [...body.rows].sort((a, b) => compare(valueOf(a, column), valueOf(b, column)));
      body.append(...(ascending ? rows : rows.reverse()));
    };
  });
}

function valueOf(row: HTMLTableRowElement, column: number): string {
  const cell = row.cells[column];
  return cell.dataset.value ?? cell.textContent!.trim();
}

function compare(a: string, b: string): number {
  return a !== "" && b !== "" && Number.isFinite(+a) && Number.isFinite(+b) ? +a - +b : a.localeCompare(b);
}
