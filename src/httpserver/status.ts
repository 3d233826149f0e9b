// Reason phrases (RFC 9110 section 15) of the codes that people meet; they cost the heap a byte for each letter.

// one string: a table of them would cost three times the heap
const REASONS =
  "200 OK|201 Created|204 No Content|301 Moved Permanently|302 Found|303 See Other|304 Not Modified|400 Bad Request|401 Unauthorized|403 Forbidden|404 Not Found|405 Method Not Allowed|408 Request Timeout|413 Content Too Large|500 Internal Server Error|503 Service Unavailable";

/** A status code and its reason; any other code gets none, which RFC 9112 section 4 allows. */
export function reason(code: number): string {
  return string.match(REASONS, code + " [^|]+")[0] || code + " ";
}
