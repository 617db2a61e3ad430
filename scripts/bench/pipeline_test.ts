// The client that measures, against a server that answers in pieces.

import net from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runPipeline } from "./pipeline.ts";
import { Request } from "./requests.ts";

const test = suite("pipeline");

const ANSWER_BYTES = 12;

/** Answers every frame of 12 bytes with its correlation id, seven bytes at a time. */
async function withServer(
  use: (port: number) => Promise<void>,
  spoil: (id: number) => number = (id) => id,
): Promise<void> {
  const server = net.createServer((socket) => {
    let come = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      come = Buffer.concat([come, chunk]);
      const answers: Buffer[] = [];
      for (; come.length >= ANSWER_BYTES; come = come.subarray(ANSWER_BYTES)) {
        const answer = Buffer.alloc(ANSWER_BYTES);
        answer.writeInt32BE(ANSWER_BYTES - 4);
        answer.writeInt32BE(spoil(come.readInt32BE(8)), 4);
        answers.push(answer);
      }
      const all = Buffer.concat(answers);
      for (let at = 0; at < all.length; at += 7) socket.write(all.subarray(at, at + 7));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use((server.address() as net.AddressInfo).port);
  } finally {
    server.close();
  }
}

function options(port: number) {
  return {
    address: { host: "127.0.0.1", port },
    connections: 3,
    inFlight: 4,
    requests: 100,
    make: () => new Request(new Uint8Array(ANSWER_BYTES)),
    prepare: () => undefined,
    check: () => undefined,
  };
}

test("runPipeline sends as many requests as it was told, and counts what comes", async () => {
  let prepared = 0;
  await withServer(async (port) => {
    const prepare = () => void prepared++;
    const bytes = await runPipeline({ ...options(port), prepare });
    assert.is(bytes, 100 * (ANSWER_BYTES - 4));
  });
  assert.is(prepared, 100);
});

test("runPipeline fails if an answer is another's", async () => {
  await withServer(
    async (port) => {
      const failed = await runPipeline(options(port)).catch((error: Error) => error.message);
      assert.is(failed, "Answer 8 came instead of 7");
    },
    (id) => (id === 7 ? 8 : id),
  );
});

test("runPipeline fails if an answer is not as hoped for, or nobody is there", async () => {
  await withServer(async (port) => {
    const check = () => {
      throw new Error("not as hoped for");
    };
    const failed = await runPipeline({ ...options(port), check }).catch((e: Error) => e.message);
    assert.is(failed, "not as hoped for");
  });
  const refused = await runPipeline(options(1)).catch((error: Error) => error.message);
  assert.match(String(refused), "ECONNREFUSED");
});

test.run();
