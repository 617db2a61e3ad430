// The HTTP side: a few short answers to GET, on the main thread. Whoever asks is bounded: in how
// many connections there are, how long a request may be, and how long anything may take.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Address, addressText, Fault, reason } from "@odradek/base";

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** By path. */
export type Pages = Readonly<Record<string, () => Answer | Promise<Answer>>>;

const CONNECTIONS_MAX = 32;
const HEADER_BYTES_MAX = 8192;
/** To send a request, and then to read its answer. */
const REQUEST_MS_MAX = 5000;
const SILENCE_MS_MAX = 30_000;

export interface HttpListening {
  /** With the port that was bound. */
  readonly address: Address;
  close(): Promise<void>;
}

/** Fault "in use", or "configuration": this machine has no such address. */
export function serveHttp({ host, port }: Address, pages: Pages): Promise<HttpListening> {
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: REQUEST_MS_MAX,
    requestTimeout: REQUEST_MS_MAX,
    connectionsCheckingInterval: 1000,
    keepAliveTimeout: SILENCE_MS_MAX,
  }, (request, response) => void answer(request, response, pages));
  server.maxConnections = CONNECTIONS_MAX;
  server.timeout = SILENCE_MS_MAX;
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(faultOf({ host, port }, error)));
    server.listen({ port, host: host === "" ? "::" : host, exclusive: true }, () => {
      // From here on: a connection that could not be taken. There will be others.
      server.on("error", () => undefined);
      const bound = server.address();
      const boundPort = typeof bound === "object" && bound !== null ? bound.port : port;
      resolve({ address: { host, port: boundPort }, close: () => closed(server) });
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  pages: Pages,
): Promise<void> {
  const { status, contentType, text } = await pageOf(request, pages);
  const bytes = Buffer.from(text);
  const hasBody = Number(request.headers["content-length"] ?? 0) > 0 ||
    request.headers["transfer-encoding"] !== undefined;
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": bytes.length,
    // Nobody reads what else it sends.
    ...(hasBody && { connection: "close" }),
  });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

async function pageOf({ method, url }: IncomingMessage, pages: Pages): Promise<Answer> {
  if (method !== "GET" && method !== "HEAD") {
    return plain(405, `Cannot ${method} anything here: only GET\n`);
  }
  const [path = ""] = (url ?? "").split("?");
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (page === undefined) {
    return plain(404, `There is no such page; there are ${Object.keys(pages).join(", ")}\n`);
  }
  try {
    return await page();
  } catch (error) {
    return plain(500, `Cannot answer: ${reason(error)}\n`);
  }
}

function plain(status: number, text: string): Answer {
  return { status, contentType: "text/plain; charset=utf-8", text };
}

function faultOf(address: Address, error: NodeJS.ErrnoException): Fault {
  const cannot = `Cannot serve metrics on ${addressText(address)}`;
  if (error.code === "EADDRINUSE") {
    return new Fault("in use", `${cannot}: the port is in use`, { cause: error });
  }
  const why = error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND"
    ? "this machine has no such address"
    : error.code === "EACCES"
    ? "this user may not"
    : error.message;
  return new Fault("configuration", `${cannot}: ${why}`, { cause: error });
}
