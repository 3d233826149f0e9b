// What networks, clients, chips and apps do to a server, run by run as `npm run measure -- faults` makes them (bench/faults), here with
// fewer positions. Always: no panic, no restart, nothing leaked, no wrong byte, no half answer that looks whole, no answer
// out of order, and every connection ends.
import { catalogueTests } from "./catalogue-tests.ts";

catalogueTests("faults", ["network and clients", "chip", "app"]);
