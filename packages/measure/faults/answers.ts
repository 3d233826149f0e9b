// What a client got from the server, read as RFC 9112 wants it: responses in order, and whether each is whole.
// Strict: anything that is no response is an error, so that no test takes half an answer for a whole one.
import assert from "node:assert/strict";

export interface Answer {
  status: number;
  fields: [name: string, value: string][];
  /** The content, chunks joined. */
  body: string;
  /** false if the connection ended before the end of the response. */
  isWhole: boolean;
  /** The response said Connection: close. */
  closes: boolean;
}

/**
 * Reads responses, of which the last may be cut.
 * @param text all that the client received
 * @param methods of the requests, in order, for a HEAD among them, whose response has no body
 * @throws AssertionError for what is no response
 */
export function answers(text: string, methods: readonly string[] = []): Answer[] {
  const found: Answer[] = [];
  let at = 0;
  while (at < text.length) {
    const shown = JSON.stringify(text.slice(at, at + 80));
    const headEnd = text.indexOf("\r\n\r\n", at);
    if (headEnd < 0) {
      const start = text.slice(at);
      assert.ok(
        "HTTP/1.1 ".startsWith(start.slice(0, 9)) || /^HTTP\/1\.1 [1-5]/.test(start),
        `no response: ${shown}`,
      );
      found.push({ status: 0, fields: [], body: "", isWhole: false, closes: false });
      break;
    }
    const [first, ...lines] = text.slice(at, headEnd).split("\r\n");
    const [, status] = /^HTTP\/1\.1 ([1-5]\d\d) [ -~]*$/.exec(first!) ?? assert.fail(`no response: ${shown}`);
    const fields = lines.map((line): [string, string] => {
      const [, name, value] =
        /^([!#$%&'*+.^_`|~\w-]+): ([^\r\n\0]*)$/.exec(line) ?? assert.fail(`no field: ${line}`);
      return [name!.toLowerCase(), value!];
    });
    at = headEnd + 4;
    const code = Number(status);
    if (code < 200) continue;
    const values = (name: string) => fields.filter(([key]) => key === name).map(([, value]) => value);
    const lengths = values("content-length");
    const codings = values("transfer-encoding");
    assert.ok(lengths.length + codings.length <= 1, `framed twice: ${shown}`);
    const hasBody = methods[found.length] !== "HEAD" && code !== 204 && code !== 304;
    let body = "";
    let isWhole = true;
    if (hasBody && lengths.length > 0) {
      const length = Number(lengths[0]);
      body = text.slice(at, at + length);
      isWhole = body.length === length;
      at += body.length;
    } else if (hasBody && codings.length > 0) {
      assert.equal(codings[0], "chunked");
      isWhole = false;
      for (;;) {
        const [line, digits] = /^([0-9a-fA-F]+)\r\n/.exec(text.slice(at, at + 12)) ?? [];
        if (line === undefined) {
          // "!" is how the server cuts a chunked body
          assert.match(text.slice(at), /^([0-9a-fA-F]{0,8}\r?|!)$/, "no chunk size");
          at = text.length;
          break;
        }
        const size = Number.parseInt(digits!, 16);
        at += line.length;
        body += text.slice(at, at + size);
        at += size;
        assert.ok("\r\n".startsWith(text.slice(at, at + 2)), "no end of a chunk");
        isWhole = size === 0 && at + 2 <= text.length;
        at += 2;
        if (size === 0 || at >= text.length) break;
      }
    } else if (hasBody) {
      // ends with the connection: whoever asks must know how that ended
      body = text.slice(at);
      at = text.length;
    }
    const closes = values("connection").some((value) => /\bclose\b/i.test(value));
    found.push({ status: code, fields, body, isWhole, closes });
  }
  return found;
}
