export * from "./connection.ts";
export * from "./context.ts";
export * from "./dispatch.ts";
export * from "./endpoint.ts";
export * from "./listener.ts";
export * from "./message_ports.ts";
export * from "./peer.ts";
export * from "./transport.ts";
