/**
 * A page with one figure and nothing else, to embed in other pages: the chart in both colour schemes, its caption, and a link
 * to where it comes from.
 *
 * @module
 */
import tokens from "./styles/tokens.css?raw";
import type { ChartFigure } from "./figure_files.ts";

const STYLE = `${tokens}
body { margin: 0; padding: 1rem; background: var(--paper); color: var(--ink); font: 13px/1.5 var(--interface); }
svg { display: block; width: 100%; height: auto; }
h1 { margin: 0 0 .5rem; font: 600 16px/1.3 var(--reading); }
p { margin: .5rem 0 0; color: var(--muted); }
a { color: inherit; }`;

/** The page as HTML. */
export function embedPage({ heading, alt, caption, drawings, id }: ChartFigure): string {
  const largest = drawings.reduce((a, b) => b.width > a.width ? b : a);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'">
<meta name="robots" content="noindex">
<title>${escaped(heading)}</title>
<style>${STYLE}</style>
<main>
<h1>${escaped(heading)}</h1>
<div role="img" aria-label="${escaped(alt)}">${largest.svg}</div>
${caption === "" ? "" : `<p>${withAbsoluteLinks(caption)}</p>`}
<p><a href="../#${id}" target="_top">Source: ${escaped(SITE)}</a></p>
</main>
</html>
`;
}

const SITE = "Sparse autoencoders you can see";

/** Links in a caption start at the page: from the embedded page they start one folder higher. */
function withAbsoluteLinks(html: string): string {
  return html.replace(/href="(?!\/|#|[a-z]+:)/g, 'href="../').replaceAll('href="#', 'href="../#').replaceAll(
    "<a ",
    '<a target="_top" ',
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
