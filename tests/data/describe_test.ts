import assert from "node:assert/strict";
import { datasetSource, datasetTitle, describeDataset } from "../../lib/data/describe.ts";
import { generateDictionary } from "../../lib/data/generated/dictionary.ts";
import { generateDigits } from "../../lib/data/generated/digits.ts";

Deno.test("datasetTitle() is a title for the data sets that are known, and the name of any other", () => {
  assert.deepEqual(["mnist", "digits", "dictionary"].map(datasetTitle), [
    "MNIST",
    "Synthetic digits",
    "Known features",
  ]);
  assert.deepEqual(["flowers", "constructor", "MNIST-folder"].map(datasetTitle), [
    "flowers",
    "constructor",
    "MNIST-folder",
  ]);
});

Deno.test("describeDataset() says which data, why, how many and how large", () => {
  const digits = generateDigits({ seed: 1, trainCount: 3, testCount: 2 });
  assert.equal(describeDataset(digits), "built-in synthetic digits, 3 training and 2 test images of 28×28, 10 classes");
  const fallback = "MNIST is not on disk";
  assert.equal(
    describeDataset({ ...digits, provenance: { ...digits.provenance, fallback } }),
    "built-in synthetic digits (MNIST is not on disk), 3 training and 2 test images of 28×28, 10 classes",
  );
  const options = { seed: 1, width: 6, features: 9, active: 2, correlation: 0, noise: 0, trainCount: 5, testCount: 4 };
  assert.equal(
    describeDataset(generateDictionary(options)),
    "vectors of known features, 5 training and 4 test vectors of 6 values",
  );
  assert.equal(datasetSource({ name: "flowers", source: "directory", fallback: null }), "flowers");
});
