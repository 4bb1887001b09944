/**
 * The first layer when most pixels are 0 (in MNIST, four of five): its product and its update, of the first columns, which are
 * the densest, as in the dense kernels, and of the rest over lists of what is not 0.
 *
 * Leaving out a term 0·w changes no bit of a sum, so these give the same bits as the dense kernels; which of the two is
 * faster depends on the share of pixels that are not 0 (`../../model_memory.ts` decides).
 *
 * @module
 */
import { adamRow } from "../../kernels/adam";
import { columnsFrom, layerAt } from "../../kernels/addresses";
import { Entry, Layer, Model } from "../../kernels/kernel_structs";
import { activate, multiplyWeights } from "./layered_forward";
import { addRows, sumOfRows } from "../../kernels/lists";
import { subtractMean, updateWeights } from "./layered_update";

/** Pixels whose lists are made at once: the bytes of one vector. */
const PIXELS: usize = 16;
/** Images whose lists are made at once (`../layered_places.ts` makes room for them). */
const IMAGES: usize = 32;
/** Columns of W, and of the gradients, that are walked through at once: rows of them stay in the second cache. */
const FORWARD_COLUMNS: usize = 128;
const UPDATE_COLUMNS: usize = 512;
/** Images of a part of the batch, and bytes of a pixel's list of them. */
const PART_ROWS: usize = 256;
const LIST_BYTES: usize = PART_ROWS * offsetof<Entry>();
/** Bytes of the sums that go on from part to part (`../layered_places.ts` makes room for them). */
const SUMS_BYTES: usize = 512 * 1024;

/** acts of columns `columnFrom … columnTo` of the first layer: the dense pixels' product, then a list of the others for each image. */
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
  const denseWidth = model.denseWidth;
  if (denseWidth) multiplyWeights(layer, denseWidth, from, to, columnFrom, columnTo);
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
        if (denseWidth) addRows(layer.weights + 4 * column, lists + i * listBytes, end, out, width);
        else sumOfRows(layer.weights + 4 * column, lists + i * listBytes, end, out, width);
      }
    }
  }
  activate(layer, biases, from, to, columnFrom, columnTo);
}

/**
 * Updates a thread's share of the first layer's weights: the dense pixels', then a list of images for each of the others.
 * Groups of 16 of these are dealt out in turn, or else threads divide the columns. A large batch is taken a part at a time, whose images and gradients stay in
 * the second cache; the sums go on.
 *
 * @param gradientSums See `centre.ts`; 0 if the input is not centred.
 */
export function updateSparse(model: Model, gradientSums: usize, scratch: usize, rows: usize, thread: usize): void {
  const layer = layerAt(model, 0), threads = model.threads;
  const dividesColumns = layer.dOut >= layer.dIn;
  const columnFrom: usize = dividesColumns ? columnsFrom(layer.dOut, thread, threads) : 0;
  const columnTo: usize = dividesColumns ? columnsFrom(layer.dOut, thread + 1, threads) : layer.dOut;
  const denseWidth = model.denseWidth;
  if (denseWidth) updateWeights(layer, denseWidth, model.inputMean, gradientSums, scratch, rows, thread, threads);
  const firstPixel: usize = denseWidth + (dividesColumns ? 0 : thread * PIXELS);
  const pixelStep: usize = dividesColumns ? PIXELS : threads * PIXELS;
  const ends = scratch;
  const lists = scratch + PIXELS * sizeof<usize>();
  const sums = lists + PIXELS * LIST_BYTES;
  for (let column = columnFrom; column < columnTo; column += UPDATE_COLUMNS) {
    const width = min(UPDATE_COLUMNS, columnTo - column), sumBytes: usize = 4 * width;
    const nGroups: usize = rows > PART_ROWS ? SUMS_BYTES / (PIXELS * sumBytes) : 1;
    for (let first = firstPixel; first < layer.dIn; first += nGroups * pixelStep) {
      const end = min(first + nGroups * pixelStep, layer.dIn);
      memory.fill(sums, 0, nGroups * PIXELS * sumBytes);
      for (let row: usize = 0; row < rows; row += PART_ROWS) {
        let sum = sums;
        for (let pixel = first; pixel < end; pixel += pixelStep) {
          listImages(model, layer, pixel, row, min(row + PART_ROWS, rows), ends, lists);
          for (let i: usize = 0; i < PIXELS; i++, sum += sumBytes) {
            const list = lists + i * LIST_BYTES, listEnd = load<usize>(ends + i * sizeof<usize>());
            addRows(layer.gradients + 4 * column, list, listEnd, sum, width);
          }
        }
      }
      let sum = sums;
      for (let pixel = first; pixel < end; pixel += pixelStep) {
        for (let i: usize = 0; i < PIXELS; i++, sum += sumBytes) {
          if (pixel + i >= layer.dIn) break;
          const weights = layer.weights + (pixel + i) * layer.outputStride + 4 * column;
          if (gradientSums) {
            subtractMean(sum, load<f32>(model.inputMean + 4 * (pixel + i)), gradientSums + 4 * column, width);
          }
          adamRow(weights, sum, width);
        }
      }
    }
  }
}

/** Lists an image's pixels after the dense ones that are not 0, with the offsets of their rows of W; returns the list's end. */
function listPixels(model: Model, layer: Layer, row: usize, list: usize): usize {
  const x = layer.inputs + row * layer.inputStride;
  const bytes = model.bytes + row * model.bytesStride;
  for (let block = model.denseWidth; block < model.bytesStride; block += PIXELS) {
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

/** Lists, for each of 16 pixels, the images `from … to` in which it is not 0, with the offsets of their rows of gradients. */
function listImages(
  model: Model,
  layer: Layer,
  pixel: usize,
  from: usize,
  to: usize,
  ends: usize,
  lists: usize,
): void {
  for (let i: usize = 0; i < PIXELS; i++) store<usize>(ends + i * sizeof<usize>(), lists + i * LIST_BYTES);
  let bytes = model.bytes + from * model.bytesStride + pixel;
  let x = layer.inputs + from * layer.inputStride + 4 * pixel;
  let offset = from * layer.outputStride;
  for (let row = from; row < to; row++) {
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
