/**
 * The official files of MNIST: their checksums and where they may be had.
 *
 * Facts alone. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** The official files of a data set stored like MNIST, and where they may be had. */
export interface Manifest {
  /** SHA-256, hexadecimal, of each file, once under its `.gz` name and once (uncompressed) without `.gz`. */
  files: Readonly<Record<string, string>>;
  /** Base addresses of mirrors, each serving the four `.gz` files, in the order to try them. */
  mirrors: readonly string[];
}

/**
 * MNIST (LeCun, Cortes and Burges 1998), in the checksums of its first publication.
 *
 * The mirrors are those of PyTorch's torchvision and of TensorFlow; the original site no longer serves the files.
 */
export const MNIST: Manifest = {
  files: {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  },
  mirrors: ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
};
