print("plain", 1, nil, ...)
print "string" print {} print { 1, x = 2 }
local s = ("method"):upper():lower()
local object = setmetatable({}, { __call = function(self, ...) return select("#", ...) end })
object
  :first(1)
  :second(
    "spread over lines",
    function()
      return 1
    end
  )
  .third(
    2
  )
local n = (object(1, 2, 3))
pcall(function(...)
  local a, b = ...
  return a, b, ...
end, object(n), object(s, n))
return object(print("tail"), s:find("e", 1, true))
