import assert from "node:assert/strict";
import { readIdxFile } from "../../../lib/data/mnist/idx_file.ts";
import { joined } from "../../mutate.ts";
import { gzip, idxFile, idxFileOf, idxFileOfIntegers, withFolder } from "./idx_files.ts";
import { needs } from "../../needs.ts";

const IMAGES = { holds: "images" } as const, LABELS = { holds: "labels" } as const;

/** Reads bytes as a file. */
async function read(bytes: Uint8Array<ArrayBuffer>, options: { holds: "images" | "labels" } = IMAGES) {
  let file!: Awaited<ReturnType<typeof readIdxFile>>;
  await withFolder({ "a.idx": bytes }, async (dir) => void (file = await readIdxFile(`${dir}/a.idx`, options)));
  return file;
}

async function refuses(
  bytes: Uint8Array<ArrayBuffer>,
  message: RegExp,
  options = IMAGES as { holds: "images" | "labels" },
) {
  await assert.rejects(read(bytes, options), (error: Error) => {
    assert.equal(error.name, "UserError");
    assert.match(error.message, /^Cannot [^\n]+, expected [^\n]+$/);
    assert.match(error.message.replace(/\S*\/a\.idx/, "a.idx"), message);
    return true;
  });
}

Deno.test("readIdxFile() returns shape and values, plain and gzipped", needs("permissions"), async () => {
  const bytes = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60);
  const packed = await gzip(bytes);
  for (const stored of [bytes, packed, joined(packed, new Uint8Array(512))]) {
    const { shape, values, ...file } = await read(stored);
    assert.deepEqual([shape, values], [[2, 1, 3], Uint8Array.of(10, 20, 30, 40, 50, 60)]);
    assert.deepEqual([file.stored, file.content], [stored, bytes]);
  }
});

Deno.test(
  "readIdxFile() reads labels that are bytes, integers, or rows of integers with the class first",
  needs("permissions"),
  async () => {
    for (
      const file of [
        idxFileOf(8, [3], Uint8Array.of(7, 0, 255)),
        idxFileOfIntegers([3], [7, 0, 255]),
        idxFileOfIntegers([3, 2], [7, -5, 0, 1000, 255, 0]),
      ]
    ) {
      const { shape, values } = await read(file, LABELS);
      assert.deepEqual([shape, values], [[3], Uint8Array.of(7, 0, 255)]);
    }
    await refuses(
      idxFileOfIntegers([2], [0, 256]),
      /a\.idx: label 1 \(from 0\) is 256, expected a class from 0 to 255/,
      LABELS,
    );
    await refuses(idxFileOfIntegers([2], [-1, 0]), /label 0 \(from 0\) is -1/, LABELS);
  },
);

Deno.test(
  "readIdxFile() says what to do with a file of another type or number of dimensions",
  needs("permissions"),
  async () => {
    await refuses(
      idxFileOf(0x0d, [1, 1, 1], new Uint8Array(4)),
      /^Cannot read images from a\.idx: its values are f32, expected u8: scale them to 0 … 255 and write unsigned bytes/,
    );
    await refuses(
      idxFile([2, 4, 4, 3]),
      /it has 4 dimensions, 2×4×4×3, expected 3: .*; make colour images grey first$/,
    );
    await refuses(idxFile([4]), /it has 1 dimension, 4, expected 3: count, height and width; 1×d for vectors/);
    await refuses(idxFile([4, 9]), /it has 2 dimensions, 4×9, expected 3/);
    await refuses(idxFileOf(8, [], Uint8Array.of(1)), /it has 0 dimensions, expected 3/);
    await refuses(
      idxFile([4, 2]),
      /labels from a\.idx: it has 2 dimensions, 4×2, expected 1: one class for each/,
      LABELS,
    );
    await refuses(idxFileOf(0x0d, [1], new Uint8Array(4)), /its values are f32, expected u8: classes/, LABELS);
    await refuses(new TextEncoder().encode("<!DOCTYPE html><p>Log in"), /it is an HTML page/);
  },
);

Deno.test(
  "readIdxFile() refuses a file that is empty, cut off, too long or without items",
  needs("permissions"),
  async () => {
    const whole = idxFile([2, 3, 2]);
    await refuses(new Uint8Array(), /it has 0 bytes, expected an IDX header$/);
    await refuses(whole.slice(0, 15), /it has 15 bytes, expected an IDX header of 16$/);
    await refuses(whole.slice(0, 27), /it has 27 bytes, expected 28 for its shape 2×3×2$/);
    await refuses(joined(whole, new Uint8Array(1)), /it has 29 bytes, expected 28 for its shape 2×3×2$/);
    await refuses(await gzip(whole.slice(0, 27)), /it has 27 bytes, expected 28 for its shape 2×3×2$/);
    await refuses(await gzip(joined(whole, new Uint8Array(1))), /it holds more than 28 bytes, expected 28$/);
    await refuses((await gzip(whole)).slice(0, -9), /corrupt or cut off/);
    await refuses(idxFile([0, 28, 28]), /its shape is 0×28×28, expected at least one item$/);
    await refuses(idxFile([3, 0, 28]), /its shape is 3×0×28, expected at least one item$/);
  },
);

Deno.test(
  "readIdxFile() refuses a header that announces more than there is, before it allocates",
  needs("permissions"),
  async () => {
    const huge = new Uint8Array(16).fill(0xff);
    huge.set([0, 0, 8, 3]);
    await refuses(huge, /it has 16 bytes, expected 7\.\d+e\+28 for its shape 4294967295×4294967295×4294967295$/);
    await refuses(await gzip(huge), /it can hold at most \d+ bytes, expected 7\.\d+e\+28/);
    // 4 GB announced, of which 36 bytes of gzip could never hold so many.
    await refuses(
      await gzip(Uint8Array.of(0, 0, 8, 3, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0)),
      /it can hold at most \d+ bytes, expected 4294967312/,
    );
  },
);

Deno.test("readIdxFile() refuses what does not fit into memory, with both numbers", needs("permissions"), async () => {
  await withFolder({}, async (dir) => {
    // A file of 70 TB of nothing, as long as its header announces.
    const path = `${dir}/sparse.idx`;
    await Deno.writeFile(path, Uint8Array.of(0, 0, 8, 3, 0, 16, 0, 0, 0, 0, 32, 0, 0, 0, 32, 0));
    await Deno.truncate(path, 16 + 2 ** 20 * 2 ** 26).catch(() => {}); // some file systems have no files of that size
    await assert.rejects(readIdxFile(path, IMAGES), (error: Error) => {
      assert.equal(error.name, "UserError");
      assert.match(
        error.message,
        /it needs 70\.4 TB of memory, expected at most the \S+ \SB that are free|it has 16 bytes/,
      );
      return true;
    });
  });
});

Deno.test("readIdxFile() refuses what is not a file, without waiting for it to end", needs("permissions"), async () => {
  await withFolder({}, async (dir) => {
    await assert.rejects(readIdxFile(dir, IMAGES), { name: "UserError", message: /it is not a file, expected/ });
    await assert.rejects(readIdxFile(`${dir}/no`, IMAGES), { name: "UserError", message: /it is not there, expected/ });
    const { success } = await new Deno.Command("mkfifo", { args: [`${dir}/pipe`] }).output();
    if (success) await assert.rejects(readIdxFile(`${dir}/pipe`, IMAGES), { message: /it is not a file/ });
  });
});
