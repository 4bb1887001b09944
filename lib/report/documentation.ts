/**
 * `reports/README.md`, made from the schemas so that the two cannot disagree.
 *
 * @module
 */
import { z } from "zod";
import { Activations, Inputs, LatentDetails, Latents, Metrics, Reconstructions, Run } from "./schema.ts";

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
  ["latents/000.json", "Details of 256 latents; `latents/001.json` has the next 256, and so on.", LatentDetails],
  [
    "inputs.json",
    "Single test inputs and the latents that are active on each, with the pictures in `inputs/`.",
    Inputs,
  ],
];

const INTRODUCTION = `# What is in a report

\`deno task train\` writes one folder a run, \`reports/<run-id>/\`. Each file is written whole, by rename. The folders are
generated and git-ignored; this page is made from \`lib/report/schema.ts\` by \`deno task docs\`.

| file | what |
| --- | --- |
${FILES.map(([name, what]) => `| \`${name}\` | ${what} |`).join("\n")}
| \`model.safetensors\` | The model, float32, with PyTorch's names and layout; [docs/pytorch.md](../docs/pytorch.md) describes it. |
| \`*.png\` | Sprites: grids of image tiles, described in the JSON files. |
| \`checkpoint.safetensors\` | Only while a run is under way or stopped: what \`--resume\` needs. |
| \`progress.json\` | Only while a run is under way or stopped, from its first epoch on: how far it is (\`lib/report/progress_schema.ts\`). |

\`reports/sweeps/<name>.json\` lists the runs of a sweep (\`lib/report/sweep_schema.ts\`, \`docs/sweeps.md\`).
\`reports/site.json\`, if somebody writes it, says what the site shows first (\`lib/report/site_schema.ts\`).
A metric's formula stands in \`run.json\` under \`definitions\`. Numbers are finite; \`null\` means that there is no such number.
`;

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

/** The whole page. */
export function reportsReadme(): string {
  const sections = FILES.map(([name, , schema]) => {
    const rows = rowsOf(z.toJSONSchema(schema) as JsonSchema, "");
    return `\n## ${name}\n\n| path | type | meaning |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return INTRODUCTION + sections.join("");
}

/** One table row a field, depth first; `[]` stands for each row of an array, `{}` for each key of a table. */
function rowsOf(schema: JsonSchema, path: string): string[] {
  const inner = schema.anyOf?.find(({ type }) => type !== "null") ?? schema;
  const own = path && (schema.description || !inner.properties)
    ? [`| \`${path}\` | ${typeOf(schema)} | ${schema.description ?? inner.description ?? ""} |`]
    : [];
  if (path === "config" || path === "definitions") return own; // documented by --help, and by itself
  if (inner.properties) {
    return [
      ...own,
      ...Object.entries(inner.properties).flatMap(([key, value]) => rowsOf(value, path ? `${path}.${key}` : key)),
    ];
  }
  const each = inner.items ?? (typeof inner.additionalProperties === "object" ? inner.additionalProperties : undefined);
  const isNested = each && (each.properties || each.items);
  return isNested ? [...own, ...rowsOf(each, path + (inner.items ? "[]" : "{}"))] : own;
}

function typeOf({ type, anyOf, items, enum: values, const: constant, additionalProperties }: JsonSchema): string {
  if (anyOf) return anyOf.map(typeOf).join(" or ");
  if (constant !== undefined) return `\`${constant}\``;
  if (values) return values.map((value) => `\`${value}\``).join(", ");
  if (type === "array" && items) return `array of ${typeOf(items)}`;
  if (type === "object" && typeof additionalProperties === "object") return `table of ${typeOf(additionalProperties)}`;
  return [type ?? ""].flat().join(" or ");
}
