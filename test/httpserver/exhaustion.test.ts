// A heap that is not enough, as `npm run measure -- faults` makes it (packages/measure/faults/exhaustion.ts), here in larger steps. Afterwards the
// board is up, nothing is leaked, and the next request is answered. A client gets the right answer, a 500 or 503, or a
// close: never half a response that looks whole.
import { catalogueTests } from "./catalogue-tests.ts";

catalogueTests("exhaustion", ["exhaustion"]);
