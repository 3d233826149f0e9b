// A difference between two texts, as a person is shown it: the lines of both, marked.
import { createTwoFilesPatch, diffArrays, FILE_HEADERS_ONLY } from "diff";

/** Gives the lines of both lists in one: those of the first alone marked -, those of the second alone marked +. */
export function linesOfBoth(wanted: string[], got: string[]): string[] {
  return diffArrays(wanted, got).flatMap(({ added, removed, value }) =>
    value.map((line) => `  ${added ? "+" : removed ? "-" : " "} ${line}`),
  );
}

/** Gives what differs between two texts as a unified patch, with three lines around each difference. */
export function patch(nameOfWanted: string, nameOfGot: string, wanted: string, got: string): string {
  return createTwoFilesPatch(nameOfWanted, nameOfGot, `${wanted}\n`, `${got}\n`, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
