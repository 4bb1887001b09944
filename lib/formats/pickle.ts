/**
 * Python's pickles, which run code when they are opened: they are recognised and refused, with the Python that converts
 * them.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { printablePath, quoted, UserError } from "../errors.ts";

/** What a pickle holds, as far as its name or its archive shows. */
export type PickleKind = "array" | "torch" | "pickle";

/** Whether bytes begin as a pickle of protocol 2 to 5 does. */
export function isPickle(start: Uint8Array): boolean {
  return start[0] === 0x80 && start[1] >= 2 && start[1] <= 5;
}

/**
 * The refusal of a pickle: one line, which holds the three lines of Python.
 *
 * @param name What the file is called.
 */
export function pickleRefusal(name: string, kind: PickleKind): UserError {
  const lines = {
    array: [
      "import numpy as np",
      `x = np.load(${quoted(name)}, allow_pickle=True)`,
      `np.save("rows.npy", np.stack(list(x)).astype("float32"))`,
    ],
    torch: [
      "import torch, safetensors.torch",
      `x = torch.load(${quoted(name)}, map_location="cpu", weights_only=True)`,
      `safetensors.torch.save_file(x if isinstance(x, dict) else {"rows": x.contiguous()}, "rows.safetensors")`,
    ],
    pickle: [
      "import pickle, numpy as np",
      `x = pickle.load(open(${quoted(name)}, "rb"))`,
      `np.save("rows.npy", np.asarray(x, dtype="float32"))`,
    ],
  }[kind];
  const is = { array: "an array of Python objects", torch: "a PyTorch pickle", pickle: "a Python pickle" }[kind];
  return new UserError(
    `Cannot read ${printablePath(name)}: it is ${is}, which can run any program when it is opened, ` +
      `expected plain numbers; convert it in Python: ${lines.join("; ")}`,
  );
}
