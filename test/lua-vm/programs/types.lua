-- names that every board has as strings of its own, "userdata" and "thread" among them
local names = { "userdata", "thread", "proto", "no value", "__index", "while", "_ENV", "not enough memory", "<eof>" }
local is = {}
function is.userdata(x) return type(x) == "userdata" end
function is.thread(x) return type(x) == "thread" end
return names, is
