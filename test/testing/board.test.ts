// What a test of an app can do with a board: ask it, move its time, look at it, restart it.
import assert from "node:assert/strict";
import { boot, type TestBoard } from "../../packages/simulator/testing/index.ts";

const app = new URL("../fixtures/board/", import.meta.url);

const streamOf = (...pieces: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(Buffer.from(piece));
      controller.close();
    },
  });

describe("board.fetch", () => {
  let board: TestBoard;
  before(async () => {
    board = await boot({ app });
  });

  it("gives a standard Response", async () => {
    const response = await board.fetch("/hello");
    assert.ok(response instanceof Response);
    assert.equal(response.status, 200);
    assert.equal(response.statusText, "OK");
    assert.equal(response.url, "http://192.168.4.1/hello");
    assert.equal(response.headers.get("content-length"), "7");
    assert.equal(await response.text(), "Hello!\n");
  });

  it("sends every kind of body", async () => {
    const kinds: [body: BodyInit, type: string, received: string][] = [
      ["text", "text/plain;charset=UTF-8", "text"],
      [new URLSearchParams({ a: "b c" }), "application/x-www-form-urlencoded;charset=UTF-8", "a=b+c"],
      [Buffer.from("bytes"), "none", "bytes"],
      [new TextEncoder().encode("an array").buffer, "none", "an array"],
      [new Blob(["a blob"], { type: "text/csv" }), "text/csv", "a blob"],
      [streamOf("a ", "stream"), "none", "a stream"],
    ];
    for (const [body, type, received] of kinds) {
      const response = await board.fetch("/echo", { method: "POST", body });
      assert.equal(response.headers.get("x-type"), type);
      assert.equal(await response.text(), `POST ${received}`);
    }
  });

  it("sends the fields that it is given", async () => {
    const headers = { "Content-Type": "application/x-thing" };
    const response = await board.fetch("/echo", { method: "PUT", body: "x", headers });
    assert.equal(response.headers.get("x-type"), "application/x-thing");
  });

  it("reads chunked answers, and answers without a body", async () => {
    const text = await (await board.fetch("/count")).text();
    assert.equal(text.split("\n").length, 501);
    assert.equal((await board.fetch("/empty")).status, 204);
    const head = await board.fetch("/hello", { method: "HEAD" });
    assert.equal(head.headers.get("content-length"), "7");
    assert.equal(await head.text(), "");
  });

  it("keeps the connection for the next request, unless one side does not want that", async () => {
    await board.fetch("/hello");
    await board.fetch("/hello");
    assert.equal(board.connections, 1);
    await board.fetch("/hello", { headers: { connection: "close" } });
    board.advance("1 s");
    assert.equal(board.connections, 0);
  });

  it("asks again on a new connection when the board ends the kept one at that moment", async () => {
    for (let ms = 14_980; ms <= 15_120; ms += 5) {
      assert.equal((await board.fetch("/hello")).status, 200);
      board.advance(ms);
    }
  });

  it("runs requests side by side that are made at one moment", async () => {
    const begun = board.now;
    const [hello, count, missing] = await Promise.all(
      ["/hello", "/count", "/missing"].map((path) => board.fetch(path)),
    );
    assert.deepEqual([hello!.status, count!.status, missing!.status], [200, 200, 404]);
    assert.equal(board.connections, 3);
    assert.ok(board.now - begun < 200, `${board.now - begun} ms`);
  });

  it("streams an answer that has no end", async () => {
    const response = await board.fetch("/events", { stream: true });
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const begun = board.now;
    const texts: string[] = [];
    for (let i = 0; i < 3; i++) texts.push((await reader.read()).value ?? "end");
    assert.deepEqual(texts, ["data: hello\n\n", "data: 1\n\n", "data: 2\n\n"]);
    assert.ok(board.now - begun > 9900 && board.now - begun < 10_200, `${board.now - begun} ms`);
    await reader.cancel();
    board.advance("1 s");
    assert.equal((await board.fetch("/hello")).status, 200, "and the board goes on");
  });

  it("lets a test make the body while the board's time stands still, or moves it", async () => {
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (one) => void (controller = one) });
    const answer = board.fetch("/echo", { method: "POST", body });
    controller.enqueue(Buffer.from("early "));
    const begun = board.now;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(board.now, begun, "nothing of the computer's time counts");
    board.advance("3 s");
    controller.enqueue(Buffer.from("late"));
    controller.close();
    assert.equal(await (await answer).text(), "POST early late");
  });

  it("is answered while the test moves the time itself", async () => {
    const answer = board.fetch("/hello");
    board.advance("1 s");
    const { now } = board;
    assert.equal((await answer).status, 200);
    assert.equal(board.now, now);
  });

  it("refuses what is no request", async () => {
    const cases: [path: string, request: object, message: RegExp][] = [
      ["https://board/", {}, /"https:\/\/board\/" is no path of the board/],
      ["/", { body: "x" }, /a GET has no body/],
      ["/", { method: "GE T" }, /"GE T" is no method/],
      ["/", { fault: "gremlins" }, /there is no fault "gremlins": packet loss, .* client closes/],
      ["/", { timeout: "10 seconds" }, /"10 seconds" is no length of time/],
    ];
    for (const [path, request, message] of cases)
      await assert.rejects(board.fetch(path, request), (error: Error) => {
        assert.match(error.message, message);
        return true;
      });
  });
});

describe("board.fetch that fails", () => {
  let board: TestBoard;
  beforeEach(async () => {
    board = await boot({ app });
  });
  const failure = async (path: string, request = {}): Promise<string> => {
    const error = await board.fetch(path, request).then(
      () => assert.fail("it was answered"),
      (reason) => reason,
    );
    assert.ok(error instanceof TypeError, String(error));
    return error.message;
  };

  it("says that nobody listens", async () => {
    assert.equal(await failure("http://board:82/"), "fetch failed: nobody listens on port 82 of the board");
  });

  it("says that the connection was cut, and what had come", async () => {
    assert.match(
      await failure("/cut"),
      /has reset the connection before the answer was complete \(it had sent \d+ bytes/,
    );
  });

  it("says that the board is silent, after a minute of its time or what was asked for", async () => {
    assert.equal(await failure("/silent"), "fetch failed: the board has sent nothing for 60 s");
    const begun = board.now;
    assert.equal(
      await failure("/silent", { timeout: "2 s" }),
      "fetch failed: the board has sent nothing for 2 s",
    );
    assert.equal(board.now - begun, 2000);
    assert.match(
      await failure("/events", { timeout: "4 s" }),
      /not the end of the answer, for 4 s \(.*stream: true/,
    );
  });

  it("says that the board has restarted, and why", async () => {
    assert.match(await failure("/restart"), /has restarted before the answer was complete \(node\.restart\)/);
    const place = /\/index\.ts:\d+: attempt to index/;
    assert.match(
      await failure("http://board:81/"),
      /\(watchdog: .*test\/fixtures\/board\/index\.ts:\d+: attempt/,
    );
    // three starts that do not last a minute are the last ones
    board.advance("1 min");
    assert.match(await failure("/fails-later"), /\(onerror: .*test\/fixtures\/board\/index\.ts:\d+: attempt/);
    assert.deepEqual(
      board.restarts.map(({ reason }) => reason),
      ["node.restart", "watchdog", "onerror"],
    );
    assert.equal(board.restarts[0]?.error, undefined);
    assert.match(board.restarts[1]?.error ?? "", place);
    assert.equal((await board.fetch("/hello")).status, 200, "and it runs again");
  });

  it("says that what came is no HTTP", async () => {
    for (const [answer, message] of [
      ["GET / HTTP/1.1", 'the first line is "GET / HTTP/1.1"'],
      ["HTTP/1.1 200 OK\\r\\nno field", 'a line of the head is "no field"'],
      ["HTTP/1.1 200 OK\\r\\ncontent-length: x", 'Content-Length is "x"'],
      ["HTTP/1.1 200 OK\\r\\ntransfer-encoding: chunked\\r\\n\\r\\nzz", `a chunk's size is "zz"`],
      [
        "HTTP/1.1 700 Odd\\r\\ncontent-length: 0",
        'init["status"] must be in the range of 200 to 599, inclusive.',
      ],
    ] as const) {
      board.lua(`if s then s:close() end
        s = net.createServer()
        s:listen(83, function(socket) socket:on("receive", function() socket:send("${answer}\\r\\n\\r\\n") end) end)`);
      const text = await failure("http://board:83/");
      assert.ok(text.startsWith("fetch failed: the board's answer is no HTTP: "), text);
      assert.ok(text.endsWith(message), text);
    }
  });

  it("gives the reason of a signal", async () => {
    const controller = new AbortController();
    const answer = board.fetch("/silent", { signal: controller.signal });
    controller.abort(new Error("enough"));
    await assert.rejects(answer, /enough/);
    await assert.rejects(board.fetch("/hello", { signal: controller.signal }), /enough/);
  });

  it("ends the body of a streamed answer with the error", async () => {
    const { body } = await board.fetch("/events", { stream: true });
    const reader = body!.getReader();
    await reader.read();
    board.restart();
    await assert.rejects(reader.read(), /has restarted .* \(power on\)/);
  });
});

describe("faults of the network", () => {
  it("slow an answer down, and it is the same answer", async () => {
    const board = await boot({ app });
    const begun = board.now;
    const whole = await (await board.fetch("/count")).text();
    const usual = board.now - begun;
    for (const fault of ["packet loss", "late acknowledgements", "slow sender", "slow reader"] as const) {
      const from = board.now;
      assert.equal(await (await board.fetch("/count", { fault })).text(), whole, fault);
      assert.ok(board.now - from > usual, `${fault}: ${board.now - from} ms, and ${usual} without`);
    }
  });

  it("end a request, and the board is none the worse", async () => {
    const board = await boot({ app });
    const ends: [request: Parameters<TestBoard["fetch"]>[1], message: RegExp][] = [
      [{ fault: "client vanishes" }, /the client has vanished, as the test has asked for/],
      [{ fault: "client resets after 100 bytes" }, /the client has reset the connection/],
      [{ fault: "client closes after 1 bytes" }, /the client has closed the connection/],
      [{ fault: "reader stops" }, /the client has read nothing for 60 s/],
    ];
    const free: number[] = [];
    for (let round = 0; round < 6; round++) {
      for (const [request, message] of ends) await assert.rejects(board.fetch("/count", request), message);
      board.advance("3 min");
      assert.equal(board.connections, 0);
      free.push(board.heap.free);
    }
    // the server keeps its last 16 ended sockets, in case the firmware still calls one
    assert.equal(free.at(-1), free.at(-2), free.join());
    assert.deepEqual(board.restarts, []);
  });

  it("are the same in every run, and others with another seed", async () => {
    const time = async (seed?: number): Promise<number> => {
      const board = await boot({ app, ...(seed === undefined ? {} : { seed }) });
      for (let i = 0; i < 5; i++) await board.fetch("/count", { fault: "late acknowledgements" });
      return board.now;
    };
    const first = await time();
    assert.equal(await time(), first);
    assert.notEqual(await time(2), first);
  });
});

describe("board", () => {
  it("moves its time by milliseconds or by a number with its unit", async () => {
    const board = await boot({ app });
    const from = board.now;
    board.advance(250);
    board.advance("1.5 s");
    board.advance("10 min");
    board.advance("1 h");
    assert.equal(board.now - from, 250 + 1500 + 600_000 + 3_600_000);
    for (const wrong of ["10 minutes", "1m", "-1 s", -1, Number.NaN])
      assert.throws(() => board.advance(wrong as never), /is no length of time/);
  });

  it("keeps what it prints, with places in the TypeScript", async () => {
    const board = await boot({ app });
    assert.equal(board.console, "ready\n");
    assert.equal((await board.fetch("/fails")).status, 500);
    assert.match(board.console, /^ready\n.*test\/fixtures\/board\/index\.ts:\d+: attempt to index/);
  });

  it("tells of its heap", async () => {
    const { heap } = await boot({ app, heap: 36_000 });
    assert.ok(heap.free > 25_000 && heap.free < 36_000, JSON.stringify(heap));
    assert.ok(heap.least > 0 && heap.least <= heap.free, JSON.stringify(heap));
  });

  it("starts anew with the files that it has", async () => {
    const board = await boot({ app, files: { "settings.json": "{}" } });
    board.lua('file.putcontents("count", "7")');
    board.restart();
    board.advance("1 s");
    assert.equal(String(Buffer.from(board.file("count")!)), "7");
    assert.equal(String(Buffer.from(board.file("settings.json")!)), "{}");
    assert.deepEqual(board.restarts, [{ reason: "power on", at: 500 }]);
    assert.equal(board.console, "ready\nready\n");
  });
});
