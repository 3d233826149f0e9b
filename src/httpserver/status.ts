// Reason phrases (RFC 9110 section 15, RFC 6585).

// one string: a table of them would cost three times the heap
const REASONS =
  "200 OK|201 Created|202 Accepted|204 No Content|205 Reset Content|206 Partial Content|301 Moved Permanently|302 Found|303 See Other|304 Not Modified|307 Temporary Redirect|308 Permanent Redirect|400 Bad Request|401 Unauthorized|403 Forbidden|404 Not Found|405 Method Not Allowed|408 Request Timeout|409 Conflict|413 Content Too Large|414 URI Too Long|415 Unsupported Media Type|417 Expectation Failed|429 Too Many Requests|431 Request Header Fields Too Large|500 Internal Server Error|501 Not Implemented|503 Service Unavailable|505 HTTP Version Not Supported";

/** A status code and its reason; an unknown code gets none, which RFC 9112 section 4 allows. */
export function reason(code: number): string {
  return string.match(REASONS, code + " [^|]+")[0] || code + " ";
}
