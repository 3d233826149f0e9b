// What stands between the firmware and every callback of ours: on ESP8266 an error that gets out of one reboots the board.
import { close } from "./connections";
import { answer } from "./response";

type Socket = net.PortableTcpSocket;

/** Makes a callback of what does its work: nothing that is raised gets out. */
export function guard<Data>(
  work: (this: void, socket: Socket, data: Data) => void,
): (this: void, socket: Socket | undefined, data?: Data) => void {
  return (socket, data) => {
    if (!socket) return;
    const [ok, problem] = pcall(work, socket, data!);
    // what cannot be answered ends: what has come cannot be kept, and what follows must not be taken for a request
    if (!ok && !pcall(answer, socket, problem)[0]) pcall(close, socket);
  };
}
