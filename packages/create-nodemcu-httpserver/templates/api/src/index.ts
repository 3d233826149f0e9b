// A JSON API: a list of notes in memory. The firmware needs the module sjson.
//   GET    /notes        all of them
//   POST   /notes        {"text":"…"} adds one
//   DELETE /notes/<id>   takes one away
import { createServer, type Request, type Response } from "httpserver";

interface Note {
  id: number;
  text: string;
}

/** Longest body [bytes]. */
const LONGEST = 512;

let notes: Note[] = [];
let lastId = 0;

function send(res: Response, data: object, code = 200): void {
  res.send_header("Content-Type", "application/json");
  res.finish(sjson.encode(data), code);
}

function addNote(req: Request, res: Response): void {
  let body = "";
  req.ondata = (chunk) => {
    // what is too long is not collected, but read on until its end
    if (chunk) body = body.length > LONGEST ? body : body + chunk;
    else if (body.length > LONGEST) send(res, { error: "too long" }, 413);
    else addText(res, textOf(body));
  };
}

/** The text of a note that a client sends; undefined if it is none. */
function textOf(body: string): string | undefined {
  const [isJson, note] = pcall(sjson.decode, body);
  const text: unknown = isJson ? (note as Partial<Note>).text : undefined;
  return typeof text === "string" ? text : undefined;
}

function addText(res: Response, text: string | undefined): void {
  if (text === undefined) {
    send(res, { error: 'a note is {"text":"…"}' }, 400);
    return;
  }
  const note: Note = { id: ++lastId, text };
  notes.push(note);
  send(res, note, 201);
}

function removeNote(res: Response, id: number): void {
  const others = notes.filter((note) => note.id !== id);
  if (others.length === notes.length) {
    send(res, { error: "no such note" }, 404);
    return;
  }
  notes = others;
  res.finish(undefined, 204);
}

createServer(80, (req, res) => {
  const { method, url } = req;
  const [id] = string.match(url, "^/notes/(%d+)$");
  if (url === "/notes" && method === "GET") send(res, notes);
  else if (url === "/notes" && method === "POST") addNote(req, res);
  else if (id !== undefined && method === "DELETE") removeNote(res, tonumber(id)!);
  else send(res, { error: "not found" }, 404);
});
