/**
 * Files, as in standard Lua. ESP32 only.
 * Not the file of lua-types, which has `popen` and `tmpfile` that the firmware lacks, and would be there on ESP8266 too.
 */

/** An open file. Errors of all methods: "attempt to use a closed file". */
interface LuaFile {
  /** Closes. */
  close(): LuaMultiReturn<[true] | [undefined, string, number]>;
  /** Writes what is buffered. */
  flush(): LuaMultiReturn<[LuaFile | true] | [undefined, string, number]>;
  /** Walks the lines, without their ends. */
  lines(): LuaIterable<string>;
  /** Reads a line without its end (nothing or "*l"), everything ("*a"), or up to so many bytes; nil at the end. */
  read(format?: "*l" | "*a" | number): string | undefined;
  /** Reads a number; nil if there is none. */
  read(format: "*n"): number | undefined;
  /** Sets and returns the position. @param whence default "cur" @param offset default 0 */
  seek(
    whence?: "set" | "cur" | "end",
    offset?: number,
  ): LuaMultiReturn<[number] | [undefined, string, number]>;
  /** Sets the buffering. @param size bytes */
  setvbuf(mode: "no" | "full" | "line", size?: number): LuaMultiReturn<[true] | [undefined, string, number]>;
  /** Writes strings and numbers; returns the file (Lua 5.1: true). */
  write(...values: (string | number)[]): LuaMultiReturn<[LuaFile | true] | [undefined, string, number]>;
}

/** The file library of the ESP32. */
interface LuaIo {
  /** Closes a file, or the default output. */
  close(this: void, file?: LuaFile): LuaMultiReturn<[true] | [undefined, string, number]>;
  /** Writes what is buffered of the default output. */
  flush(this: void): LuaMultiReturn<[LuaFile | true] | [undefined, string, number]>;
  /** Returns, and sets if given, the default input. */
  input(this: void, file?: string | LuaFile): LuaFile;
  /** Walks the lines of a file, or of the default input. Raises an error if it cannot be opened. */
  lines(this: void, name?: string): LuaIterable<string>;
  /**
   * Opens a file; nil, a message and a number if that failed.
   * @param mode "r" (default), "w", "a", "r+", "w+", "a+", with "b" at will
   * @example
   * const [log] = io.open("log.txt", "a");
   * if (log) {
   *   log.write("started\n");
   *   log.close();
   * }
   */
  open(this: void, name: string, mode?: string): LuaMultiReturn<[LuaFile] | [undefined, string, number]>;
  /** Returns, and sets if given, the default output. */
  output(this: void, file?: string | LuaFile): LuaFile;
  /** Reads from the default input: see `LuaFile.read`. */
  read(this: void, format?: "*l" | "*a" | number): string | undefined;
  read(this: void, format: "*n"): number | undefined;
  /** Tells whether a value is an open or a closed file; nil if neither. */
  type(this: void, value: unknown): "file" | "closed file" | undefined;
  /** Writes to the default output. */
  write(
    this: void,
    ...values: (string | number)[]
  ): LuaMultiReturn<[LuaFile | true] | [undefined, string, number]>;
}
