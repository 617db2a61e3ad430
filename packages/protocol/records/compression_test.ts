// What the codecs make of bytes, and of bytes that would unpack to more than anybody wants.

import { gzipSync, zstdCompressSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Malformed } from "../wire/malformed.ts";
import { CODECS, compress, decompress } from "./compression.ts";
import { xerialHeader } from "./framing.ts";

const test = suite("compression");

const COMPRESSING = [1, 2, 3, 4];
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** `bytesMax`: of the result. */
function refuses(
  codec: number,
  bytes: Uint8Array,
  { message, bytesMax = 1000 }: { readonly message: RegExp; readonly bytesMax?: number },
): void {
  assert.throws(() => decompress(codec, bytes, bytesMax), (thrown: unknown) => {
    assert.instance(thrown, Malformed);
    assert.match((thrown as Malformed).message, message);
    return true;
  }, CODECS[codec]);
}

test("decompress gives back what compress was given, of every codec", () => {
  for (const text of ["", "a", "hello ".repeat(20_000)]) {
    for (const codec of [0, ...COMPRESSING]) {
      const inflated = decompress(codec, compress(codec, bytesOf(text)));
      assert.equal(inflated, bytesOf(text), `${CODECS[codec]}, ${text.length} bytes`);
    }
  }
});

test("decompress takes as much as is allowed, and not a byte more", () => {
  for (const codec of COMPRESSING) {
    const bytes = compress(codec, new Uint8Array(70_000));
    // What LZ4 can become is known by the block only.
    const enough = CODECS[codec] === "lz4" ? 131_072 : 70_000;
    assert.is(decompress(codec, bytes, enough).length, 70_000);
    const message = /^Cannot decompress: \d+ bytes, at most 69999 are taken$/;
    refuses(codec, bytes, { message, bytesMax: 69_999 });
  }
});

test("decompress stops what says nothing of its length, or lies", () => {
  const gzip = gzipSync(new Uint8Array(5000));
  gzip.writeUInt32LE(10, gzip.length - 4);
  refuses(1, gzip, { message: /^Cannot decompress gzip: / });
  const twice = Buffer.concat([gzipSync(new Uint8Array(900)), gzipSync(new Uint8Array(900))]);
  refuses(1, twice, { message: /^Cannot decompress gzip: / });
  const frames = [900, 900].map((length) => zstdCompressSync(new Uint8Array(length)));
  refuses(4, Buffer.concat(frames), { message: /^Cannot decompress zstd: / });
});

test("decompress begins no snappy block that says what it cannot hold", () => {
  const block = Uint8Array.of(0xc8, 0x07, 0x00);
  const refusal = { message: /^Cannot read snappy: 968 bytes out of 3$/, bytesMax: 10_000 };
  refuses(2, block, refusal);
  const framed = Buffer.concat([xerialHeader(), Uint8Array.of(0, 0, 0, 3), block]);
  refuses(2, framed, refusal);
});

test("decompress reads the content sizes of zstd frames in all their forms", () => {
  const head = [0x28, 0xb5, 0x2f, 0xfd];
  const forms: [number[], number][] = [
    [[0b0010_0000, 200], 200],
    [[0b0110_0000, 0x10, 0x01], 0x110 + 256],
    [[0b0100_0001, 0, 7, 0x10, 0x01], 0x110 + 256],
    [[0b1010_0010, 7, 7, 0, 0, 1, 0], 65_536],
    [[0b1110_0011, 7, 7, 7, 7, 0, 0, 0, 0, 1, 0, 0, 0], 2 ** 32],
  ];
  for (const [form, length] of forms) {
    const message = new RegExp(`^Cannot decompress: ${length} bytes, at most 100 are taken$`);
    refuses(4, Uint8Array.from([...head, ...form]), { message, bytesMax: 100 });
  }
});

test("decompress refuses what is of no codec, and bytes that are none", () => {
  for (const codec of [5, 6, 7]) {
    refuses(codec, bytesOf("x"), { message: /there is no codec/ });
  }
  for (const codec of COMPRESSING) {
    refuses(codec, bytesOf("nothing of the kind"), { message: /^Cannot / });
  }
});

test.run();
