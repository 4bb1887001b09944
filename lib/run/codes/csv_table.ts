/**
 * A table of rows as `.csv`; `table_rows.ts` says what is in it.
 *
 * @module
 */
import { NewFile } from "../../files.ts";
import { CsvLines } from "../../formats/csv_lines.ts";
import type { CodesFormat, CodesLayout, CodesWriter, EncodedRows } from "./codes_writer.ts";
import { columnNames, tableRows } from "./table_rows.ts";

/** Comma-separated values with a header; numbers that are no integers have 7 digits. */
export const csvTable: CodesFormat = {
  ...{ holds: "a table", isDense: false, isTable: true },
  open: (path, layout) => CsvWriter.open(path, layout),
};

class CsvWriter implements CodesWriter {
  readonly #file: NewFile;
  readonly #layout: CodesLayout;
  readonly #lines = new CsvLines();

  private constructor(file: NewFile, layout: CodesLayout) {
    this.#file = file;
    this.#layout = layout;
    for (const name of columnNames(layout)) this.#lines.text(name);
    this.#lines.endLine();
  }

  static async open(path: string, layout: CodesLayout): Promise<CsvWriter> {
    return new CsvWriter(await NewFile.create(path, layout), layout);
  }

  async add(encoded: EncodedRows): Promise<void> {
    const { top, labels } = this.#layout, lines = this.#lines;
    const { count, numbers, labels: classes, mse, l0, found, latents, activations } = tableRows(encoded, this.#layout);
    for (let row = 0; row < count; row++) {
      lines.number(numbers[row]);
      if (labels) lines.text(labels.names[classes![row]]);
      lines.number(mse[row]).number(l0[row]);
      for (let place = 0, at = row * top; place < top; place++, at++) {
        if (place < found[row]) lines.number(latents[at]).number(activations[at]);
        else lines.empty().empty();
      }
      lines.endLine();
    }
    await this.#file.write(lines.take());
  }

  finish(): Promise<void> {
    return this.#file.finish();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file[Symbol.asyncDispose]();
  }
}
