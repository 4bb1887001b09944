/**
 * What kind of file it is: by its first bytes, then by its name.
 *
 * What cannot be read is refused here, in a line that says how to convert it. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { UserError } from "../../errors.ts";
import type { ByteSource } from "../../formats/byte_source.ts";
import { isNpy } from "../../formats/npy.ts";
import { isPickle, pickleRefusal } from "../../formats/pickle.ts";
import { isSafetensors } from "../../formats/safetensors_header.ts";
import { isZip } from "../../formats/zip.ts";
import { refusal } from "./file_rows.ts";

/** The kinds of files that rows are read from. */
export type FileKind = "npy" | "npz" | "safetensors" | "csv" | "parquet" | "image" | "idx";

/** What each kind is called in a sentence. */
export const KIND_NAMES: Record<FileKind, string> = {
  npy: "a NumPy array",
  npz: "a NumPy archive",
  safetensors: "a safetensors file",
  csv: "a CSV file",
  parquet: "a Parquet file",
  image: "an image",
  idx: "an IDX file",
};

/** Enough to recognise every kind. */
const START_BYTES = 64;
const IMAGE_NAME = /\.(?:png|jpe?g)$/i;
const TABLE_NAME = /\.(?:csv|tsv)(?:\.gz)?$/i;
const IDX_NAME = /idx\d-\w+(?:\.gz)?$/i;
const PICKLE_NAMES: [RegExp, "torch" | "pickle"][] = [[/\.(?:pt|pth|ckpt|bin)$/i, "torch"], [
  /\.(?:pkl|pickle|joblib)$/i,
  "pickle",
]];
const DATA_NAME =
  /(?:\.(?:npy|npz|safetensors|csv|tsv|parquet|png|jpe?g|arrow|pt|pth|pkl|pickle|h5|hdf5)|idx\d-\w+|-ubyte)(?:\.gz)?$/i;
/** What Kaggle and macOS lay beside data, which are not rows of the set. */
const NO_ROWS = /^(?:sample_?submission|__MACOSX$)/i;

/** What other files begin with, what they are and how they become readable. */
const OTHERS: { begins: string; is: string; wanted: string }[] = [
  {
    begins: "ARROW1",
    is: "an Arrow file",
    wanted: `Parquet: in Python, datasets.load_from_disk("folder").to_parquet("rows.parquet")`,
  },
  {
    begins: "\x89HDF",
    is: "an HDF5 file",
    wanted: `a .npy file: in Python, numpy.save("rows.npy", h5py.File("x.h5")["x"][:])`,
  },
  { begins: "GIF8", is: "a GIF image", wanted: "PNG or JPEG" },
  { begins: "BM", is: "a BMP image", wanted: "PNG or JPEG" },
  { begins: "RIFF", is: "a WebP image or a sound", wanted: "PNG or JPEG" },
  { begins: "II*\0", is: "a TIFF image", wanted: "PNG or JPEG" },
  { begins: "MM\0*", is: "a TIFF image", wanted: "PNG or JPEG" },
  { begins: "version https://git-lfs", is: "a pointer of Git LFS", wanted: "the file itself: git lfs pull fetches it" },
  { begins: "<!DOCTYPE", is: "an HTML page", wanted: "data, not the answer of a site that wanted a login" },
  { begins: "<html", is: "an HTML page", wanted: "data, not the answer of a site that wanted a login" },
];

/** Whether a file's name is that of data, so that a folder's other files (README.md, metadata.json) are passed over. */
export function isDataName(name: string): boolean {
  return !NO_ROWS.test(name) && (DATA_NAME.test(name) || PICKLE_NAMES.some(([pattern]) => pattern.test(name)));
}

/** Whether a file or a folder in a folder of data is passed over with all that is in it, by its name. */
export function isPassedOver(name: string): boolean {
  return name.startsWith(".") || NO_ROWS.test(name);
}

/**
 * The kind of a file. PNG and JPEG are one kind, distinguished where they are decoded; of many images only the names are read.
 *
 * @throws {UserError} It is of no kind that is read here.
 */
export async function kindOfFile(source: ByteSource): Promise<FileKind> {
  const { name, size } = source;
  if (size === 0) throw refusal(name, "it is empty", "a file of data");
  if (IMAGE_NAME.test(name)) return "image";
  const start = await source.read(0, Math.min(START_BYTES, size));
  const text = new TextDecoder("latin1").decode(start);
  if (isNpy(start)) return "npy";
  if (isZip(start)) return zipKind(name);
  if (text.startsWith("PAR1")) return "parquet";
  if (text.startsWith("\x89PNG") || text.startsWith("\xff\xd8\xff")) return "image";
  if (isPickle(start)) throw pickleRefusal(name, PICKLE_NAMES[0][0].test(name) ? "torch" : "pickle");
  if (isSafetensors(start, size) || /\.safetensors$/i.test(name)) return "safetensors";
  if (start[0] === 0 && start[1] === 0 && start[2] >= 8 && start[2] <= 14 || IDX_NAME.test(name)) return "idx";
  const other = OTHERS.find(({ begins }) => text.startsWith(begins));
  if (other) throw refusal(name, `it is ${other.is}`, other.wanted);
  if (/\.arrow$/i.test(name) || text.startsWith("\xff\xff\xff\xff")) {
    throw refusal(name, `it is ${OTHERS[0].is}`, OTHERS[0].wanted);
  }
  return kindByName(name, start);
}

/** @throws {UserError} The archive is PyTorch's. */
function zipKind(name: string): FileKind {
  if (PICKLE_NAMES[0][0].test(name)) throw pickleRefusal(name, "torch");
  return "npz"; // what is in it says whether it is: an archive of pictures is refused with its members' names
}

/** @throws {UserError} The name is of no kind that is read here. */
function kindByName(name: string, start: Uint8Array): FileKind {
  if (TABLE_NAME.test(name)) return "csv";
  for (const [ending, kind] of [["npy", "npy"], ["npz", "npz"], ["parquet", "parquet"]] as const) {
    if (new RegExp(`\\.${ending}$`, "i").test(name)) return kind; // its reader says what is wrong with it
  }
  const pickle = PICKLE_NAMES.find(([pattern]) => pattern.test(name));
  if (pickle) throw pickleRefusal(name, pickle[1]);
  if (start[0] === 0x1f && start[1] === 0x8b) {
    throw refusal(name, "it is packed with gzip", "the file unpacked: gunzip does it");
  }
  if (/\.txt$/i.test(name) || !start.includes(0) && start.includes(0x2c)) return "csv"; // commas and no zero byte
  throw unknownKind(name);
}

function unknownKind(name: string): UserError {
  return refusal(name, "its kind is not known", ".npy, .npz, .safetensors, .csv, .parquet, PNG, JPEG or IDX");
}
