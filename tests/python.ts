/**
 * Debian's Python with NumPy, for tests of files that NumPy wrote or must read; such a test is ignored without it.
 *
 * @module
 */
import { needs } from "./needs.ts";

const PYTHON = "/usr/bin/python3";

/** Whether there is a Python that imports NumPy. Says so if not. */
export async function hasNumpy(): Promise<boolean> {
  if (needs("permissions").ignore) return false;
  const found = await new Deno.Command(PYTHON, { args: ["-c", "import numpy"], stdout: "null", stderr: "null" })
    .output()
    .then(({ success }) => success, () => false);
  if (!found) console.log("Tests are ignored that need NumPy: install python3-numpy");
  return found;
}

/** What a program prints. @throws {Error} It fails; the message is what it printed as errors. */
export async function python(program: string, args: string[] = []): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(PYTHON, { args: ["-c", program, ...args] }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
