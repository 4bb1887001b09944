/**
 * The tables of `../structs.ts` as AssemblyScript: the text of `kernels/kernel_structs.ts`, which `deno task kernels` writes.
 *
 * Writes no file itself.
 *
 * @module
 */
import type { Field, Struct } from "../struct_fields.ts";
import {
  ACTIVATION,
  BARRIER,
  BARRIER_TICK_MS,
  CPU_STRUCTS,
  FAILURE,
  LATE_ROWS,
  PENALTY,
  SELECTION,
} from "../structs.ts";

const HEADER = `/**
 * What the host writes into memory for the kernels to read, and numbers that both sides know.
 *
 * Written by \`deno task kernels\` from the tables of \`lib/engine/structs.ts\`; fields are changed there. Matrices are
 * row-major float32. Their widths are rounded up to 8 and the extra columns and rows are zero, always: no kernel treats edges.
 *
 * @module
 */
`;

/** A comment stands beside its field if both fit. */
const LINE_WIDTH = 120;

/** The whole file. */
export function assemblyScriptStructs(): string {
  return [
    HEADER,
    constants("Selection", { doc: "How latents are chosen among those above 0.", values: SELECTION }),
    constants("LateRows", { doc: "How late a decoder row can be.", values: LATE_ROWS }),
    constants("Activation", { doc: "How a chosen latent comes from its preAct.", values: ACTIVATION }),
    constants("Penalty", { doc: "What a dictionary's penalty is of.", values: PENALTY }),
    constants("Failure", { doc: "What the word `failed` of a barrier says.", values: FAILURE }),
    constants("Barrier", { doc: "The unit of waits at a barrier, in ms.", values: { tickMs: BARRIER_TICK_MS } }),
    constants("Barrier", { doc: `${BARRIER.doc} Offsets in bytes.`, values: BARRIER.offsets, fields: BARRIER.fields }),
    ...CPU_STRUCTS.map(unmanagedClass),
  ].join("\n");
}

function unmanagedClass({ name, doc, fields }: Struct): string {
  const lines = Object.entries(fields).map(([field, { doc, type, pointsTo }]) => {
    const declaration = `  ${field}: ${pointsTo ?? (type === "f32" ? "f32" : "usize")};`,
      beside = `${declaration} // ${doc}\n`;
    return beside.length <= LINE_WIDTH ? beside : `  // ${doc}\n${declaration}\n`;
  });
  return `/** ${doc} */\n@unmanaged\nexport class ${name} {\n${lines.join("")}}\n`;
}

/** Numbers by name, as `PREFIX_NAME`. */
function constants(
  prefix: string,
  { doc, values, fields }: { doc: string; values: Record<string, number>; fields?: Record<string, Field> },
): string {
  const lines = Object.entries(values).map(([name, value]) => {
    const comment = fields ? `/** ${fields[name].doc} */\n` : "";
    return `${comment}export const ${capitals(prefix)}_${capitals(name)}: usize = ${value};\n`;
  });
  return `// ${doc}\n${lines.join("")}`;
}

function capitals(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, "_$&").toUpperCase();
}
