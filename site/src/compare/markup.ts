/**
 * Markup that the build and the browser make from the same functions: text is escaped unless it is markup already.
 *
 * Knows no page. PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */
import { escaped } from "../escaped.ts";

/** Markup whose texts are escaped; only {@linkcode markup} makes it. */
export class Markup {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What may stand in a template: null, false and "" add nothing; lists are joined. */
export type Content = Markup | string | number | boolean | null | undefined | Content[];

/**
 * A template of HTML in which every value is escaped, in text and between quotation marks.
 *
 * @example
 * ```ts
 * import { markup } from "./markup.ts";
 * import assert from "node:assert/strict";
 *
 * const title = `<b>"A"</b>`;
 * assert.equal(String(markup`<p title="${title}">${[1, markup`<i>2</i>`, null]}</p>`),
 *   `<p title="&lt;b&gt;&quot;A&quot;&lt;/b&gt;">1<i>2</i></p>`);
 * ```
 */
export function markup(parts: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(parts.map((part, i) => i < values.length ? part + textOf(values[i]) : part).join(""));
}

function textOf(value: Content): string {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(textOf).join("");
  if (value === null || value === undefined || typeof value === "boolean") return "";
  return escaped(String(value));
}
