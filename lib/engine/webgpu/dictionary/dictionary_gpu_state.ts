/**
 * A dictionary's state as its buffers on the device have it, and the way back.
 *
 * Plain arrays: does not know devices. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import {
  type Architecture,
  LAST_FIRED,
  latentParameterName,
  type Parameters,
  START_DIRECTIONS,
} from "../../../sae/model.ts";
import type { StepDefinition, TrainingState } from "../../engine.ts";
import type { PackedState, Span } from "../gpu_model.ts";
import { copyRows, padded, QUAD } from "../quads.ts";
import { dictionaryLayout, type Group, keptLength, startsOffset } from "./dictionary_gpu_layout.ts";

/** Parameters, or a moment, as padded arrays. */
function packGroups(params: Parameters, definition: StepDefinition): Record<Group, Float32Array<ArrayBuffer>> {
  const { arch } = definition, { ownParameters } = dictionaryLayout(definition);
  const { dInput, nLatents, layers: [encoder, decoder] } = arch;
  const width = padded(dInput), biasesOffset = padded(nLatents);
  const packed = {
    encoder: new Float32Array(padded(nLatents) * width),
    decoder: transposed(params[`${decoder.name}.weight`], {
      rows: dInput,
      columns: nLatents,
      from: nLatents,
      to: width,
      length: padded(nLatents) * width,
    }),
    biases: new Float32Array(biasesOffset + width + ownParameters.length * padded(nLatents)),
  };
  const rows = { rows: nLatents, width: dInput, from: dInput, to: width };
  copyRows(params[`${encoder.name}.weight`], packed.encoder, rows);
  packed.biases.set(params[`${encoder.name}.bias`]);
  packed.biases.set(params[`${decoder.name}.bias`], biasesOffset);
  ownParameters.forEach(({ name }, i) => {
    packed.biases.set(params[latentParameterName(name)], biasesOffset + width + i * padded(nLatents));
  });
  return packed;
}

/** The inverse of {@linkcode packGroups}; copies. */
function unpackGroups(packed: Record<Group, Float32Array>, definition: StepDefinition): Parameters {
  const { dInput, nLatents, layers: [encoder, decoder] } = definition.arch;
  const { ownParameters } = dictionaryLayout(definition);
  const width = padded(dInput), biasesOffset = padded(nLatents), length = nLatents * dInput;
  const encoderWeight = new Float32Array(length);
  copyRows(packed.encoder, encoderWeight, { rows: nLatents, width: dInput, from: width, to: dInput });
  const decoderWeight = transposed(packed.decoder, {
    rows: nLatents,
    columns: dInput,
    from: width,
    to: nLatents,
    length,
  });
  const own = ownParameters.map(({ name }, i) => {
    const at = biasesOffset + width + i * padded(nLatents);
    return [latentParameterName(name), new Float32Array(packed.biases.subarray(at, at + nLatents))];
  });
  return {
    [`${encoder.name}.weight`]: encoderWeight,
    [`${encoder.name}.bias`]: new Float32Array(packed.biases.subarray(0, nLatents)),
    [`${decoder.name}.weight`]: decoderWeight,
    [`${decoder.name}.bias`]: new Float32Array(packed.biases.subarray(biasesOffset, biasesOffset + dInput)),
    ...Object.fromEntries(own),
  };
}

/**
 * Where a state's buffers are: when each latent was last active, behind the padding the threshold, if there is one, and then
 * the directions that the decoder started from, if it must stay near them.
 */
export function keptSpans({ buffers, nLatents }: Architecture): Record<string, Span> {
  const latentQuads = padded(nLatents) / QUAD;
  const offsets: Record<string, number> = { [LAST_FIRED]: 0, [START_DIRECTIONS]: startsOffset({ latentQuads }) };
  return Object.fromEntries(
    buffers.map(({ name, size }) => {
      const offset = offsets[name] ?? padded(nLatents);
      return [name, { buffer: "kept", offset, length: size }];
    }),
  );
}

function packKept(buffers: Parameters, definition: StepDefinition): Float32Array<ArrayBuffer> {
  const kept = new Float32Array(keptLength(dictionaryLayout(definition)));
  for (const [name, { offset }] of Object.entries(keptSpans(definition.arch))) kept.set(buffers[name], offset);
  return kept;
}

/** The inverse of {@linkcode packKept}; copies. */
function unpackKept(kept: Float32Array, arch: Architecture): Parameters {
  return Object.fromEntries(
    Object.entries(keptSpans(arch)).map(([name, { offset, length }]) => [
      name,
      new Float32Array(kept.subarray(offset, offset + length)),
    ]),
  );
}

/** A state by its buffers. */
export function packDictionary({ params, m, v, buffers }: TrainingState, definition: StepDefinition): PackedState {
  const packed: PackedState = { kept: packKept(buffers, definition) };
  for (const [suffix, values] of [["", params], ["_m", m], ["_v", v]] as const) {
    for (const [group, array] of Object.entries(packGroups(values, definition))) packed[`${group}${suffix}`] = array;
  }
  return packed;
}

/** The inverse of {@linkcode packDictionary}; copies. */
export function unpackDictionary(packed: PackedState, definition: StepDefinition): Omit<TrainingState, "step"> {
  const [params, m, v] = ["", "_m", "_v"].map((suffix) =>
    unpackGroups({
      encoder: packed[`encoder${suffix}`],
      decoder: packed[`decoder${suffix}`],
      biases: packed[`biases${suffix}`],
    }, definition)
  );
  return { params, m, v, buffers: unpackKept(packed.kept, definition.arch) };
}

/** Columns as rows; rows are `from` numbers apart before and `to` afterwards. */
function transposed(
  matrix: Float32Array,
  { rows, columns, from, to, length }: { rows: number; columns: number; from: number; to: number; length: number },
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * to + row] = matrix[row * from + column];
  }
  return result;
}
