-- every kind of constant, strings with every kind of byte
local none, yes, no = nil, true, false
local text = { "", "a", "\0", "a\0b", "\1\127\128\255", "line\nbreak", [[
long
string]], 'single "quotes"', ("x"):rep(3) }
local numbers = { 0, 1, -1, 255, 256, 65535, 65536, 0x7ffffffe, -0x7fffffff, 1000, 0xff }
text[nil or 1], numbers[true] = nil == none, false ~= no
return text, numbers, yes, { [1] = "one", one = 1, ["not a name"] = true, "first"; "second" }
