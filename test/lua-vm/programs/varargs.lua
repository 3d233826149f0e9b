local function old(...)
  local first = ...
  return arg, first
end
local function count(...) return select("#", ...) end
local function pass(a, b, ...)
  local list = { a, ..., b }
  if a then return count(...) end
  return ...
end
return old(...), count(), pass(1, 2, ...), (pass(...))
