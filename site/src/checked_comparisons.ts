/**
 * The comparisons on disk: each file against its schema, and its columns against it.
 *
 * Reads; draws nothing. Whether the runs are still there is asked where a page links to them.
 *
 * @module
 */
import { LatentColumns, PairColumns } from "../../lib/report/comparison_columns_schema.ts";
import { Comparison } from "../../lib/report/comparison_schema.ts";
import { BadFile } from "../../lib/report/stored_report.ts";
import { readChecked } from "./checked_file.ts";

/**
 * A comparison whose columns have all been read once.
 *
 * @param file Its name below `comparisons/`.
 * @throws {BadFile} It, or one of its columns' files, is missing, no JSON, or not what is expected.
 */
export async function checkedComparison(dir: string, file: string): Promise<Comparison> {
  const path = `comparisons/${file}`, comparison = await readChecked({ dir, path }, Comparison);
  const { name, runs, groups, dictionaries } = comparison;
  if (`${name}.json` !== file) {
    throw new BadFile(path, `name: it is ${JSON.stringify(name)}, expected the file's name`);
  }
  const latents = new Map(runs.map((run) => [run.id, run.latents]));
  const assertLatents = (path: string, columns: { id: string; now: string; count: number }[]) => {
    for (const { id, now, count } of columns) {
      if (now !== id) throw new BadFile(path, `run: it is ${JSON.stringify(now)}, expected ${JSON.stringify(id)}`);
      const wanted = latents.get(id)!;
      if (count !== wanted) throw new BadFile(path, `it has ${count} latents of ${id}, expected ${wanted}`);
    }
  };
  for (const id of groups.flatMap(({ runs }) => runs)) { // one after the other, so that one is in memory
    const { run, foundIn, partners } = await readLatentColumns(dir, { name, id });
    assertLatents(latentColumnsPath(name, id), [{ id, now: run, count: foundIn.length }]);
    const group = groups.find(({ runs }) => runs.includes(id))!, others = group.runs.filter((other) => other !== id);
    if (partners.map(({ run }) => run).join() !== others.join()) {
      throw new BadFile(latentColumnsPath(name, id), `partners: expected the runs ${others.join(", ")}`);
    }
    for (const own of partners) assertPartners(latentColumnsPath(name, id), own, latents.get(own.run)!);
  }
  for (const [i, { a, b }] of dictionaries.entries()) {
    const columns = await readPairColumns(dir, { name, place: i }), path = pairColumnsPath(name, i);
    assertLatents(path, [
      { id: a, now: columns.a.run, count: columns.a.latent.length },
      { id: b, now: columns.b.run, count: columns.b.latent.length },
    ]);
    assertPartners(path, { run: b, latent: columns.a.latent }, latents.get(b)!);
    assertPartners(path, { run: a, latent: columns.b.latent }, latents.get(a)!);
  }
  return comparison;
}

/** @throws {BadFile} A partner is no latent of the other run. */
function assertPartners(
  path: string,
  { run, latent }: { run: string; latent: (number | null)[] },
  count: number,
): void {
  const wrong = latent.find((partner) => partner !== null && partner >= count);
  if (wrong !== undefined) throw new BadFile(path, `a partner in ${run} is ${wrong}, expected a latent below ${count}`);
}

/**
 * A run's latents in the other random seeds.
 *
 * @throws {BadFile} The file is missing, no JSON, or not what its schema says.
 */
export function readLatentColumns(
  dir: string,
  { name, id }: { name: string; id: string },
): Promise<LatentColumns> {
  return readChecked({ dir, path: latentColumnsPath(name, id) }, LatentColumns);
}

/**
 * The latents of two dictionaries in each other.
 *
 * @param options.place Which of the comparison's `dictionaries`.
 * @throws {BadFile} The file is missing, no JSON, or not what its schema says.
 */
export function readPairColumns(
  dir: string,
  { name, place }: { name: string; place: number },
): Promise<PairColumns> {
  return readChecked({ dir, path: pairColumnsPath(name, place) }, PairColumns);
}

function latentColumnsPath(name: string, id: string): string {
  return `comparisons/${name}/latents/${id}.json`;
}

function pairColumnsPath(name: string, place: number): string {
  return `comparisons/${name}/pairs/${place}.json`;
}
