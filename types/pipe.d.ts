/** Placeholder until the rest of this module is declared. */
declare namespace pipe {
  /** A pipe. */
  interface Pipe {
    /** Reads up to a number of bytes (default 256), or up to and including a character; nil if the pipe is empty. */
    read(until?: number | string): string | undefined;
    /** Puts a string back at the front. */
    unread(data: string): void;
    /** Appends a string. */
    write(data: string): void;
  }
}
