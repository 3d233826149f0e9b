// Reads one HTTP/1.1 answer as it arrives, piece by piece: its head, then its body without the framing. No I/O.

export interface Head {
  status: number;
  statusText: string;
  fields: [name: string, value: string][];
}

/** What the server sent is not HTTP. */
export class NoHttp extends Error {}

type State = "head" | "length" | "close" | "size" | "chunk" | "chunk end" | "trailer" | "done";

/** A head that is longer than this never ends [bytes]. */
const MOST_HEAD = 65_536;

export class ResponseReader {
  /** The answer's head, once it is there; interim answers (1xx) have been left out. */
  head: Head | undefined;
  readonly #isHeadRequest: boolean;
  readonly #body: (piece: Buffer) => void;
  #state: State = "head";
  #waiting: Buffer = Buffer.alloc(0);
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0;

  /**
   * @param method of the request
   * @param body gets the pieces of the body
   */
  constructor(method: string, body: (piece: Buffer) => void) {
    this.#isHeadRequest = method === "HEAD";
    this.#body = body;
  }

  /** The answer is complete. */
  get isDone(): boolean {
    return this.#state === "done";
  }
  /** The end of the connection is what ends the body. */
  get endsWithConnection(): boolean {
    return this.#state === "close";
  }
  /** Bytes that came after the answer's end. */
  get surplus(): number {
    return this.isDone ? this.#waiting.length : 0;
  }

  /** Takes what has arrived. @throws NoHttp */
  push(data: Buffer): void {
    this.#waiting = this.#waiting.length > 0 ? Buffer.concat([this.#waiting, data]) : data;
    while (this.#step());
  }

  /** The server has ended the connection. @returns whether the answer is complete with that */
  end(): boolean {
    if (this.#state === "close") this.#state = "done";
    return this.isDone;
  }

  /** @returns whether there may be more to do with what has arrived */
  #step(): boolean {
    switch (this.#state) {
      case "head":
        return this.#takeHead();
      case "length":
      case "chunk":
        return this.#takeBody();
      case "close":
        return this.#give(this.#waiting.length) > 0;
      case "done":
        return false;
      default:
        return this.#takeLine();
    }
  }

  #takeHead(): boolean {
    const end = this.#waiting.indexOf("\r\n\r\n");
    if (end < 0) {
      if (this.#waiting.length > MOST_HEAD) throw new NoHttp(`no end of the head in ${MOST_HEAD} bytes`);
      return false;
    }
    const [first = "", ...lines] = this.#waiting.toString("latin1", 0, end).split("\r\n");
    this.#waiting = this.#waiting.subarray(end + 4);
    const [, digits, statusText = ""] = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(first) ?? [];
    if (digits === undefined) throw new NoHttp(`the first line is ${JSON.stringify(first)}`);
    const status = Number(digits);
    if (status < 200) return true;
    const fields = lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      if (colon < 1) throw new NoHttp(`a line of the head is ${JSON.stringify(line)}`);
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
    this.head = { status, statusText, fields };
    this.#state = this.#bodyOf(this.head);
    return true;
  }

  /** How the body's end is told. */
  #bodyOf({ status, fields }: Head): State {
    const field = (name: string) => fields.find(([key]) => key.toLowerCase() === name)?.[1];
    if (this.#isHeadRequest || status === 204 || status === 304) return "done";
    if (field("transfer-encoding")?.toLowerCase() === "chunked") return "size";
    const length = field("content-length");
    if (length === undefined) return "close";
    if (!/^\d+$/.test(length)) throw new NoHttp(`Content-Length is ${JSON.stringify(length)}`);
    this.#left = Number(length);
    return this.#left > 0 ? "length" : "done";
  }

  #takeBody(): boolean {
    const given = this.#give(this.#left);
    this.#left -= given;
    if (this.#left === 0) this.#state = this.#state === "chunk" ? "chunk end" : "done";
    return given > 0;
  }

  /** Gives at most so many bytes to the reader of the body. @returns how many there were */
  #give(most: number): number {
    const piece = this.#waiting.subarray(0, most);
    this.#waiting = this.#waiting.subarray(piece.length);
    if (piece.length > 0) this.#body(piece);
    return piece.length;
  }

  /** The lines around chunks. */
  #takeLine(): boolean {
    const end = this.#waiting.indexOf("\r\n");
    if (end < 0) return false;
    const line = this.#waiting.toString("latin1", 0, end);
    this.#waiting = this.#waiting.subarray(end + 2);
    if (this.#state === "trailer") this.#state = line === "" ? "done" : "trailer";
    else if (this.#state === "chunk end") {
      if (line !== "") throw new NoHttp("a chunk is longer than its size says");
      this.#state = "size";
    } else {
      const [, digits] = /^([\da-f]{1,7})\s*(?:;.*)?$/i.exec(line) ?? [];
      if (digits === undefined) throw new NoHttp(`a chunk's size is ${JSON.stringify(line)}`);
      this.#left = Number.parseInt(digits, 16);
      this.#state = this.#left > 0 ? "chunk" : "trailer";
    }
    return true;
  }
}
