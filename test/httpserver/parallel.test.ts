// Five and six clients that ask for the page at the same moment, each on a new connection, on the default board. Whoever finds
// too little memory is refused (503, or a connection that lwIP does not take); nobody gets half a page; the board stays up.
import assert from "node:assert/strict";
import { appSource } from "../../packages/image/app.ts";
import { buildApp, type Code } from "../../packages/image/code.ts";
import { type BoardContents, boardContents } from "../../packages/image/contents.ts";
import { answers } from "../../packages/measure/faults/answers.ts";
import { Board } from "../../packages/simulator/board.ts";
import { CHIPS } from "../../packages/simulator/chips.ts";
import { VirtualClock } from "../../packages/simulator/clock.ts";
import { fillFlash, regionWith } from "../../packages/simulator/contents.ts";
import { MemoryNetwork } from "../../packages/simulator/network/memory.ts";

const ROUNDS = 15;
/** Clients of a round that get the page at the first try, at least. */
const LEAST = 3;
/** Longer than any answer takes [ms]. */
const ROUND = 5000;
const GET = "GET / HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n";

const APPS: { name: string; code: Code }[] = [
  { name: "hello", code: "bytecode" },
  { name: "dashboard", code: "lfs" },
];

for (const { name, code } of APPS) {
  describe(`parallel clients of examples/${name} (${code === "lfs" ? "code in flash" : "code in RAM"})`, () => {
    let contents: BoardContents;
    before(async () => {
      const app = await buildApp(appSource(`examples/${name}`), "compact");
      contents = boardContents(app, code, "5.1", "double");
    });

    for (const most of [5, 6]) {
      it(`${most} at once, ${ROUNDS} times: at least ${LEAST} get the page, the others within two retries`, () => {
        const clock = new VirtualClock();
        const network = new MemoryNetwork(clock);
        const { files, image } = contents;
        const board = new Board({
          chip: "esp8266",
          heap: CHIPS.esp8266.heap,
          clock,
          network,
          ...(image ? { lfs: regionWith(image, "double") } : {}),
        });
        fillFlash(board, files);
        clock.advance(2000);
        let page: string | undefined;
        const firsts: number[] = [];
        const ask = (clients: number): number => {
          const all = Array.from({ length: clients }, () => {
            const client = network.client(80, { onEnd: () => client.close() });
            client.send(GET);
            return client;
          });
          clock.advance(ROUND);
          let served = 0;
          for (const client of all) {
            client.close();
            const [answer] = answers(client.text);
            if (!answer) continue;
            assert.ok(
              answer.isWhole,
              `cut: ${client.text.slice(0, 60)}… (${client.text.length}), ${client.end}`,
            );
            if (answer.status === 503) continue;
            assert.equal(answer.status, 200);
            const body = answer.body.replace(/\d+ bytes of heap/, "… bytes of heap");
            page ??= body;
            assert.equal(body, page);
            served++;
          }
          return served;
        };
        for (let round = 0; round < ROUNDS; round++) {
          const first = ask(most);
          firsts.push(first);
          let left = most - first;
          for (let retry = 0; retry < 2 && left > 0; retry++) left -= ask(left);
          assert.equal(left, 0, `round ${round}: ${left} have not got the page (${firsts})`);
          clock.advance(100);
        }
        assert.deepEqual(
          board.panics.map(({ message }) => message),
          [],
        );
        assert.equal(board.restarts, 0);
        assert.ok(Math.min(...firsts) >= LEAST, `${firsts}`);
        console.log(`      served at the first try: ${firsts.join(" ")}`);
      });
    }
  });
}
