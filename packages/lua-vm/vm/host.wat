;; What a Lua VM needs from its host at every allocation, call and instruction; in WebAssembly because it runs that often.
;;   alloc      lua_Alloc: counts bytes, blocks and allocations; holds the heap limit; raises over-long strings
;;   cfunction  one C function behind every function that the host gives to Lua; its upvalue is the function's number
;;   counthook  runs at every VM instruction: counts, collects when the heap is over its limit, holds a budget
;; While `tracing` (5.1 only), the host hears of every block and comes before every collection; nothing else collects then,
;; and collectAlways collects before every instruction that may allocate, also if nothing was allocated since the last time:
;; what has become garbage is gone, as where each allocation begins with a collection.
(module
  (import "lua" "memory" (memory 1))
  (import "lua" "realloc" (func $realloc (param i32 i32) (result i32)))
  (import "lua" "free" (func $free (param i32)))
  (import "lua" "lua_touserdata" (func $lua_touserdata (param i32 i32) (result i32)))
  (import "lua" "lua_newuserdata" (func $lua_newuserdata (param i32 i32) (result i32)))
  (import "lua" "lua_error" (func $lua_error (param i32) (result i32)))
  (import "lua" "lua_gc" (func $lua_gc (param i32 i32 i32) (result i32)))
  (import "host" "firstUpvalue" (global $firstUpvalue i32))
  (import "host" "dispatch" (func $dispatch (param i32 i32) (result i32)))
  (import "host" "longString" (func $longString (param i32)))
  (import "host" "overBudget" (func $overBudget (param i32)))
  (import "host" "traced" (func $traced (param i32 i32 i32)))
  (import "host" "collecting" (func $collecting))

  ;; bytes of live blocks as Lua asked for them, and the number of live blocks
  (global $bytes (export "bytes") (mut i32) (i32.const 0))
  (global $blocks (export "blocks") (mut i32) (i32.const 0))
  ;; bytes that each block costs on top (the chip's malloc header), and bytes that the firmware holds outside Lua
  (global $header (export "header") (mut i32) (i32.const 0))
  (global $charged (export "charged") (mut i32) (i32.const 0))
  ;; bytes + header*blocks + charged: its highest value and its limit (0 = none)
  (global $peak (export "peak") (mut i32) (i32.const 0))
  (global $limit (export "limit") (mut i32) (i32.const 0))
  ;; counters since the VM was made: blocks made or grown, bytes of them, refusals
  (global $allocations (export "allocations") (mut i32) (i32.const 0))
  (global $allocated (export "allocated") (mut i64) (i64.const 0))
  (global $refusals (export "refusals") (mut i32) (i32.const 0))
  ;; refuse the allocation that makes this counter 0 (0 = off)
  (global $failAfter (export "failAfter") (mut i32) (i32.const 0))
  ;; 1: refuse the next allocation too, because it is the one just refused, asked for again after a collection
  (global $again (mut i32) (i32.const 0))
  ;; 1 while a chunk is parsed: the firmware collects nothing then, so the limit holds at once; strings may be long
  (global $parsing (export "parsing") (mut i32) (i32.const 0))
  ;; longest block that a new string may take (0 = any)
  (global $longestString (export "longestString") (mut i32) (i32.const 0))
  ;; 1: the VM has a collector of its own for a full heap (Lua 5.3), so a refusal is enough
  (global $collectsItself (export "collectsItself") (mut i32) (i32.const 0))
  ;; 1: collect before the next instruction whenever something was allocated (the firmware's EGC_ALWAYS)
  (global $collectAlways (export "collectAlways") (mut i32) (i32.const 0))
  (global $dirty (mut i32) (i32.const 0))
  ;; 1: the host hears of every block (old address or 0, new address or 0, bytes now), and of collections
  (global $tracing (export "tracing") (mut i32) (i32.const 0))
  ;; the thread that runs
  (global $running (export "running") (mut i32) (i32.const 0))
  (global $instructions (export "instructions") (mut i64) (i64.const 0))
  (global $budget (export "budget") (mut i64) (i64.const 0))

  (func $used (export "used") (result i32)
    (i32.add (i32.add (global.get $bytes) (global.get $charged)) (i32.mul (global.get $header) (global.get $blocks))))

  (func $isOver (result i32)
    (i32.and (i32.ne (global.get $limit) (i32.const 0)) (i32.gt_u (call $used) (global.get $limit))))

  ;; 5.1: which instruction the running thread is at; lua_State's savedpc, at 24, is behind it (0 before there was one; anything
  ;; once a thread that ended with an error has been collected)
  (func $instruction (result i32)
    (local $next i32)
    (local.set $next (i32.load offset=24 (global.get $running)))
    (if (i32.or (i32.eqz (local.get $next))
                (i32.gt_u (local.get $next) (i32.shl (memory.size) (i32.const 16)))) (then (return (i32.const 63))))
    (i32.and (i32.const 63) (i32.load (i32.sub (local.get $next) (i32.const 4)))))
  (func $isOneOf (param $instructions i64) (result i32)
    (i32.wrap_i64 (i64.and (i64.const 1)
      (i64.shr_u (local.get $instructions) (i64.extend_i32_u (call $instruction))))))

  ;; a hash part of 5.1 is 32 * 2^k bytes, the string table 4 * 2^k; SETGLOBAL, SETTABLE, NEWTABLE and SETLIST make no
  ;; strings: everything else that is new and this large is one
  (func $isTable (param $size i32) (result i32)
    (i32.or (i32.eqz (i32.and (local.get $size) (i32.sub (local.get $size) (i32.const 1))))
      (call $isOneOf (i64.const 0x400000680))))

  (func $isRefused (result i32)
    (if (global.get $again) (then (global.set $again (i32.const 0)) (return (i32.const 1))))
    (if (global.get $failAfter) (then
      (global.set $failAfter (i32.sub (global.get $failAfter) (i32.const 1)))
      (if (i32.eqz (global.get $failAfter)) (then
        (global.set $again (global.get $collectsItself))
        (return (i32.const 1))))))
    ;; over the limit: at once where no collection can come first, else counthook sees to it before the next instruction
    (i32.and (call $isOver) (i32.or (global.get $parsing) (global.get $collectsItself))))

  (func $alloc (export "alloc") (param $ud i32) (param $block i32) (param $old i32) (param $new i32) (result i32)
    (local $result i32) (local $bytesBefore i32) (local $blocksBefore i32)
    (if (i32.eqz (local.get $new)) (then
      (if (local.get $block) (then
        (global.set $bytes (i32.sub (global.get $bytes) (local.get $old)))
        (global.set $blocks (i32.sub (global.get $blocks) (i32.const 1)))
        (if (global.get $tracing) (then (call $traced (local.get $block) (i32.const 0) (i32.const 0))))
        (call $free (local.get $block))))
      (return (i32.const 0))))
    (local.set $bytesBefore (global.get $bytes))
    (local.set $blocksBefore (global.get $blocks))
    (if (local.get $block)
      (then
        (global.set $bytes (i32.add (global.get $bytes) (i32.sub (local.get $new) (local.get $old)))))
      (else
        ;; and computes both sides: what only 5.1 has must not be asked for elsewhere
        (if (i32.and (i32.ne (global.get $longestString) (i32.const 0))
                     (i32.gt_u (local.get $new) (global.get $longestString)))
          (then (if (i32.and (i32.eqz (global.get $parsing)) (i32.eqz (call $isTable (local.get $new))))
            (then (call $longString (global.get $running)) (drop (call $lua_error (global.get $running)))))))
        (global.set $bytes (i32.add (global.get $bytes) (local.get $new)))
        (global.set $blocks (i32.add (global.get $blocks) (i32.const 1)))))
    ;; what grows may be refused
    (if (i32.or (i32.eqz (local.get $block)) (i32.gt_u (local.get $new) (local.get $old))) (then
      (global.set $dirty (i32.const 1))
      (if (call $isRefused) (then
        (global.set $bytes (local.get $bytesBefore)) (global.set $blocks (local.get $blocksBefore))
        (global.set $refusals (i32.add (global.get $refusals) (i32.const 1)))
        (return (i32.const 0))))
      (global.set $allocations (i32.add (global.get $allocations) (i32.const 1)))
      (global.set $allocated (i64.add (global.get $allocated)
        (i64.extend_i32_u (select (i32.sub (local.get $new) (local.get $old)) (local.get $new) (local.get $block)))))))
    (local.set $result (call $realloc (local.get $block) (local.get $new)))
    (if (global.get $tracing) (then (call $traced (local.get $block) (local.get $result) (local.get $new))))
    (if (i32.and (i32.gt_u (call $used) (global.get $peak)) (i32.eqz (call $isOver)))
      (then (global.set $peak (call $used))))
    (local.get $result))

  ;; raises "not enough memory" the only way that the C API has: an allocation that is refused
  (func $outOfMemory (param $L i32)
    (global.set $failAfter (i32.const 1))
    (drop (call $lua_newuserdata (local.get $L) (i32.const 4))))

  (func $collect (export "collect") (param $L i32)
    (if (global.get $tracing) (then (call $collecting)))
    (drop (call $lua_gc (local.get $L) (i32.const 2) (i32.const 0)))
    ;; which has started the collector again
    (if (global.get $tracing) (then (drop (call $lua_gc (local.get $L) (i32.const 0) (i32.const 0)))))
    (global.set $dirty (i32.const 0)))

  (func $cfunction (export "cfunction") (param $L i32) (result i32)
    (local $results i32)
    (global.set $running (local.get $L))
    (local.set $results
      (call $dispatch (local.get $L) (call $lua_touserdata (local.get $L) (global.get $firstUpvalue))))
    (if (i32.lt_s (local.get $results) (i32.const -1)) (then (return (call $lua_error (local.get $L)))))
    (local.get $results))

  ;; 5.1: SETGLOBAL, SETTABLE, NEWTABLE, CONCAT, CALL, TAILCALL, TFORLOOP, SETLIST, CLOSURE, VARARG
  (func $mayAllocate (result i32) (call $isOneOf (i64.const 0x3630200680)))

  (func (export "counthook") (param $L i32) (param $ar i32)
    (global.set $running (local.get $L))
    (global.set $instructions (i64.add (global.get $instructions) (i64.const 1)))
    (if (i32.or (i32.and (global.get $dirty) (i32.or (global.get $collectAlways) (call $isOver)))
                (if (result i32) (i32.and (global.get $tracing) (global.get $collectAlways))
                  (then (call $mayAllocate)) (else (i32.const 0)))) (then
      (call $collect (local.get $L))
      (if (call $isOver)
        (then (call $outOfMemory (local.get $L)))
        (else (if (i32.gt_u (call $used) (global.get $peak)) (then (global.set $peak (call $used))))))))
    (if (i32.and (i64.ne (global.get $budget) (i64.const 0)) (i64.ge_u (global.get $instructions) (global.get $budget)))
      (then (call $overBudget (local.get $L)))))
)
