// The board on the computer's own TCP: what real clients meet when it leaves its network and comes back.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Board } from "../../packages/simulator/board.ts";
import { CHIPS, type Chip } from "../../packages/simulator/chips.ts";
import { simulate } from "../../packages/simulator/simulate.ts";

const INIT = `
net.createServer():listen(80, function(socket)
  socket:on("receive", function(s, data) s:send("echo " .. data) end)
  socket:on("disconnection", function(s, err) print("disconnection", err) end)
end)`;
/** Longer than an answer takes [ms]. */
const SILENCE = 200;
/** What lwIP calls an aborted connection. */
const ABORTED = { esp8266: -8, esp32: -13 };

/** What the client hears within a while; "" for nothing. */
async function heard(socket: Socket, time: number): Promise<string> {
  const timeout = new Promise<string>((resolve) => setTimeout(resolve, time, ""));
  const data = once(socket, "data").then(([bytes]) => String(bytes));
  return Promise.race([data, timeout]);
}

for (const chip of Object.keys(CHIPS) as Chip[]) {
  describe(`the ${chip} on real TCP, when it leaves its network`, () => {
    let board: Board;
    let port: number;
    let console = "";
    const clients: Socket[] = [];

    const client = async () => {
      const socket = connect(port, "127.0.0.1");
      clients.push(socket);
      await once(socket, "connect");
      return socket;
    };
    const lua = (source: string) => board.firmware.execute(source, "=test");

    before(async () => {
      port = await new Promise<number>((resolve, reject) => {
        board = simulate(
          { "init.lua": Buffer.from(INIT) },
          {
            chip,
            port: 0,
            heap: CHIPS[chip].heap,
            console: (text) => (console += text),
            listening: (_, url) => resolve(Number(new URL(url).port)),
            failed: reject,
          },
        );
      });
    });
    after(() => {
      for (const socket of clients) socket.destroy();
      board.stop();
    });

    it("serves nobody until it is back: its connections end, new ones wait", async () => {
      const open = await client();
      open.write("one");
      assert.equal(await heard(open, 5000), "echo one");
      lua("wifi.sta.disconnect()");
      const late = await client();
      late.write("two");
      open.write("three");
      const ended = once(open, "error").then(([error]) => (error as NodeJS.ErrnoException).code);
      assert.deepEqual(await Promise.all([heard(open, SILENCE), heard(late, SILENCE)]), ["", ""]);
      assert.match(console, new RegExp(`disconnection\\t${ABORTED[chip]}`));
      assert.equal(open.destroyed, false, "nobody told the client");

      const answer = heard(late, 5000);
      lua("wifi.sta.connect()");
      assert.equal(await answer, "echo two");
      assert.equal(await ended, "ECONNRESET");
    });
  });
}
