/**
 * The first layer when most pixels are 0 (in MNIST, four of five): its product and its update over lists of the others.
 *
 * Leaving out a term 0·w changes no bit of a sum, so these give the same bits as the dense kernels; which of the two is
 * faster depends on the share of pixels that are not 0 (`../memory.ts` decides).
 *
 * @module
 */
import { adam } from "./adam";
import { activate8Columns } from "./forward";
import { Layer, layerAt, Model } from "./layout";
import { multiplyAdd } from "./vector";

/** One entry of a list: how far down the other matrix its row is, in bytes, and the pixel's value. */
@unmanaged
class Entry {
  offset: usize;
  value: f32;
}

/** Pixels whose lists are made at once: the bytes of one vector. */
const PIXELS: usize = 16;

/** acts of the first layer: a list of pixels for each image. */
export function forwardSparse(model: Model, scratch: usize, from: usize, to: usize, rows: usize): void {
  const layer = layerAt(model, 0);
  for (let row = from; row < to; row++) {
    const end = listPixels(model, layer, row, scratch);
    const out = layer.outputs + row * layer.outputStride;
    let column: usize = 0;
    for (; column + 32 <= layer.dOut; column += 32) {
      sum32Columns(layer.weights + 4 * column, scratch, end, out + 4 * column);
    }
    for (; column < layer.dOut; column += 8) {
      sum8Columns(layer.weights + 4 * column, scratch, end, out + 4 * column);
    }
  }
  for (let column: usize = 0; column < layer.dOut; column += 8) activate8Columns(layer, column, from, min(to, rows));
}

/** Updates the first layer's weights: a list of images for each pixel. Blocks of 16 pixels are dealt out in turn. */
export function updateSparse(model: Model, scratch: usize, thread: usize, rows: usize): void {
  const layer = layerAt(model, 0);
  const listBytes = rows * offsetof<Entry>();
  const ends = scratch;
  const lists = scratch + PIXELS * sizeof<usize>();
  const sums = lists + PIXELS * listBytes;
  for (let pixel = thread * PIXELS; pixel < layer.dIn; pixel += model.threads * PIXELS) {
    listImages(model, layer, pixel, rows, ends, lists, listBytes);
    for (let i: usize = 0; i < min(PIXELS, layer.dIn - pixel); i++) {
      const list = lists + i * listBytes, end = load<usize>(ends + i * sizeof<usize>());
      const weights = layer.weights + (pixel + i) * layer.outputStride;
      let column: usize = 0;
      for (; column + 32 <= layer.dOut; column += 32) {
        sum32Columns(layer.gradients + 4 * column, list, end, sums + 4 * column);
      }
      for (; column < layer.dOut; column += 8) {
        sum8Columns(layer.gradients + 4 * column, list, end, sums + 4 * column);
      }
      for (let offset: usize = 0; offset < 4 * layer.dOut; offset += 16) {
        adam(weights + offset, v128.load(sums + offset));
      }
    }
  }
}

/** Lists an image's pixels that are not 0, with the offsets of their rows of W; returns the list's end. */
function listPixels(model: Model, layer: Layer, row: usize, list: usize): usize {
  const x = layer.inputs + row * layer.inputStride;
  const bytes = model.bytes + row * model.bytesStride;
  for (let block: usize = 0; block < model.bytesStride; block += PIXELS) {
    let left = i8x16.bitmask(i8x16.ne(v128.load(bytes + block), i8x16.splat(0)));
    while (left) {
      const pixel = block + <usize>ctz(left);
      left &= left - 1;
      const entry = changetype<Entry>(list);
      entry.offset = pixel * layer.outputStride;
      entry.value = load<f32>(x + 4 * pixel);
      list += offsetof<Entry>();
    }
  }
  return list;
}

/** Lists, for each of 16 pixels, the images in which it is not 0, with the offsets of their rows of gradients. */
function listImages(
  model: Model,
  layer: Layer,
  pixel: usize,
  rows: usize,
  ends: usize,
  lists: usize,
  listBytes: usize,
): void {
  for (let i: usize = 0; i < PIXELS; i++) store<usize>(ends + i * sizeof<usize>(), lists + i * listBytes);
  let bytes = model.bytes + pixel;
  let x = layer.inputs + 4 * pixel;
  let offset: usize = 0;
  for (let row: usize = 0; row < rows; row++) {
    let left = i8x16.bitmask(i8x16.ne(v128.load(bytes), i8x16.splat(0)));
    while (left) {
      const i = <usize>ctz(left);
      left &= left - 1;
      const end = ends + i * sizeof<usize>();
      const entry = changetype<Entry>(load<usize>(end));
      entry.offset = offset;
      entry.value = load<f32>(x + 4 * i);
      store<usize>(end, changetype<usize>(entry) + offsetof<Entry>());
    }
    bytes += model.bytesStride, x += layer.inputStride, offset += layer.outputStride;
  }
}

/** Σ over a list of value · row, for 32 columns. */
function sum32Columns(matrix: usize, list: usize, end: usize, out: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  for (; list != end; list += offsetof<Entry>()) {
    const row = matrix + changetype<Entry>(list).offset;
    const x = f32x4.splat(changetype<Entry>(list).value);
    s0 = multiplyAdd(x, v128.load(row), s0);
    s1 = multiplyAdd(x, v128.load(row, 16), s1);
    s2 = multiplyAdd(x, v128.load(row, 32), s2);
    s3 = multiplyAdd(x, v128.load(row, 48), s3);
    s4 = multiplyAdd(x, v128.load(row, 64), s4);
    s5 = multiplyAdd(x, v128.load(row, 80), s5);
    s6 = multiplyAdd(x, v128.load(row, 96), s6);
    s7 = multiplyAdd(x, v128.load(row, 112), s7);
  }
  v128.store(out, s0), v128.store(out, s1, 16), v128.store(out, s2, 32), v128.store(out, s3, 48);
  v128.store(out, s4, 64), v128.store(out, s5, 80), v128.store(out, s6, 96), v128.store(out, s7, 112);
}

/** The same for 8 columns. */
function sum8Columns(matrix: usize, list: usize, end: usize, out: usize): void {
  let s0 = f32x4.splat(0), s1 = s0;
  for (; list != end; list += offsetof<Entry>()) {
    const row = matrix + changetype<Entry>(list).offset;
    const x = f32x4.splat(changetype<Entry>(list).value);
    s0 = multiplyAdd(x, v128.load(row), s0);
    s1 = multiplyAdd(x, v128.load(row, 16), s1);
  }
  v128.store(out, s0), v128.store(out, s1, 16);
}
