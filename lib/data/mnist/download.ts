/**
 * Downloads one file from the first of several URLs that has it: stall time-out, retries, checksum, whole or not at
 * all. Also asks whether any of them answers.
 *
 * Holds the file in memory while it arrives, and resumes nothing: for files of tens of megabytes. Knows no data set.
 *
 * @module
 */
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../../errors.ts";
import { writeWhole } from "../../files.ts";
import { withoutCredentials } from "./mirror.ts";

/** How far a download has come; each try at a mirror counts from 0 again. */
export interface DownloadProgress {
  /** File name, without its folder. */
  file: string;
  /** Bytes received in this try. */
  receivedBytes: number;
  /** Bytes the mirror said it would send, or null if the mirror did not say. */
  totalBytes: number | null;
}

/** Time limits and tries of a download, and its listeners. */
export interface DownloadWatch {
  /** A try ends if no byte came for this time, in milliseconds. Default 10,000. */
  stallMs?: number;
  /**
   * Further tries per URL after a failure that may pass (no connection, a stall, a break, 408, 425, 429, 5xx). Default
   * 2.
   */
  retries?: number;
  /** Called after each piece that arrives. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Ends the download; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** What to download, and to where. */
export interface DownloadOptions extends DownloadWatch {
  /** Where the file may be had, tried in turn. */
  urls: readonly string[];
  /** The file's SHA-256, hexadecimal. Anything else is refused. */
  sha256: string;
  /** Where to write it. Nothing is written until the file is whole and right. */
  path: string;
  /** A mirror that sends more is given up, in bytes. Default 256 MiB. */
  maxBytes?: number;
}

/** What a try brought: the file as sent, or what was wrong. */
type Try = { bytes: Uint8Array<ArrayBuffer> } | { reason: string; mayPass: boolean };

/** Before try n + 1 at one URL, wait n times this. */
const BACKOFF_MS = 250;

/**
 * Downloads a file and returns the URL that had it.
 *
 * @throws {UserError} No URL gave the right file (the message says why, mirror by mirror), or it cannot be written.
 * @throws The signal's reason, when aborted.
 */
export async function downloadVerified(options: DownloadOptions): Promise<string> {
  const { urls, sha256, path, retries = 2, signal } = options;
  const file = path.replace(/.*[/\\]/, "");
  const reasons: string[] = [];
  for (const url of urls) {
    for (let tries = 1; tries <= retries + 1; tries++) {
      signal?.throwIfAborted();
      const result = await fetchOnce(url, { ...options, file });
      if ("bytes" in result) {
        const now = await sha256Hex(result.bytes);
        signal?.throwIfAborted();
        if (now === sha256.toLowerCase()) {
          await writeWhole(path, result.bytes);
          return url;
        }
        reasons.push(`${hostOf(url)} sent another file (${result.bytes.length} bytes, SHA-256 ${now.slice(0, 12)}…)`);
        break;
      }
      if (!result.mayPass || tries === retries + 1) {
        reasons.push(`${hostOf(url)} ${result.reason}${tries > 1 ? ` (${tries} tries)` : ""}`);
        break;
      }
      await delay(BACKOFF_MS * tries, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }
  const now = reasons.join("; ") || "no mirror is named";
  throw new UserError(`Cannot download ${file}: ${now}, expected a mirror with the official file`);
}

/**
 * Whether a URL answers a request for its first byte: asks all at once, true at the first good answer.
 *
 * @param timeoutMs How long to wait for one, in milliseconds.
 * @throws The signal's reason, when aborted.
 */
export async function isAnyAnswering(
  urls: readonly string[],
  timeoutMs: number,
  options: { signal?: AbortSignal } = {},
): Promise<boolean> {
  options.signal?.throwIfAborted();
  const decided = new AbortController();
  const timer = setTimeout(() => decided.abort(), timeoutMs);
  const signal = AbortSignal.any(options.signal ? [options.signal, decided.signal] : [decided.signal]);
  const probes = urls.map(async (url) => {
    const response = await fetch(url, { headers: { "accept-encoding": "identity", range: "bytes=0-0" }, signal });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  });
  const isAnswered = await Promise.any(probes).then(() => true, () => false);
  clearTimeout(timer);
  decided.abort();
  await Promise.allSettled(probes); // so that no request outlives this call
  options.signal?.throwIfAborted();
  return isAnswered;
}

/** SHA-256 of bytes, hexadecimal, lower case. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  // A cast: no array here is shared memory, which the type of digest would exclude.
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)).toHex();
}

async function fetchOnce(url: string, options: DownloadOptions & { file: string }): Promise<Try> {
  const { file, stallMs = 10_000, maxBytes = 256 * 2 ** 20, onProgress, signal } = options;
  // `file:` and `data:` would work with fetch, but are not mirrors.
  if (!/^https?:/i.test(url)) return { reason: "is not an http or https address", mayPass: false };
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), stallMs);
  let receivedBytes = 0;
  let totalBytes: number | null = null;
  let phase: "connect" | "body" | "callback" = "connect";
  try {
    const response = await fetch(url, {
      // Some mirrors label .gz files `content-encoding: gzip`, and fetch would unpack them before the checksum. Deno
      // unpacks only when it set accept-encoding itself.
      headers: { "accept-encoding": "identity" },
      signal: AbortSignal.any(signal ? [signal, stall.signal] : [stall.signal]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      const mayPass = response.status >= 500 || [408, 425, 429].includes(response.status);
      return { reason: `answered ${response.status}`, mayPass };
    }
    phase = "body";
    const declared = response.headers.get("content-length");
    totalBytes = declared === null ? null : Number(declared);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for await (const piece of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(() => stall.abort(), stallMs);
      pieces.push(piece);
      receivedBytes += piece.length;
      phase = "callback";
      onProgress?.({ file, receivedBytes, totalBytes });
      phase = "body";
      if (receivedBytes > maxBytes) return { reason: `sent more than ${maxBytes} bytes`, mayPass: false };
    }
    return { bytes: await new Blob(pieces).bytes() };
  } catch (error) {
    if (phase === "callback") throw error;
    signal?.throwIfAborted();
    const received = totalBytes === null ? `${receivedBytes} bytes` : `${receivedBytes} of ${totalBytes} bytes`;
    if (stall.signal.aborted) {
      const waited = `for ${stallMs / 1000} s`;
      return {
        reason: phase === "connect" ? `sent nothing ${waited}` : `stalled ${waited} after ${received}`,
        mayPass: true,
      };
    }
    if (error instanceof Deno.errors.NotCapable) return { reason: deniedReason(url, error), mayPass: false };
    if (!(error instanceof TypeError)) throw error;
    if (phase === "body") return { reason: `sent only ${received}`, mayPass: true };
    return { reason: `cannot be reached (${networkReason(error)})`, mayPass: error.cause !== undefined };
  } finally {
    clearTimeout(timer);
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) && new URL(url).host || withoutCredentials(url);
}

/** After a redirect the host that was denied is another than the URL's, so that Deno's own message decides. */
function deniedReason(url: string, error: Error): string {
  const host = /net access to "([^"]+)"/.exec(error.message)?.[1] ?? hostOf(url);
  return `may not be asked by this Deno process (run with --allow-net=${host})`;
}

/** The innermost cause in the words of the system, without the URL, which may carry a password. */
function networkReason(error: TypeError): string {
  const words = error.cause instanceof Error ? error.cause.message : error.message;
  return words.replace(/^error sending request.*?\): (client error \(\w+\): )?/, "");
}
