/**
 * All latents of all rows as one array of float32, `[rows, nLatents]`: a `.npy` file, or a `.safetensors` file with the
 * tensor `latents`.
 *
 * @module
 */
import { NewFile } from "../../files.ts";
import { npyHeader } from "../../formats/npy.ts";
import { safetensorsStart } from "../../formats/safetensors.ts";
import type { CodesFormat, CodesLayout, CodesWriter, EncodedRows } from "./codes_writer.ts";

/** The tensor's name. */
const LATENTS_TENSOR = "latents";

/** See the module comment. */
export const npyCodes: CodesFormat = {
  holds: "all latents",
  isDense: true,
  isTable: false,
  open: (path, layout) =>
    DenseWriter.open(path, { ...layout, header: npyHeader({ type: "f32", shape: shapeOf(layout) }) }),
};

/** See the module comment. */
export const safetensorsCodes: CodesFormat = {
  ...npyCodes,
  open: (path, layout) =>
    DenseWriter.open(path, {
      ...layout,
      header: safetensorsStart({ tensors: { [LATENTS_TENSOR]: { shape: shapeOf(layout) } }, metadata: {} }),
    }),
};

function shapeOf({ rows, nLatents }: CodesLayout): number[] {
  return [rows, nLatents];
}

class DenseWriter implements CodesWriter {
  readonly #file: NewFile;

  private constructor(file: NewFile) {
    this.#file = file;
  }

  static async open(
    path: string,
    { header, replaces }: Pick<CodesLayout, "replaces"> & { header: Uint8Array },
  ): Promise<DenseWriter> {
    await using opened = new AsyncDisposableStack();
    const file = opened.use(await NewFile.create(path, { replaces }));
    await file.write(header);
    opened.move(); // the writer's from here on
    return new DenseWriter(file);
  }

  async add({ dense }: EncodedRows): Promise<void> {
    const { buffer, byteOffset, byteLength } = dense!;
    await this.#file.write(new Uint8Array(buffer, byteOffset, byteLength));
  }

  finish(): Promise<void> {
    return this.#file.finish();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file[Symbol.asyncDispose]();
  }
}
