// Lua 5.1 that counts in 32-bit integers, as firmware built with LUA_NUMBER_INTEGRAL: the VM with doubles (lua51.ts), in which
// everything that makes a number makes a whole one of 32 bits. Rewritten when it is first asked for, which takes a quarter of a second.
//   arithmetic     in the interpreter, in what it calls for strings, and in the parser, which computes constants ahead:
//                  sums and products wrap, quotients are rounded down, division by zero is an error
//   from text      "1.5" and "1e3" are no numbers; what is too large is the largest, in hexadecimal the last 32 bits
//   from the host  the fraction is cut off
// The firmware does the same in C (app/lua/luaconf.h, lvm.c). Not the same: values take 16 bytes as with doubles, where the chip has
// 8, so the heap of a simulated board is fuller than that of a real one.
import type { CApi, Dialect, Instance } from "./dialect.ts";
import { lua51, lua51Bytes } from "./lua51.ts";
import { readyMade, type Toolkit } from "./ready.ts";

/** What is put in for what the module has; numbers stay doubles, but whole. */
const FUNCTIONS = `
  (func $integer_of (param $n f64) (result f64)
    (f64.convert_i32_s (i32.wrap_i64 (i64.trunc_sat_f64_s (local.get $n)))))
  (func $integer_add (param $a f64) (param $b f64) (result f64)
    (call $integer_of (f64.add (local.get $a) (local.get $b))))
  (func $integer_subtract (param $a f64) (param $b f64) (result f64)
    (call $integer_of (f64.sub (local.get $a) (local.get $b))))
  (func $integer_multiply (param $a f64) (param $b f64) (result f64)
    (f64.convert_i32_s (i32.mul (i32.trunc_sat_f64_s (local.get $a)) (i32.trunc_sat_f64_s (local.get $b)))))
  (func $integer_negate (param $n f64) (result f64) (call $integer_subtract (f64.const 0) (local.get $n)))
  (func $integer_divide (param $a f64) (param $b f64) (param $L i32) (result f64)
    (if (f64.eq (local.get $b) (f64.const 0)) (then (call $integer_zero (local.get $L) (i32.const 0))))
    (call $integer_of (f64.floor (f64.div (local.get $a) (local.get $b)))))
  ;; the quotient that a remainder is taken from
  (func $integer_quotient (param $a f64) (param $b f64) (param $L i32) (result f64)
    (if (f64.eq (local.get $b) (f64.const 0)) (then (call $integer_zero (local.get $L) (i32.const 1))))
    (call $integer_of (f64.floor (f64.div (local.get $a) (local.get $b)))))
  (func $integer_power (param $a f64) (param $b f64) (result f64)
    (local $base i32) (local $exponent i32) (local $power i32)
    (local.set $base (i32.trunc_sat_f64_s (local.get $a)))
    (local.set $exponent (i32.trunc_sat_f64_s (local.get $b)))
    (if (i32.lt_s (local.get $exponent) (i32.const 0)) (then (return (f64.const 0))))
    (local.set $power (i32.const 1))
    (loop $next
      (if (i32.and (local.get $exponent) (i32.const 1))
        (then (local.set $power (i32.mul (local.get $power) (local.get $base)))))
      (local.set $base (i32.mul (local.get $base) (local.get $base)))
      (local.set $exponent (i32.shr_u (local.get $exponent) (i32.const 1)))
      (br_if $next (local.get $exponent)))
    (f64.convert_i32_s (local.get $power)))
  (func $integer_parse (param $text i32) (param $number i32) (result i32)
    (local $at i32) (local $char i32) (local $value f64)
    (if (i32.eqz (call $parse (local.get $text) (local.get $number))) (then (return (i32.const 0))))
    (local.set $value (f64.load (local.get $number)))
    (local.set $at (local.get $text))
    (loop $next
      (local.set $char (i32.load8_u (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (if (local.get $char) (then
        (if (i32.eq (i32.or (local.get $char) (i32.const 0x20)) (i32.const 0x78)) (then
          (f64.store (local.get $number) (call $integer_of (local.get $value)))
          (return (i32.const 1))))
        ;; white space, signs and digits; what else is in a number makes it another one than an integer
        (br_if $next (i32.or
          (i32.or (i32.le_u (local.get $char) (i32.const 0x20)) (i32.eq (local.get $char) (i32.const 0x2b)))
          (i32.or (i32.eq (local.get $char) (i32.const 0x2d))
                  (i32.lt_u (i32.sub (local.get $char) (i32.const 0x30)) (i32.const 10)))))
        (return (i32.const 0)))))
    (f64.store (local.get $number) (f64.convert_i32_s (i32.trunc_sat_f64_s (local.get $value))))
    (i32.const 1))
`;
const IMPORT = `(import "env" "integer_zero" (func $integer_zero (param i32 i32)))`;

/** The module of lua51.ts with integers. */
export function integerBytes(): Uint8Array<ArrayBuffer> {
  return readyMade("lua51-integer.wasm", rewritten);
}

function rewritten(wabt: Toolkit): Uint8Array {
  const module = wabt.readWasm(lua51Bytes(), { readDebugNames: true });
  module.generateNames();
  module.applyNames();
  const [head, ...functions] = module
    .toText({ foldExprs: false, inlineExport: false })
    .split(/\n(?= {2}\(func )/);
  module.destroy();
  // WebAssembly wants imports before definitions.
  const start = head!.replace("\n  (type ", `\n  ${IMPORT}\n  (type `);
  // A remainder is computed as a - floor(a / b) * b. No other code divides and rounds down, so this finds the functions that do arithmetic.
  const REMAINDER = /f64\.div\n\s+f64\.floor\n/;
  const arithmetic = functions.filter((code) => REMAINDER.test(code));
  expect("functions that compute", arithmetic.length, 3);
  const nameOf = (code: string) => /\(func (\$\S+)/.exec(code)![1]!;
  const calls = (code: string) => new Set([...code.matchAll(/\bcall (\$\S+)/g)].map(([, name]) => name!));
  const powers = functions.filter(
    (code) =>
      /^\s*\(func \S+ \(type \S+\) \(param \$p0 f64\) \(param \$p1 f64\) \(result f64\)/.test(code) &&
      arithmetic.every((user) => calls(user).has(nameOf(code))),
  );
  expect("powers", powers.length, 1);
  const parsers = functions.filter(
    (code) =>
      /^\s*\(func \S+ \(type \S+\) \(param \$p0 i32\) \(param \$p1 i32\) \(result i32\)/.test(code) &&
      code.includes("f64.convert_i32_u"),
  );
  expect("functions that read a number", parsers.length, 1);
  const [power, parse] = [nameOf(powers[0]!), nameOf(parsers[0]!)];

  const result = functions.map((code) => {
    let text = code.replaceAll(`call ${power}\n`, (call) =>
      calls(code).has("$luaL_checknumber") || arithmetic.includes(code) ? "call $integer_power\n" : call,
    );
    text = text.replaceAll(`call ${parse}\n`, "call $integer_parse\n");
    if (nameOf(code) === "$lua_pushnumber")
      text = text.replace("local.get $p1\n", "local.get $p1\ncall $integer_of\n");
    // tonumber(text, base) makes a number of what strtoul gives
    if (calls(code).has("$luaL_optinteger")) text = text.replaceAll("f64.convert_i32_u", "f64.convert_i32_s");
    if (!arithmetic.includes(code)) return text;
    return text
      .replace(REMAINDER, "local.get $p0\ncall $integer_quotient\n")
      .replaceAll("f64.div\n", "local.get $p0\ncall $integer_divide\n")
      .replaceAll("f64.add\n", "call $integer_add\n")
      .replaceAll("f64.sub\n", "call $integer_subtract\n")
      .replaceAll("f64.mul\n", "call $integer_multiply\n")
      .replaceAll("f64.neg\n", "call $integer_negate\n");
  });
  const [first, ...rest] = result;
  const text = [start, FUNCTIONS.replace("$parse ", `${parse} `), first, ...rest].join("\n");
  return wabt.parseWat("lua51-integer.wat", text).toBinary({}).buffer;
}

function expect(what: string, found: number, wanted: number): void {
  if (found !== wanted)
    throw new Error(`the VM has ${found} ${what}, not ${wanted}: it is not the one this was made for`);
}

/** Raises the error of a division by zero at the line that runs. */
function divisionByZero(api: CApi, L: number, isRemainder: boolean): never {
  const text = Buffer.from(`${isRemainder ? "modulo" : "divide"} by zero`);
  const pointer = api.malloc!(text.length);
  new Uint8Array(api.memory.buffer).set(text, pointer);
  api.luaL_where!(L, 0);
  api.lua_pushlstring!(L, pointer, text.length);
  api.free!(pointer);
  api.lua_concat!(L, 2);
  api.lua_error!(L);
  throw new Error("lua_error returned");
}

let module: WebAssembly.Module | undefined;

export const lua51Integer: Dialect = {
  ...lua51,
  get module() {
    return (module ??= new WebAssembly.Module(integerBytes()));
  },
  imports(instance: Instance, longjmp: symbol) {
    const { env, ...others } = lua51.imports(instance, longjmp);
    const integer_zero = (L: number, isRemainder: number) =>
      divisionByZero(instance.api, L, isRemainder !== 0);
    return { ...others, env: { ...env, integer_zero } };
  },
};
