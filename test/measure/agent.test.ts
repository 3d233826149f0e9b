// What deploy has a board run is compiled, and takes no more bytes than the Lua that was written by hand before.
import assert from "node:assert/strict";
import { agentFigures, byHand } from "../../packages/measure/agent.ts";
import { describeLua53 } from "../extent.ts";

describeLua53("the bytes of what deploy has a board run", () => {
  it("takes no more bytes than the hand-written Lua: every file of the board, and every step at the prompt", async () => {
    const before = byHand();
    for (const [group, figures] of Object.entries(await agentFigures()))
      for (const [name, bytes] of Object.entries(figures)) {
        // the number in the question for the prompt has as many digits as the clock makes it have
        const digits = name === "findPrompt" ? 4 : 0;
        assert.ok(bytes <= before[group]![name]! + digits, `${group}: ${name} takes ${bytes} bytes`);
      }
  });
});
