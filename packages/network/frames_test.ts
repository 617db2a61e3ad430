// Frames out of a stream that is cut anywhere, and the memory of those that came in pieces.

import { Malformed } from "@odradek/protocol/wire/malformed";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FrameCutter, SpareBuffers } from "./frames.ts";

const test = suite("frames");

function framed(content: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + content.length);
  new DataView(frame.buffer).setInt32(0, content.length);
  frame.set(content, 4);
  return frame;
}

/** Hands a stream on in pieces of these sizes, over and over. */
function feed(cutter: FrameCutter, stream: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let turn = 0;
  for (let at = 0; at < stream.length;) {
    const size = sizes[turn++ % sizes.length] ?? 1;
    // Every piece lies in the same memory, as in a reactor.
    const shared = stream.slice(at, at + size);
    cutter.feed(shared, (frame) => frames.push(frame.slice()));
    shared.fill(0xee);
    at += size;
  }
  return frames;
}

test("FrameCutter gives the frames of a stream wherever it is cut, with spares and without", () => {
  const contents = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 });
  const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });
  const spares = new SpareBuffers();
  fc.assert(fc.property(contents, sizes, (all, cuts) => {
    const stream = Uint8Array.from(all.flatMap((content) => [...framed(content)]));
    for (const cutter of [new FrameCutter(1000), new FrameCutter(1000, spares)]) {
      assert.equal(feed(cutter, stream, cuts), all);
    }
  }));
});

test("FrameCutter gathers in the memory of a frame that has been handed on", () => {
  const spares = new SpareBuffers();
  const used = new Set<ArrayBufferLike>();
  for (const cutter of [new FrameCutter(1e6, spares), new FrameCutter(1e6, spares)]) {
    const frame = framed(new Uint8Array(100_000));
    cutter.feed(frame.subarray(0, 50_000), () => undefined);
    cutter.feed(frame.subarray(50_000), (taken, isShared) => {
      assert.ok(isShared);
      used.add(taken.buffer);
    });
  }
  assert.is(used.size, 1);
});

test("FrameCutter holds for a frame at most twice what has come of it, and says so", () => {
  const cutter = new FrameCutter(1e8, new SpareBuffers());
  const frame = framed(new Uint8Array(1_000_000));
  let come = 0;
  for (let at = 0; at + 7000 < frame.length; at += 7000) {
    cutter.feed(frame.subarray(at, at + 7000), () => undefined);
    come += 7000;
    assert.ok(cutter.heldBytes >= come - 4);
    assert.ok(cutter.heldBytes <= Math.max(16 * 1024, 2 * come), `${cutter.heldBytes} of ${come}`);
  }
  cutter.end();
  assert.is(cutter.heldBytes, 0);
});

test("SpareBuffers gives the smallest that fits, and none that is far too large", () => {
  const spares = new SpareBuffers();
  for (const length of [100_000, 50_000, 2_000_000]) spares.give(new Uint8Array(length));
  assert.is(spares.take(40_000)?.length, 50_000);
  assert.is(spares.take(40_000)?.length, 100_000);
  assert.is(spares.take(40_000), undefined);
  assert.is(spares.take(1_000_000)?.length, 2_000_000);
});

test("FrameCutter without spares gives frames in pieces away", () => {
  const cutter = new FrameCutter(1000);
  const frame = framed(Uint8Array.of(1, 2, 3));
  cutter.feed(frame.subarray(0, 5), () => undefined);
  let taken = new Uint8Array(0) as Uint8Array;
  cutter.feed(frame.subarray(5), (content, isShared) => {
    assert.not(isShared);
    taken = content;
  });
  cutter.feed(frame, () => undefined);
  assert.equal([...taken], [1, 2, 3]);
});

test("FrameCutter leaves it to whoever takes a frame to give it back, if it is given", () => {
  const spares = new SpareBuffers();
  const cutter = new FrameCutter(1e6, spares, { isGiven: true });
  const taken: Uint8Array[] = [];
  const read = (content: Uint8Array): void => {
    const frame = framed(content);
    cutter.feed(frame.subarray(0, 50_000), () => undefined);
    cutter.feed(frame.subarray(50_000), (one, isShared) => {
      assert.not(isShared);
      taken.push(one);
    });
  };
  for (const value of [1, 2]) read(new Uint8Array(100_000).fill(value));
  assert.is(taken[0]?.every((byte) => byte === 1), true);
  spares.give(new Uint8Array((taken[0] as Uint8Array).buffer));
  read(new Uint8Array(100_000).fill(3));
  assert.is(taken[2]?.buffer, taken[0]?.buffer);
  assert.is(taken[1]?.every((byte) => byte === 2), true);
});

test("FrameCutter refuses sizes below 0 and above its limit", () => {
  for (const size of [-1, 11]) {
    const cutter = new FrameCutter(10);
    const head = new Uint8Array(4);
    new DataView(head.buffer).setInt32(0, size);
    assert.throws(() => cutter.feed(head, () => undefined), (e: unknown) => e instanceof Malformed);
  }
});

test("SpareBuffers keeps no more than it may", () => {
  const spares = new SpareBuffers();
  const mb = 1024 * 1024;
  for (let i = 0; i < 10; i++) spares.give(new Uint8Array(mb));
  let taken = 0;
  while (spares.take(mb) !== undefined) taken++;
  assert.is(taken, 8);
  assert.is(spares.take(1), undefined);
});

test.run();
