/**
 * Colours for files that leave the site: the light scheme's values in the place of the style sheet's variables.
 *
 * @module
 */
import tokens from "./styles/tokens.css?raw";

/** Values of the colour variables in the light scheme, by name. */
const LIGHT = new Map(
  Array.from(
    tokens.matchAll(/--([\w-]+): (?:light-dark\((#\w+), [^)]*\)|(#\w+));/g),
    ([, name, light, both]) => [name, light ?? both] as const,
  ),
);

/**
 * A text, such as an SVG or a specification, with every `var(--name)` of a colour as its value in the light scheme.
 *
 * @throws {Error} A colour variable is not in the style sheet.
 */
export function withoutVariables(text: string): string {
  return text.replace(/var\(--([\w-]+)\)/g, (_, name: string) => {
    const value = LIGHT.get(name);
    if (value === undefined) {
      throw new Error(`Cannot resolve var(--${name}): tokens.css has no such colour, expected one`);
    }
    return value;
  });
}
