// A short soak on every platform; npm run soak does the same a million times over.
import assert from "node:assert/strict";
import { soak } from "../../packages/measure/soak/soak.ts";
import { CHIPS } from "../../packages/simulator/chips.ts";
import { PLATFORMS } from "../httpserver/rig.ts";

const REQUESTS = 2000;

describe("soak", () => {
  for (const { name, chip, lua } of PLATFORMS) {
    it(`${REQUESTS} requests of a browser (${name}): every answer is right, every byte is back`, async () => {
      const result = await soak({
        requests: REQUESTS,
        seed: 1,
        chip,
        lua,
        heap: CHIPS[chip].heap,
        tcp: false,
      });
      assert.equal(result.restarts, 0, result.printed);
      assert.equal(result.panics, 0);
      assert.equal(result.printed, "");
      assert.ok(result.requests >= REQUESTS, `${result.requests}`);
      assert.equal(result.answered + result.aborted, result.requests, "each was answered or given up");
      assert.ok(result.aborted > REQUESTS / 50, `${result.aborted} were given up`);
      assert.equal(result.after, result.before);
    });
  }
});
