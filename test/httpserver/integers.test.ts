// Firmware can be built with 32-bit integers for all numbers (Lua 5.1, LUA_NUMBER_INTEGRAL): there 3 / 2 is 1, 1.5 does not
// compile, and a number above 0x7ffffffe is in no chunk. The simulated board has such a build; in CI every test of the server runs
// on it once, here it only answers. Lua 5.3 tells floats from integers, so its bytecode of the module shows where it could make one.
import assert from "node:assert/strict";
import { bytecode } from "../../packages/image/code.ts";
import { numbersOf } from "../../packages/lua-vm/chunk51.ts";
import { type Proto53, readNodeMcu53 } from "../../packages/lua-vm/chunk53.ts";
import { describeLua53 } from "../extent.ts";
import { FORMS, httpserver, INTEGERS, parts, Rig } from "./rig.ts";

const OPCODE = { mask: 0x3f, power: 17, divide: 18 };

/** What may make a float in a function of Lua 5.3 and in those inside it. */
function floatsIn({ code, constants, protos }: Proto53): string[] {
  return [
    ...code.flatMap((instruction) => {
      const opcode = instruction & OPCODE.mask;
      return opcode === OPCODE.divide ? ["/"] : opcode === OPCODE.power ? ["^"] : [];
    }),
    ...constants.flatMap((value) =>
      typeof value === "object" && value && "float" in value ? [String(value.float)] : [],
    ),
    ...protos.flatMap(floatsIn),
  ];
}

describeLua53("numbers of the server, as Lua 5.3 has them", () => {
  it("would be told: a division, a power, a float", () => {
    const source = "local a, b = ... return a / b, function() return a ^ b end, 0.5, 10 / 5, a // b, 7";
    assert.deepEqual(floatsIn(readNodeMcu53(bytecode(Buffer.from(source), "5.3"))), ["/", "0.5", "2", "^"]);
  });

  for (const form of FORMS) {
    it(`are all integers (${form})`, async () => {
      const { code } = await httpserver(form, { name: "ESP32 with Lua 5.3", chip: "esp32", lua: "5.3" });
      assert.deepEqual(floatsIn(readNodeMcu53(code)), []);
    });
  }
});

describe("firmware that counts in integers", () => {
  for (const form of FORMS) {
    it(`serves (${form})`, async () => {
      const module = await httpserver(form, INTEGERS);
      assert.equal(numbersOf(module.code), "integer");
      const rig = new Rig(
        module,
        `http.createServer(80, function(req, res)
          local length = 0
          function req:ondata(chunk)
            if chunk then length = length + #chunk else res:finish(req.method .. " " .. length / 2) end
          end
        end)`,
      );
      const answer = rig.ask(
        "POST / HTTP/1.1\r\nHost: board\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" +
          "5\r\nhello\r\n0\r\n\r\n",
      );
      assert.match(parts(answer).status, /^HTTP\/1\.1 200 /);
      assert.equal(parts(answer).body, "POST 2");
      assert.equal(rig.printed(), "");
    });
  }

  it("takes no chunk with a number that its format has no room for", () => {
    assert.throws(
      () => bytecode(Buffer.from("return 0x7fffffff"), "5.1", "integer"),
      /the number 2147483647 is not/,
    );
    assert.throws(
      () => bytecode(Buffer.from("return 0.5"), "5.1", "integer"),
      /1: malformed number near '0\.5'/,
    );
  });
});
