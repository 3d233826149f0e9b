// The smallest app: greets whoever asks and says how it is doing.
import { createServer } from "httpserver";

createServer(80, (req, res) => {
  if (req.url === "/") {
    res.send_header("Content-Type", "text/plain");
    // what Lua has not collected yet counts as taken
    collectgarbage();
    res.finish("Hello from NodeMCU! " + node.heap() + " bytes of heap are free.\n");
  } else {
    res.finish("not found\n", 404);
  }
});
