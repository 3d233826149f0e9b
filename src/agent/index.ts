// What deploy has a board run. Each function is one thing that it has run: its body is what is sent, its parameters are filled in
// on the computer (packages/image/agent.ts). Those of boot.ts and journal.ts become files of the board; of the others each statement
// is typed at the prompt as a chunk of its own, in a line of at most 245 characters, and sees no locals of another unless both are in
// one line for that. Answers begin with byte 1, which no echo can hold.
export { boot, init } from "./boot";
export { finish, journal, remove, removeTemporary, swap } from "./journal";
export {
  answer,
  compile,
  keepRate,
  leaveMark,
  printFree,
  printHeap,
  printMark,
  removeMark,
  restart,
  setRate,
  tryRate,
} from "./prompt";
export { hold, printCleanHeap, printStore, reload } from "./store";
export { forgetSums, printCheck, sums } from "./sums";
export {
  endSearch,
  prepareSurvey,
  printCapabilities,
  printFiles,
  printMissing,
  searchMissing,
  want,
} from "./survey";
export { createEmpty, endLines, line, listen, receive, receiveLines } from "./transfer";
