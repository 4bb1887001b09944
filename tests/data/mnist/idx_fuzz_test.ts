import assert from "node:assert/strict";
import { UserError } from "../../../lib/errors.ts";
import { readIdxDirectory } from "../../../lib/data/mnist/idx_folder.ts";
import { Rng } from "../../../lib/rng.ts";
import { mutate } from "../../mutate.ts";
import { temporaryFolder } from "../../temporary_folder.ts";
import { type Files, gzip, idxFile, idxFileOf, idxFileOfIntegers } from "./idx_files.ts";
import { needs } from "../../needs.ts";

const FOLDERS = 300;
const CODES = [0x08, 0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e, 0x00];
const TRAIN = "train-images-idx3-ubyte", TEST = "t10k-images-idx3-ubyte";

/** A file that may stand in the place of any: mostly whole, sometimes another type, shape or format. */
function randomFile(
  rng: Rng,
  { holds, count }: { holds: "images" | "labels"; count: number },
): Uint8Array<ArrayBuffer> {
  const number = rng.below(15) === 0 ? rng.below(5) : count;
  const shape = holds === "images" ? [number, 2 + Number(rng.below(12) === 0), 3] : [number];
  switch (rng.below(30)) {
    case 0:
      return idxFileOf(CODES[rng.below(CODES.length)], shape, new Uint8Array(rng.below(60)));
    case 1:
      return idxFile([...shape, 1 + rng.below(3)]);
    case 2:
      return idxFileOfIntegers([number, 8], Array.from({ length: 8 * number }, () => rng.below(300) - 5));
    case 3:
      return Uint8Array.from({ length: rng.below(40) }, () => rng.below(256));
    case 4:
      return new TextEncoder().encode(["<!DOCTYPE html>", "", "PK\x03\x04", "1 65\n2 66", "\n\n"][rng.below(5)]);
    default:
      return idxFile(shape, { first: rng.below(256), modulo: 1 + rng.below(256) });
  }
}

/** The files of a folder: usual names or others, whole or not, damaged in half of the folders. */
async function randomFolder(rng: Rng): Promise<Files> {
  const prefix = ["", "", "", "emnist-letters-", "qmnist-", "\u202ex-"][rng.below(6)];
  const test = prefix ? "test" : "t10k";
  const isDamaged = rng.below(2) === 0;
  const files: Files = {};
  for (const [part, count] of [["train", 4], [test, 2]] as const) {
    for (const holds of ["images", "labels"] as const) {
      if (rng.below(holds === "images" ? 20 : 5) === 0) continue;
      let bytes = randomFile(rng, { holds, count });
      const isPacked = rng.below(2) === 0;
      if (isDamaged && rng.below(3) === 0) bytes = mutate(rng, bytes);
      if (isPacked) bytes = await gzip(bytes);
      if (isDamaged && rng.below(3) === 0) bytes = mutate(rng, bytes);
      const ending = holds === "images" ? "images-idx3-ubyte" : rng.below(3) ? "labels-idx1-ubyte" : "labels-idx2-int";
      const name = `${prefix}${part}-${ending}`;
      files[
        (rng.below(4) === 0 ? name.replace("-idx", ".idx") : name) + (isPacked || rng.below(9) === 0 ? ".gz" : "")
      ] = bytes;
    }
  }
  if (rng.below(8) === 0) {
    files["emnist-letters-mapping.txt"] = mutate(rng, new TextEncoder().encode("0 65\n1 66 98\n"));
  }
  return files;
}

/** Puts something that is no file in the place of one, or of the folder. */
async function obstruct(rng: Rng, dir: string): Promise<void> {
  const path = `${dir}/${[TRAIN, TEST, `${TRAIN}.gz`][rng.below(3)]}`;
  await Deno.remove(path).catch(() => {});
  if (rng.below(2) === 0) await Deno.mkdir(path);
  else await Deno.symlink([path, dir, `${dir}/nothing`][rng.below(3)], path);
}

Deno.test(
  "readIdxDirectory() gives a data set whose parts fit, or one line, whatever the files hold",
  needs("permissions"),
  async () => {
    const rng = Rng.fromSeed(2, "idx/fuzz");
    let nRead = 0;
    await using folder = await temporaryFolder();
    for (let input = 0; input < FOLDERS; input++) {
      const dir = `${folder.path}/${input}`;
      Deno.mkdirSync(dir);
      for (const [name, bytes] of Object.entries(await randomFolder(rng))) Deno.writeFileSync(`${dir}/${name}`, bytes);
      if (rng.below(12) === 0) await obstruct(rng, dir);
      try {
        const { height, width, train, test, classNames, name, provenance } = await readIdxDirectory(dir);
        nRead++;
        for (const { pixels, count, labels } of [train, test]) {
          assert.ok(count > 0 && height > 0 && width > 0);
          assert.equal(pixels.length, count * height * width);
          assert.ok(!labels || labels.length === count && labels.every((label) => label < classNames.length));
        }
        const occurring = new Set([...train.labels ?? [], ...test.labels ?? []]);
        assert.equal(occurring.size, classNames.length, "no class without images");
        assert.ok([name, ...classNames, ...provenance.notes].every((text) => text !== "" && !/[\n\u202e]/.test(text)));
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assert.ok(error instanceof UserError, `folder ${input}: ${error instanceof Error ? error.stack : error}`);
        assert.match(error.message, /^Cannot [^\n\u202e]{1,600}, expected [^\n\u202e]{1,600}$/, `folder ${input}`);
      }
    }
    assert.ok(nRead > FOLDERS / 10 && nRead < FOLDERS * 9 / 10, `${nRead} of ${FOLDERS} were read`);
  },
);
