// Metrics over HTTP: pages, bounds, and a port that another has.

import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import pino from "pino";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { gauge } from "./family.ts";
import { listenForMetrics, type MetricsPlace } from "./listener.ts";

const test = suite("metrics listener");

const warnings: string[] = [];
const logger = pino({
  level: "warn",
  hooks: { logMethod: (args) => void warnings.push(String(args[0])) },
});

/** How often families were asked for. */
function told() {
  let asked = 0;
  return {
    families: () => {
      asked++;
      return Promise.resolve([
        gauge("small", "A small one.", asked),
        { ...gauge("large", "A large one.", 1), isDetailed: true },
      ]);
    },
    liveness: { isWell: true, status: "ok", reasons: [] },
    readiness: { isWell: false, status: "starting", reasons: ["not yet"] },
  };
}

function place(changes: Partial<MetricsPlace["listener"]> = {}): MetricsPlace {
  const listener = { host: "127.0.0.1", port: 0, isAskedFor: true, ...changes };
  return { listener, taken: [], logger };
}

async function serving(use: (base: string, port: number) => Promise<void>): Promise<void> {
  const listening = await listenForMetrics(told(), place());
  const port = listening?.address.port ?? 0;
  try {
    await use(`http://127.0.0.1:${port}`, port);
  } finally {
    await listening?.close();
  }
}

async function occupied(use: (port: number) => Promise<void>): Promise<void> {
  const server: Server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  try {
    await use(typeof address === "object" ? address?.port ?? 0 : 0);
  } finally {
    server.close();
  }
}

async function failure(place: MetricsPlace): Promise<string> {
  try {
    await listenForMetrics(told(), place);
    return "none";
  } catch (error) {
    return (error as Error).message;
  }
}

test("listenForMetrics serves its pages, made once a second at most", () =>
  serving(async (base) => {
    const all = await Promise.all([1, 2, 3].map(() => fetch(`${base}/metrics?x=1`)));
    const texts = await Promise.all(all.map((one) => one.text()));
    assert.is(all[0]?.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert.equal(texts.map((text) => /^small (\d+)$/m.exec(text)?.[1]), ["1", "1", "1"]);
    assert.match(texts[0] ?? "", /^large 1$/m);
    assert.not.match(await (await fetch(`${base}/public_metrics`)).text(), /large/);
    assert.is((await fetch(`${base}/livez`)).status, 200);
    const ready = await fetch(`${base}/readyz`);
    assert.equal([ready.status, await ready.json()], [
      503,
      { status: "starting", reasons: ["not yet"] },
    ]);
  }));

test("listenForMetrics says what else it would not do", () =>
  serving(async (base) => {
    assert.is((await fetch(`${base}/nothing`)).status, 404);
    assert.is((await fetch(`${base}/toString`)).status, 404);
    const posted = await fetch(`${base}/metrics`, { method: "POST", body: "x".repeat(100_000) });
    assert.equal([posted.status, posted.headers.get("connection")], [405, "close"]);
    const headers = { "x-long": "x".repeat(10_000) };
    assert.is((await fetch(`${base}/livez`, { headers })).status, 431);
  }));

test("listenForMetrics takes so many connections and no more", () =>
  serving(async (base, port) => {
    const sockets = Array.from({ length: 40 }, () => connect({ host: "127.0.0.1", port }));
    let ended = 0;
    await new Promise<void>((resolve) => {
      for (const socket of sockets) {
        socket.on("error", () => undefined);
        socket.on("close", () => ++ended === 8 && resolve());
      }
    });
    for (const socket of sockets) socket.destroy();
    assert.is(await listenAgain(`${base}/livez`), 200);
  }));

/** The others are let go one by one. */
async function listenAgain(url: string): Promise<number> {
  for (let i = 0; i < 100; i++) {
    const status = await fetch(url).then((answer) => answer.status, () => 0);
    if (status !== 0) return status;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return 0;
}

test("listenForMetrics: a port that is taken is an error, or where nobody asked a warning", () =>
  occupied(async (port) => {
    const line = `Cannot serve metrics on 127.0.0.1:${port}: the port is in use`;
    assert.is(
      await failure(place({ port })),
      `${line}; give another address with odradek.metrics.listener, or none: ` +
        "odradek.metrics.listener=",
    );
    assert.is(await listenForMetrics(told(), place({ port, isAskedFor: false })), undefined);
    const remedy = "give an address of its own with odradek.metrics.listener";
    assert.equal(warnings, [`${line}: this node serves none; ${remedy}`]);
  }));

test("listenForMetrics: a port of listeners is taken, though it is not open yet", async () => {
  const message = await failure({ ...place({ port: 9092 }), taken: [9092] });
  assert.match(message, /^Cannot serve metrics on 127.0.0.1:9092: the port is one of listeners; /);
});

test("listenForMetrics serves nothing where it is switched off", async () => {
  assert.is(await listenForMetrics(told(), { ...place(), listener: undefined }), undefined);
});

test.run();
