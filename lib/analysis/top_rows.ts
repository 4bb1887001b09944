/**
 * The few inputs that activate each latent most.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Lists of bounded size, whatever the number of inputs. */
export class TopRows {
  /** Inputs kept of each latent. */
  readonly size: number;
  /** The inputs and their activations, `[nLatents, size]`, the largest first, ties by input; 0 in places without one. */
  readonly rows: Uint32Array;
  readonly acts: Float32Array;

  constructor({ nLatents, size }: { nLatents: number; size: number }) {
    this.size = size;
    this.rows = new Uint32Array(nLatents * size);
    this.acts = new Float32Array(nLatents * size);
  }

  /** Keeps an input if it is among the most activating so far and activates the latent at all; of equal ones the first. */
  offer(latent: number, { row, value }: { row: number; value: number }): void {
    const start = latent * this.size, { rows, acts } = this;
    let place = start + this.size - 1;
    if (!(value > acts[place])) return;
    for (; place > start && value > acts[place - 1]; place--) {
      acts[place] = acts[place - 1];
      rows[place] = rows[place - 1];
    }
    acts[place] = value;
    rows[place] = row;
  }
}
