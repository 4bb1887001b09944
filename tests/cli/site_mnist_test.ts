import assert from "node:assert/strict";
import { resolve } from "node:path";
import { mnistForSite } from "../../lib/cli/site_mnist.ts";
import { needs } from "../needs.ts";

Deno.test(
  "mnistForSite() takes the flag's folder, else the environment's, as an absolute path",
  needs("permissions"),
  async () => {
    const before = Deno.env.get("SAE_MNIST_DIR");
    try {
      Deno.env.set("SAE_MNIST_DIR", "from/environment");
      assert.deepEqual(await mnistForSite("from/flag"), { SAE_MNIST_DIR: resolve("from/flag") });
      assert.deepEqual(await mnistForSite(), { SAE_MNIST_DIR: resolve("from/environment") });
    } finally {
      if (before === undefined) Deno.env.delete("SAE_MNIST_DIR");
      else Deno.env.set("SAE_MNIST_DIR", before);
    }
  },
);
