/**
 * A one-layer dictionary as the kernels read it: its structs, from its definition and its places.
 *
 * Fields that steps change or that loading settles are the memory's. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { THRESHOLD_DECAY } from "../../../sae/sparsity/batchtopk.ts";
import { VARIANTS } from "../../../sae/sparsity/variants.ts";
import type { StepDefinition } from "../../engine.ts";
import { ACTIVATION, DICTIONARY, LAYER, MODEL, PENALTY, SELECTION } from "../../structs.ts";
import { commonFields } from "../placed_memory.ts";
import type { DictionaryPlaces } from "./dictionary_places.ts";

/** What a dictionary's structs say beside its places. */
export interface StructOptions {
  definition: StepDefinition;
  /** Whether images are floats; else they are bytes. */
  isFloat: boolean;
}

/** Writes all structs of a dictionary to memory that is all zeros. */
export function writeStructs(places: DictionaryPlaces, options: StructOptions): void {
  writeModel(places, options);
  writeDictionary(places, options.definition);
}

/** Writes the `Model` and its one `Layer`. */
function writeModel(places: DictionaryPlaces, { definition, isFloat }: StructOptions): void {
  const { arena, images } = places;
  arena.struct(MODEL, places.model).write({
    ...commonFields(definition, places),
    layers: places.layer,
    nLayers: 1,
    isFloat,
    isSparse: places.isSparse,
    rho: 0,
    inputMean: 0,
    meanList: 0,
    meanListEnd: 0,
    centreScratch: 0,
  });
  const layer = arena.struct(LAYER, places.layer);
  layer.set({ inputs: images.address, inputStride: images.stride, dIn: places.width });
}

/** Writes what depends on knobs anew; places and numbers that steps have changed stay. */
export function writeKnobs(places: DictionaryPlaces, definition: StepDefinition): void {
  places.arena.struct(DICTIONARY, places.dictionary).set(knobFields(places, definition));
  writePrefixes(places);
}

function writePrefixes({ arena, prefixes: { widths, areBySize }, prefixEnds, decoder }: DictionaryPlaces): void {
  arena.words.set(areBySize ? widths : widths.map((width) => width * decoder.stride), prefixEnds / 4);
}

/** The fields that depend on knobs. */
function knobFields({ active, auxiliary, pairCapacity, dead, prefixes }: DictionaryPlaces, definition: StepDefinition) {
  const { arch, objective: { knobs: { k, auxAlpha, bandwidth } } } = definition;
  const rateOf = (parameter: string) => arch.latentParameters[parameter]?.rate ?? 0;
  return {
    k: Math.min(k, arch.nLatents),
    rowCapacity: active.capacity,
    auxCapacity: auxiliary.capacity,
    pairCapacity,
    auxWidth: dead,
    auxAlpha,
    nPrefixes: prefixes.widths.length,
    prefixWeight: prefixes.weight,
    thetaRate: rateOf("theta"),
    bandwidth,
    rMagRate: rateOf("rMag"),
    bMagRate: rateOf("bMag"),
  };
}

function writeDictionary(places: DictionaryPlaces, definition: StepDefinition): void {
  const { arch, objective } = definition, { arena, active, auxiliary } = places, { dInput, nLatents } = arch;
  const { activates, penalizes } = VARIANTS[objective.sparsity];
  const addressOf = (parameter: string) => places.own[parameter] ?? 0;
  arena.words.fill(0xffffffff, places.mask / 4, places.mask / 4 + dInput);
  arena.struct(DICTIONARY, places.dictionary).write({
    ...knobFields(places, definition),
    model: places.model,
    nLatents,
    paddedLatents: places.paddedLatents,
    width: places.width,
    stride: places.images.stride,
    blockLatents: places.blockLatents,
    nBlocks: places.nBlocks,
    selection: SELECTION[places.selects],
    hasPreBias: arch.hasPreBias,
    hasUnitDecoder: arch.hasUnitDecoder,
    isEncoderFrozen: arch.layers[0].isFrozen,
    isDecoderFrozen: arch.layers[1].isFrozen,
    starts: places.starts?.address ?? 0,
    leastCosine: arch.leastCosine ?? 0,
    sineAtLeast: Math.sqrt(1 - (arch.leastCosine ?? 0) ** 2),
    hasSigmoidOutput: arch.layers[1].activation === "sigmoid",
    activation: ACTIVATION[activates as keyof typeof ACTIVATION],
    penalty: PENALTY[(penalizes ?? "none") as keyof typeof PENALTY],
    encoder: places.encoder.address,
    decoder: places.decoder.address,
    encoderBias: places.encoderBias,
    decoderBias: places.decoderBias,
    norms: places.norms,
    lastFired: places.lastFired,
    inputs: places.inputs.address,
    pixelLists: places.pixelLists,
    pixelListEnds: places.pixelListEnds,
    preActs: places.preActs.address,
    preActsStride: places.preActs.stride,
    logits: places.logits.address,
    gradients: places.gradients.address,
    auxGradients: places.auxGradients.address,
    mask: places.mask,
    counts: active.counts,
    entries: active.entries,
    slopes: active.slopes,
    ownSlopes: places.ownSlopes,
    auxCounts: auxiliary.counts,
    auxEntries: auxiliary.entries,
    auxSlopes: auxiliary.slopes,
    rowPenalties: places.rowPenalties,
    rowAuxiliaries: places.rowAuxiliaries,
    rowSmallest: places.rowSmallest,
    biasParts: places.biasParts,
    nextStep: 1,
    rowSteps: places.rowSteps,
    pastSteps: places.pastSteps,
    nDead: 0,
    deadSteps: objective.deadSteps,
    threshold: 0,
    thresholdDecay: THRESHOLD_DECAY,
    batchThreshold: 0,
    batchTieEnd: 0,
    prefixesAreBySize: places.prefixes.areBySize,
    prefixEnds: places.prefixEnds,
    pairSegments: places.pairSegments,
    segmentBytes: places.segmentBytes,
    theta: addressOf("theta"),
    rMag: addressOf("rMag"),
    bMag: addressOf("bMag"),
    gains: places.gains,
    ownGradients: places.ownGradients,
  });
  writePrefixes(places);
}
