/**
 * What stands in `reports/<run-id>/*.json`: one zod schema a file, with every field's meaning.
 *
 * The writer parses with it before writing, the site before drawing, and `reports/README.md` is generated from it.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
export * from "./activations_schema.ts";
export { DatasetFacts } from "./dataset_schema.ts";
export * from "./environment_schema.ts";
export * from "./inputs_schema.ts";
export * from "./latents_schema.ts";
export * from "./lifelines_schema.ts";
export * from "./measures_schema.ts";
export * from "./metrics_schema.ts";
export * from "./reconstructions_schema.ts";
export { MOST_TEXT, RowTexts } from "./row_texts_schema.ts";
export * from "./run_schema.ts";
export { HashedFile, RunId, SCHEMA_VERSION } from "./schema_parts.ts";
export { Sprite, type TilePlace, tilePlace } from "./sprite_schema.ts";
