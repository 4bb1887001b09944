/**
 * A run's Inputs page, from the report's folder to HTML and the files beside the page.
 *
 * @module
 */
import type { CsvRow } from "../csv.ts";
import { latentDetails, reportOf, type Run, runsBySweep } from "../reports.ts";
import { REPORTS_DIR } from "../reports_dir.ts";
import { type BuiltInput, builtInput } from "./built_input.ts";
import { KINDS, strip } from "./chooser.ts";
import type { InputsData } from "./data.ts";
import { figureRows } from "./figure_rows.ts";
import { fileReader, readDecoderFile, type RunFiles } from "./file_reader.ts";
import { addressesOf, inputItems } from "./lists_html.ts";
import { decoderLayers } from "../linear_decoder.ts";
import { inputsDataOf } from "./page_data.ts";

/** Names of the files that the page's script loads. */
export const DATA_FILE = "data.json", DECODER_FILE = "decoder.safetensors";
/** Inputs in the short strip of each kind. */
const STRIP = { first: 8, best: 5, median: 5, worst: 5 } as const;

/** What the page is drawn from. */
export interface InputsPage {
  data: InputsData;
  built: BuiltInput;
  /** The short lists to choose from, HTML. */
  strips: { kind: keyof typeof STRIP; items: string }[];
  rows: CsvRow[];
  /** Files beside the page, by name. */
  files: Record<string, Uint8Array | string>;
}

/** Draws the page's first input, the first of the test set. */
export async function inputsPageOf(run: Run): Promise<InputsPage> {
  const { inputs, latents, activations: { shown } } = await reportOf(run);
  const { alone } = await runsBySweep();
  const data = inputsDataOf({
    run,
    inputs,
    latents,
    ownPages: alone.some(({ id }) => id === run.id) ? shown : [],
    details: await Promise.all(latents.detailFiles.map((file) => latentDetails(run, file))),
  });
  const files: RunFiles = {
    folder: `${REPORTS_DIR}/${run.id}`,
    tile: data.tile,
    model: run.model.file,
    layers: decoderLayers(run),
  };
  const addresses = addressesOf(data);
  const built = await builtInput(data, { index: 0, reader: fileReader(files), addresses });
  return {
    data,
    built,
    strips: KINDS.map((kind) => ({
      kind,
      items: inputItems(data, {
        places: strip(data, { kind, length: STRIP[kind] }),
        selected: 0,
        addressOf: addresses.addressOf,
      }),
    })),
    rows: figureRows(built.figure),
    files: {
      ...built.files,
      [DATA_FILE]: JSON.stringify(data),
      ...(data.decoderBytes === null ? {} : { [DECODER_FILE]: await readDecoderFile(files) }),
    },
  };
}
