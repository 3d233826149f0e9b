local counter = 0
local function make(start, step)
  local value = start
  return function() value = value + step counter = counter + 1 return value end,
    function() return value, counter end
end
local all = {}
for i = 1, 3 do
  local j = i * i
  all[i] = function(k)
    return function() j = j + (k or i) return i, j, k end
  end
end
while counter < 1 do
  local kept = counter
  all[#all + 1] = function() kept = kept + 1 return kept end
  if kept then break end
end
local recursive
recursive = function(n) return n == 0 and 0 or recursive(n - 1) end
return make, all, recursive(3)
