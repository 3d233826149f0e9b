/**
 * The board's file system. In every default build of both chips. On ESP32 files are opened with `io.open`.
 *
 * On SPIFFS there are no directories: "/" is a character like any other.
 */
declare namespace file {
  /** What both chips have. */
  interface Common {
    /** Tells whether a file exists. Error on ESP8266: "filename invalid". */
    exists(this: void, name: string): boolean;

    /** Erases everything. Takes seconds. Error: "Failed to format file system". */
    format(this: void): void;

    /**
     * Returns the size of the file system in bytes. Errors: "file system failed" (ESP8266), "spiffs file system not
     * mounted" (ESP32), "file system error".
     */
    fsinfo(this: void): LuaMultiReturn<[free: number, used: number, total: number]>;

    /** Returns the files and their sizes in bytes (on ESP32 the size can be 0 for every file). */
    list(this: void): Sizes;

    /** Removes a file; nothing tells whether there was one. Error on ESP8266: "filename invalid". */
    remove(this: void, name: string): void;

    /**
     * Renames a file; false if that failed (on SPIFFS also if the new name is taken).
     * Error on ESP8266: "filename invalid".
     */
    rename(this: void, from: string, to: string): boolean;
  }

  /** `file` on ESP8266. Names have at most 31 characters and may carry `/FLASH/` in front. */
  interface Esp8266 extends Common {
    /**
     * Returns the files whose names match a Lua pattern, and their sizes in bytes.
     * Raises the pattern's errors.
     */
    list(this: void, pattern?: string): Sizes;

    /**
     * Opens a file; nil if it does not exist (to read) or four are open already. Error: "filename invalid".
     * @example
     * const log = file.open("log.txt", "a+");
     * if (log) {
     *   log.writeline("started");
     *   log.close();
     * }
     */
    open(this: void, name: string, mode?: OpenMode): File | undefined;

    /** Returns the content of a file; nothing if it does not exist, nil if it is empty. Error: "filename invalid". */
    getcontents(this: void, name: string): string | undefined;

    /**
     * Writes a whole file; nil if it could not be opened or written. Error: "filename invalid".
     * @example
     * file.putcontents("name.txt", "desk");
     * print(file.getcontents("name.txt"));
     */
    putcontents(this: void, name: string, content: string | number): true | undefined;

    /** Returns what is known about a file, nil if there is none. Error: "filename invalid". */
    stat(this: void, name: string): Stat | undefined;

    /** Returns the address in flash and the size of the file system in bytes. */
    fscfg(this: void): LuaMultiReturn<[address: number, size: number]>;

    /** Sets who tells the time to the file system, for FAT only; undefined, which must be written, removes it. */
    on(this: void, event: "rtc", handler: ((this: void) => DateTime | undefined) | undefined): void;

    /** Mounts a FAT volume on an SD card; nothing if that failed. Only in builds with BUILD_FATFS. @param pin default 8 */
    mount(this: void, drive: string, pin?: number): Volume | undefined;
    /** Changes the current drive and directory. Only in builds with BUILD_FATFS. */
    chdir(this: void, path: string): boolean;

    /** Closes the file opened last. @deprecated use the object that `open` returns */
    close(this: void): void;
    /** `read` of the file opened last. @deprecated use the object that `open` returns */
    read(this: void, until?: number | string): string | undefined;
    /** `readline` of the file opened last. @deprecated use the object that `open` returns */
    readline(this: void): string | undefined;
    /** `write` of the file opened last. @deprecated use the object that `open` returns */
    write(this: void, data: string | number): true | undefined;
    /** `writeline` of the file opened last. @deprecated use the object that `open` returns */
    writeline(this: void, data: string | number): true | undefined;
    /** `seek` of the file opened last. @deprecated use the object that `open` returns */
    seek(this: void, whence?: Whence, offset?: number): number | undefined;
    /** `flush` of the file opened last. @deprecated use the object that `open` returns */
    flush(this: void): true | undefined;
  }

  /** `file` on ESP32. */
  interface Esp32 extends Common {
    /** Returns the files of a directory and their sizes in bytes; nothing if there is no such directory. @param directory default "/" */
    list(this: void): Sizes;
    list(this: void, directory: string): Sizes | undefined;
    /** Makes a directory. Error: "failed to create directory …". Not on SPIFFS. @param mode default 0777 octal */
    mkdir(this: void, name: string, mode?: number): void;
    /** Removes a directory. Error: "failed to remove directory …". Not on SPIFFS. */
    rmdir(this: void, name: string): void;
  }

  /** `file` for code that runs on both chips: `file.open` on one, `io.open` on the other. */
  interface Portable extends FirmwarePortable<Common, Esp8266, Esp32> {}

  /** Sizes in bytes by file name. */
  type Sizes = Record<string, number | undefined>;

  /** r read (default), w write, a append; with + both, and then w erases, r and a keep. Any other string means r. */
  type OpenMode = "r" | "w" | "a" | "r+" | "w+" | "a+";

  /** Where an offset counts from: the start, the current position, the end. */
  type Whence = "set" | "cur" | "end";

  /** An open file. Error of every method but `close`: "open a file first" after it was closed. @userdata file.obj esp8266 */
  interface File {
    /** Closes. Closing again does nothing. */
    close(): void;
    /** Writes what is buffered; nil if that failed. */
    flush(): true | undefined;
    /**
     * Reads; nil at the end of the file. Error: "wrong arg range" (a string of another length than 1).
     * @param until a number: up to that many bytes; a character: up to and including it, at most 1024 bytes;
     * nothing: up to 1024 bytes
     */
    read(until?: number | string): string | undefined;
    /** Reads a line with its "\n", at most 1024 bytes; nil at the end of the file. */
    readline(): string | undefined;
    /** Sets and returns the position; nil if it is not possible. @param whence default "cur" @param offset default 0 */
    seek(whence?: Whence, offset?: number): number | undefined;
    /** Writes; nil if the file system is full. */
    write(data: string | number): true | undefined;
    /** Writes a line and "\n"; nil if the file system is full. */
    writeline(data: string | number): true | undefined;
  }

  /** A mounted FAT volume. @userdata file.vol esp8266 */
  interface Volume {
    /** Unmounts; false if that failed. */
    umount(): boolean;
  }

  interface DateTime {
    year?: number;
    mon?: number;
    day?: number;
    hour?: number;
    min?: number;
    sec?: number;
  }

  interface Stat {
    /** Bytes. */
    size: number;
    name: string;
    is_dir: boolean;
    is_rdonly: boolean;
    is_hidden: boolean;
    is_sys: boolean;
    is_arch: boolean;
    /** 1970-01-01 on SPIFFS, which has no times. */
    time: Required<DateTime>;
  }
}
