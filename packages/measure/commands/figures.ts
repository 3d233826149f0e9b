// npm run measure -- figures: long transfers with the chip's heap, and the time of a page. `npm run bench` has the costs of a request.
import { Command } from "commander";
import { type PageTimes, type Transfer, transfers } from "../transfers.ts";

export const command = new Command("figures")
  .description(
    "Uploads 1 MB to the probe app on a simulated board, streams 200 KB from it, and fetches a page of 4 KB.\n" +
      "The same source gives the same figures.",
  )
  .option("--readable", "run the readable build of the server, not the compact one")
  .action(async (options: { readable?: true }) => {
    const { heap, upload, stream, pages } = await transfers(options.readable ? "readable" : "compact");
    const transfer = (name: string, { bytes, milliseconds, peak, before }: Transfer) =>
      `${name} of ${bytes} bytes: ${milliseconds} ms, peak heap ${peak} of ${heap} bytes, ${peak - before} of it for the transfer`;
    const times = ({ first, kept }: PageTimes) => `${first} ms with its connection, ${kept} ms kept alive`;
    console.log(transfer("upload", upload));
    console.log(transfer("stream", stream));
    for (const page of pages) {
      console.log(`page of 4 KB with ${page.heap} bytes of heap: ${times(page.atOnce)}`);
      console.log(`  for a client that delays acknowledgements by 40 ms: ${times(page.delayed)}`);
    }
  });
