// The module's face: createServer.
import { accept } from "./connection";
import type { Handler, Limits, Server } from "./exchange";
import { guard } from "./guard";

const servers = new LuaTable<number, net.Server>();

/**
 * Starts a server.
 * @param port 1 to 65535; one that this module serves already is taken over
 * @param handler called at every request line
 * @param options bounds other than limits.ts has
 * @returns the net.server; its close() stops listening, open connections live on
 */
export function createServer(port: number, handler: Handler, options?: Partial<Limits>): net.Server {
  const old = servers.get(port);
  if (old) pcall(old.close, old);
  // the chips differ in createServer's arguments; without any both take 30 s of TCP keep-alive
  const listener = net.createServer();
  servers.set(port, listener);
  const server = setmetatable({ _handler: handler } as Server, { __index: options ?? {} } as object);
  listener.listen(
    port,
    guard((socket) => accept(socket, server)),
  );
  return listener;
}
