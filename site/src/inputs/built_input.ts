/**
 * One input of a run as the build draws it: its figure and lists as HTML, and the PNG files of their tiles.
 *
 * Knows neither the reports' folder nor the site's; the caller reads and publishes.
 *
 * @module
 */
import { NO_CHOICE } from "./address.ts";
import { type InputsData, placeOf } from "./data.ts";
import { errorTile, type Figure, figureOf } from "./figure.ts";
import { figureHtml } from "./figure_html.ts";
import { type Addresses, EXAMPLE_LATENTS, exampleItems } from "./lists_html.ts";
import { ordered } from "./order.ts";
import { valuesOf } from "./pixels.ts";
import { type Reader, type Scene, sceneOf } from "./scene.ts";
import { TileSheet } from "./sheet.ts";
import { firstName } from "./texts.ts";

/** Names of the PNG files beside the page. */
const TILES_FILE = "tiles.png", EXAMPLES_FILE = "examples.png";

/** The page of one input without scripts. */
export interface BuiltInput {
  scene: Scene;
  figure: Figure;
  html: Record<"figure" | "examples", string>;
  /** The large tiles; null if inputs have no picture. */
  large: Record<"input" | "recon" | "error", string> | null;
  /** PNG files beside the page, by name. */
  files: Record<string, Uint8Array<ArrayBuffer>>;
}

/**
 * Draws one input.
 *
 * @param options.index Its place in the data's rows.
 */
export async function builtInput(
  data: InputsData,
  { index, reader, addresses }: { index: number; reader: Reader; addresses: Addresses },
): Promise<BuiltInput> {
  const scene = await sceneOf(data, { index, reader }), { range } = scene;
  const { input, recon } = scene.numbers;
  const figure = figureOf(scene.numbers, { material: scene.material, choice: NO_CHOICE, range });
  const tiles = new TileSheet(TILES_FILE, data.size);
  const large = data.tiles && {
    input: tiles.add({ values: input, kind: "values", range }),
    recon: tiles.add({ values: recon, kind: "values", range }),
    error: tiles.add(errorTile({ input, recon, range })),
  };
  const places = figure.columns.map(({ change, result }) => ({
    change: change && tiles.add(change),
    result: result && tiles.add(result),
  }));
  const examples = await builtExamples(data, { scene, reader, addresses });
  return {
    scene,
    figure,
    html: {
      figure: figureHtml(figure, {
        tile: ({ column, which }, classes) => tiles.html(places[column][which]!, { classes }),
        latentHref: addresses.latentHref,
        firstName: firstName(figure, data),
      }),
      examples: examples.html,
    },
    large: large && {
      input: tiles.html(large.input, { label: "The input" }),
      recon: tiles.html(large.recon, { label: "The reconstruction" }),
      error: tiles.html(large.error, { label: "The absolute error" }),
    },
    files: data.tiles ? { [TILES_FILE]: tiles.png(), [EXAMPLES_FILE]: examples.png } : {},
  };
}

/** The latents' most activating inputs, on a sheet of their own: in the report they are spread over many files. */
async function builtExamples(
  data: InputsData,
  { scene: { numbers }, reader, addresses }: { scene: Scene; reader: Reader; addresses: Addresses },
): Promise<{ html: string; png: Uint8Array<ArrayBuffer> }> {
  const active = ordered(numbers.active, "activation").slice(0, EXAMPLE_LATENTS);
  const sheet = new TileSheet(EXAMPLES_FILE, data.size);
  const places = new Map<number, number>();
  const { examples, range, latents: columns } = data;
  for (const tile of active.flatMap(({ latent }) => columns.topTiles[placeOf(columns, latent)])) {
    if (places.has(tile)) continue;
    const values = valuesOf(await reader.levels(examples!, tile), range);
    places.set(tile, sheet.add({ values, kind: "values", range }));
  }
  const html = exampleItems(data, {
    active,
    exampleTile: (tile, label) => sheet.html(places.get(tile)!, { label }),
    latentHref: addresses.latentHref,
  });
  return { html, png: sheet.png() };
}
