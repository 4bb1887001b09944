/**
 * Addresses of a built site made relative, so that its pages open from a folder without a server.
 *
 * An address keeps its place in the text: a page is changed only where an address stands and where something is that needs a
 * server. Texts in, texts out; reads no file.
 *
 * @module
 */
import { type DefaultTreeAdapterTypes as Tree, parse } from "parse5";
import { posix } from "node:path";

/** Attributes that hold one address. */
const ADDRESSES = new Set(["href", "xlink:href", "src", "poster", "data"]);

/** A part of a text and what takes its place. */
interface Edit {
  from: number;
  to: number;
  text: string;
}

/**
 * A page with relative addresses, without what does nothing when there is no server: scripts, which a browser does not load
 * from files, and the policy that says where they may come from. What a page shows only without scripts is shown.
 *
 * @param page The page's path on the site, such as `runs/a/index.html`.
 */
export function relativePage(text: string, page: string): string {
  const edits: Edit[] = [];
  const document = parse(text, { sourceCodeLocationInfo: true, scriptingEnabled: false });
  for (const element of elementsOf(document)) {
    const at = element.sourceCodeLocation;
    if (!at) continue; // the parser made it, the text does not have it
    if (needsServer(element)) {
      edits.push({ from: at.startOffset, to: at.endOffset, text: "" });
      continue;
    }
    if (element.tagName === "noscript" && at.startTag && at.endTag) {
      for (const { startOffset, endOffset } of [at.startTag, at.endTag]) {
        edits.push({ from: startOffset, to: endOffset, text: "" });
      }
    }
    for (const { name, value, prefix } of element.attrs) {
      const whole = prefix ? `${prefix}:${name}` : name;
      const relative = relativeValue(element, { name: whole, value, page });
      const place = at.attrs?.[whole];
      if (relative === value || !place) continue;
      edits.push({ from: place.startOffset, to: place.endOffset, text: `${whole}="${escaped(relative)}"` });
    }
  }
  return edited(text, edits);
}

/** A style sheet, or the value of a `style` attribute, with relative addresses. */
export function relativeStyle(css: string, page: string): string {
  return css.replace(
    /url\(\s*(["']?)([^"')]*)\1\s*\)/g,
    (_, quote: string, address: string) => `url(${quote}${relativeAddress(address, page)}${quote})`,
  );
}

/**
 * An address of the site as seen from one of its pages: `/learn/#kl` is `../../learn/index.html#kl` for `runs/a/index.html`.
 * Addresses of other sites, of places on the same page, and data stay as they are.
 */
export function relativeAddress(address: string, page: string): string {
  if (address === "" || address.startsWith("#")) return address;
  const site = "http://site.invalid";
  const url = URL.parse(address, `${site}/${page}`);
  if (url?.origin !== site) return address;
  const path = url.pathname.replace(/\/$/, "/index.html").slice(1);
  const relative = posix.relative(posix.dirname(page), path);
  return relative + url.search + url.hash;
}

function relativeValue(
  element: Tree.Element,
  { name, value, page }: { name: string; value: string; page: string },
): string {
  if (ADDRESSES.has(name)) return relativeAddress(value, page);
  if (name === "style") return relativeStyle(value, page);
  if (name === "srcset") {
    return value.replace(
      /(^|,)(\s*)([^\s,]+)/g,
      (_, comma: string, space: string, address: string) => comma + space + relativeAddress(address, page),
    );
  }
  const leadsOn = element.tagName === "meta" && name === "content" && attribute(element, "http-equiv") === "refresh";
  return leadsOn
    ? value.replace(/(url=)(.*)$/i, (_, url: string, to: string) => url + relativeAddress(to, page))
    : value;
}

function needsServer(element: Tree.Element): boolean {
  switch (element.tagName) {
    case "script":
      return !/json$/.test(attribute(element, "type") ?? "");
    case "link":
      return attribute(element, "rel") === "modulepreload";
    case "meta":
      return attribute(element, "http-equiv")?.toLowerCase() === "content-security-policy";
  }
  return false;
}

function attribute({ attrs }: Tree.Element, name: string): string | null {
  return attrs.find((attribute) => attribute.name === name)?.value ?? null;
}

/** All elements of a page, in the order of the text. */
function* elementsOf(node: Tree.Node): Generator<Tree.Element> {
  if ("tagName" in node) yield node;
  if ("content" in node && node.nodeName === "template") yield* elementsOf((node as Tree.Template).content);
  if ("childNodes" in node) { for (const child of node.childNodes) yield* elementsOf(child); }
}

function escaped(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}

function edited(text: string, edits: Edit[]): string {
  let result = "", at = 0;
  for (const { from, to, text: replacement } of edits.toSorted((a, b) => a.from - b.from)) {
    result += text.slice(at, from) + replacement;
    at = to;
  }
  return result + text.slice(at);
}
