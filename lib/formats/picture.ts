/**
 * A PNG or JPEG file as rows of pixels, grey or in colour.
 *
 * Says which of the two it is and what the decoders have in common. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, UserError } from "../errors.ts";
import { decodeJpeg, isJpeg, jpegHeader } from "./jpeg.ts";
import { type Picture, PictureError, type PictureHeader } from "./picture_parts.ts";
import { decodePng, isPng, pngHeader } from "./png.ts";

/** A larger picture is not decoded: it would need gigabytes, pixels. */
const MOST_PIXELS = 2 ** 24;
/** How much each colour adds to a grey, ITU-R BT.601. */
const LUMA = [0.299, 0.587, 0.114];

/**
 * The size of a picture, which is checked before anything is decoded.
 *
 * @param file The whole file.
 * @throws {UserError} It is neither PNG nor JPEG, damaged, of a kind that is not read, or too large.
 */
function pictureHeader(file: Uint8Array<ArrayBuffer>, name: string): PictureHeader {
  return refusing(name, () => {
    const header = isPng(file) ? pngHeader(file) : isJpeg(file) ? jpegHeader(file) : null;
    if (header === null) throw new PictureError("it is neither PNG nor JPEG, whatever its name", "a PNG or JPEG image");
    const { width, height } = header;
    if (width * height === 0) throw new PictureError(`it has ${width} × ${height} pixels`, "at least one");
    if (width * height > MOST_PIXELS) {
      throw new PictureError(`it has ${width} × ${height} pixels`, `at most ${MOST_PIXELS} of them`);
    }
    return header;
  });
}

/**
 * Decodes a picture. What is transparent becomes black if what is visible is light, else white, so that it stays visible.
 *
 * @throws {UserError} It is damaged, cut off, of a kind that is not read, or too large.
 */
export async function decodePicture(file: Uint8Array<ArrayBuffer>, name: string): Promise<Picture> {
  const header = pictureHeader(file, name);
  try {
    return isPng(file) ? await decodePng(file, header) : await decodeJpeg(file, header);
  } catch (cause) {
    throw refusal(name, cause);
  }
}

/** A picture in shades of grey: itself, or the brightness of each pixel. */
export function greyPicture(picture: Picture): Picture {
  if (picture.channels === 1) return picture;
  const { width, height, levels: colours } = picture, levels = new Uint8Array(width * height);
  for (let i = 0; i < levels.length; i++) {
    const [red, green, blue] = [colours[3 * i], colours[3 * i + 1], colours[3 * i + 2]];
    levels[i] = Math.round(LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue);
  }
  return { width, height, channels: 1, levels };
}

/** A picture with three equal levels for each shade of grey; one in colour is given back as it is. */
export function colourPicture(picture: Picture): Picture {
  if (picture.channels === 3) return picture;
  const { width, height, levels: greys } = picture, levels = new Uint8Array(3 * greys.length);
  for (let i = 0; i < greys.length; i++) levels.fill(greys[i], 3 * i, 3 * i + 3);
  return { width, height, channels: 3, levels };
}

/** Whether a picture has a pixel that is no shade of grey. */
export function isColoured({ channels, levels }: Picture): boolean {
  if (channels === 1) return false;
  for (let i = 0; i < levels.length; i += 3) {
    if (levels[i] !== levels[i + 1] || levels[i] !== levels[i + 2]) return true;
  }
  return false;
}

function refusing<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw refusal(name, cause);
  }
}

function refusal(name: string, cause: unknown): UserError {
  const [is, expected] = cause instanceof PictureError
    ? [cause.message, cause.wanted]
    : ["it is damaged or cut off", "a whole image"];
  return new UserError(`Cannot read ${printablePath(name)}: ${is}, expected ${expected}`, { cause });
}
