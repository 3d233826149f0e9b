-- strings that share a slot of a hash table, long ones of which not every byte is hashed, and the same one again and again
local a = "0123456789012345678901234567890123456789"
local b = "0123456789012345678901234567890123456780"
local c = "the quick brown fox jumps over the lazy dog, the quick brown fox jumps over the lazy dog, and again"
local d = { "x", "y", "z", "xx", "xy", "xz", "yx", "yy", "yz", "zx", "zy", "zz", "strings", "@strings.lua", "=(luac)" }
return a .. b, c, d, "x" == d[1], ("%s=%d"):format("x", 1), "caf\195\169", "\226\130\172", "a", "b", "c", "d"
