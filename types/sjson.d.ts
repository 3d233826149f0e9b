/** JSON. Off by default on both chips. The documentation's constant `sjson.NULL` is not in the source of either. */
declare namespace sjson {
  /** What both chips have. */
  interface Common {
    /**
     * Returns a table as JSON. A function in it is called and its result encoded; userdata becomes null.
     * Errors: "Cannot encode type N", "encoder stack overflow" (deeper than 20 levels).
     */
    encode(this: void, data: object, options?: EncodeOptions): string;

    /**
     * Reads JSON text, which must be an object or an array. A null becomes an empty userdata unless `options.null`
     * says otherwise. Errors: "JSON parse error: …", "Incomplete JSON object passed to sjson.decode".
     * @example
     * const settings = sjson.decode('{"name":"desk","pins":[1,2]}');
     * print(settings.name, settings.pins[1]);
     */
    decode(this: void, text: string, options?: DecodeOptions): any;

    /**
     * Makes an encoder that gives the JSON text in pieces.
     * @example
     * const encoder = sjson.encoder({ list: [1, 2, 3] });
     * let piece = encoder.read(64);
     * while (piece !== undefined) {
     *   print(piece);
     *   piece = encoder.read(64);
     * }
     */
    encoder(this: void, data: object, options?: EncodeOptions): Encoder;

    /** Makes a decoder that takes the JSON text in pieces. */
    decoder(this: void, options?: DecodeOptions): Decoder;
  }

  interface Esp8266 extends Common {}
  interface Esp32 extends Common {}

  interface EncodeOptions {
    /** Levels, default 20. In this firmware the value has no effect (the field is not read). */
    depth?: number;
    /** A string in the data that stands for null. */
    null?: string;
  }

  interface DecodeOptions {
    /** Levels, default 20. In this firmware the value has no effect (the field is not read). */
    depth?: number;
    /** What a null becomes. */
    null?: any;
    /**
     * Metatable of every table made: `__newindex` sees each value, `checkpath` decides by the path of keys whether a
     * table is wanted.
     */
    metatable?: {
      __newindex?: (this: void, table: any, key: any, value: any) => void;
      checkpath?: (this: void, table: any, path: (string | number)[]) => boolean;
    };
  }

  /** Makes JSON text in pieces. @userdata sjson.encoder */
  interface Encoder {
    /** Returns the next piece, nil at the end. Errors as `encode`. @param size bytes at most, default 1024 */
    read(size?: number): string | undefined;
  }

  /** Reads JSON text in pieces. @userdata sjson.decoder */
  interface Decoder {
    /** Reads the next piece; returns the result when it is complete. Errors: "JSON parse error: …"; the decoder is then of no more use. */
    write(text: string): any;
    /** Returns the result. Error: "decode not complete". */
    result(): any;
  }
}
