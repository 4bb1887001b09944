/**
 * Writes rows that are distributed like a language model's activations to a file, for `--data FILE`.
 *
 *     deno run -P=bench bench/activations_like.ts FILE.npy [--rows 50000] [--width 128] [--seed 0] [--type f16|f32]
 *
 * `tests/data/activations_like.ts` makes the rows. The same flags write the same bytes. Trains nothing.
 *
 * @module
 */
import { parseFlags } from "../lib/cli/flags.ts";
import { quoted, UserError } from "../lib/errors.ts";
import { NewFile } from "../lib/files.ts";
import { toFloat16 } from "../lib/formats/float16.ts";
import { npyHeader } from "../lib/formats/npy.ts";
import { ActivationsLike } from "../tests/data/activations_like.ts";

/** Values that are drawn before they are written. */
const PIECE_VALUES = 2 ** 20;
const FLAGS = {
  rows: { takes: "N", help: "Rows to write.", defaults: "50000" },
  width: { takes: "D", help: "Numbers in a row.", defaults: "128" },
  seed: { takes: "S", help: "The random seed.", defaults: "0" },
  type: { takes: "f16|f32", help: "How the numbers are stored.", defaults: "f16" },
} as const;

const { flags, positionals } = parseFlags(Deno.args, FLAGS);
const text = (name: keyof typeof FLAGS) => flags.find((flag) => flag.name === name)?.value ?? FLAGS[name].defaults;
const [rows, width, seed] = [wholeNumber("rows", 1), wholeNumber("width", 1), wholeNumber("seed", 0)];
const type = text("type"), [path] = positionals;
if (positionals.length !== 1 || !path.endsWith(".npy")) {
  throw new UserError(
    `Cannot write activations: the files named are ${quoted(positionals.join(" "))}, expected one .npy`,
  );
}
if (type !== "f16" && type !== "f32") {
  throw new UserError(`Cannot write activations: --type is ${quoted(type)}, expected f16 or f32`);
}

const source = new ActivationsLike({ width, seed });
await using file = await NewFile.create(path);
await file.write(npyHeader({ type, shape: [rows, width] }));
for (let first = 0; first < rows;) {
  const { values, count } = source.next(Math.min(rows - first, Math.ceil(PIECE_VALUES / width)));
  const numbers = type === "f16" ? toFloat16(values) : values;
  await file.write(new Uint8Array(numbers.buffer));
  first += count;
}
await file.finish();
console.log(`${path}: ${rows} rows of ${width} numbers, ${type}, random seed ${seed}`);

function wholeNumber(name: keyof typeof FLAGS, least: number): number {
  const value = Number(text(name));
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UserError(
    `Cannot write activations: --${name} is ${quoted(text(name))}, expected a whole number from ${least}`,
  );
}
