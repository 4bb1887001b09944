/**
 * The first layer when most pixels are 0 (in MNIST, four of five): its product and its update over lists of the others.
 *
 * Leaving out a term 0·w changes no bit of a sum, so these give the same bits as the dense kernels; which of the two is
 * faster depends on the share of pixels that are not 0 (`../../model_memory.ts` decides).
 *
 * @module
 */
import { adamRow } from "../../kernels/adam";
import { columnsFrom, layerAt } from "../../kernels/addresses";
import { Entry, Layer, Model } from "../../kernels/kernel_structs";
import { activate } from "./layered_forward";
import { sumOfRows } from "../../kernels/lists";
import { subtractMean } from "./layered_update";

/** Pixels whose lists are made at once: the bytes of one vector. */
const PIXELS: usize = 16;
/** Images whose lists are made at once (`../layered_places.ts` makes room for them). */
const IMAGES: usize = 32;
/** Columns of W, and of the gradients, that are walked through at once: rows of them stay in the second cache. */
const FORWARD_COLUMNS: usize = 128;
const UPDATE_COLUMNS: usize = 1024;

/** acts of columns `columnFrom … columnTo` of the first layer: a list of pixels for each image. */
export function forwardSparse(
  model: Model,
  biases: usize,
  scratch: usize,
  from: usize,
  to: usize,
  columnFrom: usize,
  columnTo: usize,
): void {
  const layer = layerAt(model, 0);
  const ends = scratch, lists = scratch + IMAGES * sizeof<usize>();
  const listBytes = layer.dIn * offsetof<Entry>();
  for (let first = from; first < to; first += IMAGES) {
    const count = min(IMAGES, to - first);
    for (let i: usize = 0; i < count; i++) {
      store<usize>(ends + i * sizeof<usize>(), listPixels(model, layer, first + i, lists + i * listBytes));
    }
    for (let column = columnFrom; column < columnTo; column += FORWARD_COLUMNS) {
      const width = min(FORWARD_COLUMNS, columnTo - column);
      for (let i: usize = 0; i < count; i++) {
        const out = layer.outputs + (first + i) * layer.outputStride + 4 * column;
        const end = load<usize>(ends + i * sizeof<usize>());
        sumOfRows(layer.weights + 4 * column, lists + i * listBytes, end, out, width);
      }
    }
  }
  activate(layer, biases, from, to, columnFrom, columnTo);
}

/**
 * Updates the first layer's weights of some columns: a list of images for each pixel. Blocks of 16 pixels are dealt out in
 * turn among `threads`.
 *
 * @param gradientSums See `centre.ts`; 0 if the input is not centred.
 */
export function updateSparse(
  model: Model,
  gradientSums: usize,
  scratch: usize,
  rows: usize,
  thread: usize,
): void {
  const layer = layerAt(model, 0), threads = model.threads;
  const dividesColumns = layer.dOut >= layer.dIn;
  const columnFrom: usize = dividesColumns ? columnsFrom(layer.dOut, thread, threads) : 0;
  const columnTo: usize = dividesColumns ? columnsFrom(layer.dOut, thread + 1, threads) : layer.dOut;
  const firstPixel: usize = dividesColumns ? 0 : thread * PIXELS, pixelStep: usize = dividesColumns ? PIXELS : threads * PIXELS;
  const listBytes = rows * offsetof<Entry>();
  const ends = scratch;
  const lists = scratch + PIXELS * sizeof<usize>();
  const sums = lists + PIXELS * listBytes;
  for (let column = columnFrom; column < columnTo; column += UPDATE_COLUMNS) {
    const width = min(UPDATE_COLUMNS, columnTo - column);
    for (let pixel = firstPixel; pixel < layer.dIn; pixel += pixelStep) {
      listImages(model, layer, pixel, rows, ends, lists, listBytes);
      for (let i: usize = 0; i < min(PIXELS, layer.dIn - pixel); i++) {
        const list = lists + i * listBytes, end = load<usize>(ends + i * sizeof<usize>());
        const weights = layer.weights + (pixel + i) * layer.outputStride + 4 * column;
        sumOfRows(layer.gradients + 4 * column, list, end, sums, width);
        if (gradientSums) {
          subtractMean(sums, load<f32>(model.inputMean + 4 * (pixel + i)), gradientSums + 4 * column, width);
        }
        adamRow(weights, sums, width);
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
