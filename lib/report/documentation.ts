/**
 * The documentation of a report's files and fields, and `reports/README.md`, both made from the schemas so that they cannot
 * disagree. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { LatentColumns, PairColumns } from "./comparison_columns_schema.ts";
import { Comparison } from "./comparison_schema.ts";
import { NewDataEvaluation } from "./evaluation_schema.ts";
import { Activations, Inputs, LatentDetails, Latents, Lifelines, Metrics, Reconstructions, Run } from "./schema.ts";

/** A file of a report with all its fields. */
export interface DocumentedFile {
  name: string;
  /** What it holds, in a sentence or two; words between backticks are code. */
  what: string;
  /** The fields, depth first: none for files that are not JSON. */
  fields: { path: string; type: string; meaning: string }[];
}

const FILES: [string, string, z.ZodType][] = [
  [
    "run.json",
    "What was trained, on what, where, and with which result. Written last: a folder with run.json is a finished run.",
    Run,
  ],
  [
    "metrics.json",
    "How training went. Without clock times: two runs with one random seed on one backend write the same bytes.",
    Metrics,
  ],
  [
    "reconstructions.json",
    "Some inputs and their reconstructions, with `batch.png` and `reconstructions.png`.",
    Reconstructions,
  ],
  ["activations.json", "The activations of all latents together, and of up to 64 latents side by side.", Activations],
  ["latents.json", "Every latent, as columns, with the pictures in `latents/`.", Latents],
  ["latents/000.json", "Details of up to 256 latents; `latents/001.json` has the next ones, and so on.", LatentDetails],
  [
    "inputs.json",
    "Single test inputs and the latents that are active on each, with the pictures in `inputs/`.",
    Inputs,
  ],
  [
    "lifelines.json",
    "With `--snapshots`: every latent at some moments of training, with `lifelines.safetensors` and the pictures in `lifelines/`.",
    Lifelines,
  ],
];

/** Files without a table of fields. */
const OTHERS: [string, string][] = [
  [
    "model.safetensors",
    "The model, float32, with PyTorch's names and layout; [docs/pytorch.md](../docs/pytorch.md) describes it.",
  ],
  ["lifelines.safetensors", "The matrices of lifelines.json, float32: `numbers` there says what each is."],
  ["*.png", "Sprites: grids of image tiles, described in the JSON files."],
  [
    "verification.json",
    "Only after `deno task verify`, which writes it: what it found, line by line (`lib/report/verification_schema.ts`); it is not one of the files that run.json lists.",
  ],
  ["checkpoint.safetensors", "Only while a run is under way or stopped: what `--resume` needs."],
  [
    "progress.json",
    "Only while a run is under way or stopped, from its first epoch on: how far it is (`lib/report/progress_schema.ts`).",
  ],
];

/** Every file of a report, in the order of its documentation; links in the texts are taken out. */
export function documentedFiles(): DocumentedFile[] {
  return [
    ...FILES.map(([name, what, schema]) => ({
      name,
      what,
      fields: fieldsOf(z.toJSONSchema(schema) as JsonSchema, ""),
    })),
    ...OTHERS.map(([name, what]) => ({ name, what: what.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1"), fields: [] })),
  ];
}

/** The whole of `reports/README.md`. */
export function reportsReadme(): string {
  const list = [...FILES.map(([name, what]) => [name, what]), ...OTHERS];
  const others: [string, string, z.ZodType][] = [
    ["evaluation.json", "", NewDataEvaluation],
    ["comparisons/NAME.json", "", Comparison],
    ["comparisons/NAME/latents/RUN.json", "", LatentColumns],
    ["comparisons/NAME/pairs/0.json", "", PairColumns],
  ];
  const sections = [...FILES, ...others].map(([name, , schema]) => {
    const rows = fieldsOf(z.toJSONSchema(schema) as JsonSchema, "")
      .map(({ path, type, meaning }) => `| \`${path}\` | ${type} | ${meaning} |`);
    return `\n## ${name}\n\n| path | type | meaning |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return `# What is in a report

\`deno task train\` writes one folder for each run, \`reports/<run-id>/\`. Each file is written whole, by rename. The folders are
generated and git-ignored; this page is made from \`lib/report/schema.ts\` by \`deno task docs\`.

| file | what |
| --- | --- |
${list.map(([name, what]) => `| \`${name}\` | ${what} |`).join("\n")}

\`deno task evaluate\` prints and writes \`evaluation.json\`, which has a table below: a model measured on other data ([docs/new_data.md](../docs/new_data.md)).
\`deno task compare\` and every sweep write \`reports/comparisons/<name>.json\`, the last tables below: how alike dictionaries are ([docs/guide.md](../docs/guide.md)).
\`reports/sweeps/<name>.json\` lists the runs of a sweep (\`lib/report/sweep_schema.ts\`, \`docs/sweeps.md\`).
\`reports/site.json\`, which you may write, says what the site shows first (\`lib/report/site_schema.ts\`).
A metric's formula stands in \`run.json\` under \`definitions\`. Numbers are finite; \`null\` means that there is no such number.
${sections.join("")}`;
}

interface JsonSchema {
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
  enum?: string[];
  const?: unknown;
}

/** Every field, depth first; `[]` stands for each row of an array, `{}` for each key of a table. */
function fieldsOf(schema: JsonSchema, path: string): DocumentedFile["fields"] {
  const inner = withoutNull(schema);
  const own = path && (schema.description || !inner.properties)
    ? [{ path, type: typeOf(schema), meaning: schema.description ?? inner.description ?? "" }]
    : [];
  if (path === "config" || path === "definitions") return own; // documented by --help, and by itself
  if (inner.properties) {
    return [
      ...own,
      ...Object.entries(inner.properties).flatMap(([key, value]) => fieldsOf(value, path ? `${path}.${key}` : key)),
    ];
  }
  const each = inner.items ?? (typeof inner.additionalProperties === "object" ? inner.additionalProperties : undefined);
  const isNested = each && (each.properties || each.items);
  return isNested ? [...own, ...fieldsOf(each, path + (inner.items ? "[]" : "{}"))] : own;
}

/** What a field can be besides null; of several objects the fields of all. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const [first, ...others] = schema.anyOf?.filter(({ type }) => type !== "null") ?? [schema];
  return others.length === 0
    ? first
    : { ...first, properties: Object.assign({}, ...[first, ...others].map(({ properties }) => properties)) };
}

/** More names than this that a field can have are counted instead of listed. */
const MOST_LISTED = 12;

function typeOf({ type, anyOf, items, enum: values, const: constant, additionalProperties }: JsonSchema): string {
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(" or ");
  if (constant !== undefined) return `\`${constant}\``;
  if (values) {
    return values.length > MOST_LISTED
      ? `one of ${values.length} names`
      : values.map((value) => `\`${value}\``).join(", ");
  }
  if (type === "array" && items) return `array of ${typeOf(items)}`;
  if (type === "object" && typeof additionalProperties === "object") return `table of ${typeOf(additionalProperties)}`;
  return [type ?? ""].flat().join(" or ");
}
