// Long transfers with the chip's heap, and no stall for a client that delays its acknowledgements if there is memory for segments; `npm run measure -- figures` prints
// the figures.
import assert from "node:assert/strict";
import { transfers } from "../../packages/measure/transfers.ts";
import { FORMS } from "./rig.ts";

/** How long a client may wait with an acknowledgement [ms]. */
const DELAYED_ACK = 40;

for (const form of FORMS) {
  it(`transfers (${form}): 1 MB up, 200 KB down, a page at once`, async function () {
    this.timeout(60_000);
    // what comes and goes is compared byte by byte there
    const { heap, upload, stream, pages } = await transfers(form);
    assert.ok(
      upload.peak <= heap && stream.peak <= heap,
      `${upload.peak} and ${stream.peak} of ${heap} bytes`,
    );
    console.log(
      `      peak heap of the upload ${upload.peak}, of the stream ${stream.peak} of ${heap} bytes`,
    );
    for (const page of pages) {
      const first = page.delayed.first - page.atOnce.first;
      const kept = page.delayed.kept - page.atOnce.kept;
      console.log(
        `      a page with ${page.heap} bytes of heap: delayed by ${first} ms, kept alive by ${kept} ms`,
      );
    }
    // with less free than a segment wants, small ones go, and each meets the client's delayed acknowledgement
    for (const { atOnce, delayed } of pages.slice(1)) {
      assert.ok(delayed.first - atOnce.first < DELAYED_ACK, "a stall in the first answer");
      assert.ok(delayed.kept - atOnce.kept < DELAYED_ACK, "a stall in a later answer");
    }
  });
}
