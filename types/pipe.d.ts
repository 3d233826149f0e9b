/** Queues of bytes. Off by default on ESP8266 as a module, in the default build of ESP32. */
declare namespace pipe {
  /** What both chips have. */
  interface Common {
    /**
     * Makes a pipe.
     * @param reader called as a task after a write; what it returns decides whether it is called again: true yes, false
     * no, nothing if more was written
     * @param priority default `node.task.MEDIUM_PRIORITY`
     * @example
     * const lines = pipe.create();
     * lines.write("a\nb\n");
     * for (const line of lines.reader("\n")) print(line);
     */
    create(this: void, reader?: (this: void, pipe: Pipe) => boolean | void, priority?: node.Priority): Pipe;
  }
  interface Esp8266 extends Common {}
  interface Esp32 extends Common {}

  /**
   * How much to take: a number of bytes, or up to a character, which is kept if "+" follows. Default "\n+".
   * Errors: "invalid chunk size", "invalid delimiter".
   */
  type Until = number | string;

  /** A pipe. @userdata pipe esp8266 @userdata pipe esp32 */
  interface Pipe {
    /** Takes the next bytes, nil if the pipe is empty. */
    read(until?: Until): string | undefined;
    /** Returns a function that takes the next bytes, for `for … of`. */
    reader(until?: Until): LuaIterable<string> & ((this: void) => string | undefined);
    /** Puts bytes back at the front. Error: "must be a string". */
    unread(data: string): void;
    /** Appends bytes. Error: "must be a string". */
    write(data: string): void;
    /** Returns the number of pieces of up to 256 bytes inside. */
    nrec(): number;
  }
}
