// The four codecs of record batches. Pure functions of bytes; the only file that knows the
// libraries. Whatever is inflated is bounded before it is: a few kilobytes can unpack to gigabytes.
// What says that it is too long is not begun; what says nothing, or lies, is stopped on the way.
//
// Framings (KIP-57, KIP-110): gzip members; snappy in the blocks of the Xerial library, raw snappy
// is read too; LZ4 frames; zstd frames.

import {
  constants,
  gunzipSync,
  gzipSync,
  zstdCompressSync,
  zstdDecompressSync,
  type ZstdOptions,
} from "node:zlib";
import { reason } from "@odradek/base";
import { createRequire } from "node:module";
import { Malformed } from "../wire/malformed.ts";
import {
  gzipLength,
  lz4BytesMax,
  snappyBlocks,
  snappyLength,
  xerialHeader,
  zstdLength,
} from "./framing.ts";

/** Native code that most processes never need: loaded when a batch does. */
const require = createRequire(import.meta.url);
const lz4 = once(() => require("lz4-napi") as typeof import("lz4-napi"));
const snappy = once(() => require("snappy") as typeof import("snappy"));

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

export const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
export type CodecName = typeof CODECS[number];

/** Largest result of `decompress`: that of the largest request a broker takes by default. */
export const DECOMPRESSED_BYTES_MAX = 104_857_600;

/** Of a codec's number in the attributes of a batch; undefined for 5-7. */
export function codecName(codec: number): CodecName | undefined {
  return CODECS[codec];
}

/** Malformed if the codec is unknown, the bytes are not its, or the result would be too large. */
export function decompress(
  codec: number,
  bytes: Uint8Array,
  bytesMax: number = DECOMPRESSED_BYTES_MAX,
): Uint8Array {
  try {
    const inflated = inflate(codec, bytes, bytesMax);
    return new Uint8Array(
      inflated.buffer,
      inflated.byteOffset,
      inflated.byteLength,
    );
  } catch (error) {
    if (error instanceof Malformed) throw error;
    throw new Malformed(
      `Cannot decompress ${codecName(codec)}: ${reason(error)}`,
      { cause: error },
    );
  }
}

function inflate(
  codec: number,
  bytes: Uint8Array,
  bytesMax: number,
): Uint8Array {
  switch (codecName(codec)) {
    case "none":
      return bytes;
    case "gzip":
      limit(gzipLength(bytes), bytesMax);
      return gunzipSync(bytes, { maxOutputLength: bytesMax });
    case "zstd":
      limit(zstdLength(bytes), bytesMax);
      return zstdDecompressSync(bytes, { maxOutputLength: bytesMax });
    case "lz4":
      limit(lz4BytesMax(bytes), bytesMax);
      return lz4().decompressFrameSync(asBuffer(bytes));
    case "snappy":
      return inflateSnappy(bytes, bytesMax);
    default:
      throw new Malformed(`Cannot decompress: there is no codec ${codec}`);
  }
}

function inflateSnappy(bytes: Uint8Array, bytesMax: number): Uint8Array {
  const blocks = snappyBlocks(bytes);
  limit(blocks.reduce((sum, block) => sum + snappyLength(block), 0), bytesMax);
  const parts = blocks.map((block) =>
    snappy().uncompressSync(asBuffer(block), { asBuffer: true }) as Buffer
  );
  return parts.length === 1 ? parts[0] as Buffer : Buffer.concat(parts);
}

function limit(length: number, bytesMax: number): void {
  if (length > bytesMax) {
    throw new Malformed(
      `Cannot decompress: ${length} bytes, at most ${bytesMax} are taken`,
    );
  }
}

export interface CompressOptions {
  /** As the codec counts them; its own default if absent. Snappy and LZ4 have none here. */
  readonly level?: number;
}

/** The bytes as a payload of the codec. */
export function compress(
  codec: number,
  bytes: Uint8Array,
  options: CompressOptions = {},
): Uint8Array {
  switch (codecName(codec)) {
    case "none":
      return bytes;
    case "gzip":
      return gzipSync(
        bytes,
        options.level === undefined ? {} : { level: options.level },
      );
    case "zstd":
      return zstdCompressSync(bytes, zstdOptions(options.level));
    case "lz4":
      return lz4().compressFrameSync(asBuffer(bytes));
    case "snappy":
      return deflateSnappy(bytes);
    default:
      throw new Malformed(`Cannot compress: there is no codec ${codec}`);
  }
}

function zstdOptions(level: number | undefined): ZstdOptions {
  return level === undefined ? {} : { params: { [constants.ZSTD_c_compressionLevel]: level } };
}

/** Of the input, per block. */
const SNAPPY_BLOCK_BYTES = 32 * 1024;

function deflateSnappy(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [xerialHeader()];
  for (let at = 0; at < bytes.length; at += SNAPPY_BLOCK_BYTES) {
    const block = snappy().compressSync(
      asBuffer(bytes.subarray(at, at + SNAPPY_BLOCK_BYTES)),
    );
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

/** Same bytes, as the libraries want them. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
