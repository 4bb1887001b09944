/**
 * Marks the section that is read in a page's list of contents.
 *
 * @module
 */

/** A section counts as read once its top is this near to the window's, in pixels. */
const READ_FROM = 160;

for (const list of document.querySelectorAll<HTMLElement>("[data-contents]")) {
  const links = [...list.querySelectorAll<HTMLAnchorElement>("a")];
  const sections = links.map(({ hash }) => document.getElementById(decodeURIComponent(hash.slice(1))));
  const mark = () => {
    let current = 0;
    sections.forEach((section, i) => {
      if (section && section.getBoundingClientRect().top < READ_FROM) current = i;
    });
    links.forEach((link, i) => link.ariaCurrent = i === current ? "true" : null);
  };
  addEventListener("scroll", mark, { passive: true });
  mark();
}
