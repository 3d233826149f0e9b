-- every statement
local a, b, c = 1
local function fact(n)
  if n <= 1 then return 1 elseif n == 2 then return 2 else return n * fact(n - 1) end
end
do
  local a = b
  b, c, a = a, b, c, b
end
while a < 10 do
  a = a + 1
  if a == 5 then break end
end
repeat
  local done = a > 20
  a = a + 3
until done
for i = 1, 10 do b = i end
for i = 10, 1, -2 do
  c = (c or 0) - i
end
for key, value in pairs({ x = 1 }) do _G[key] = value end
for k in next, {} do end
function global(x) return x end
function _G.field(x, ...) return ..., x end
function _G.object:method(x)
  self.x = x
  return self:method(x), (self:method())
end
return fact(5), (global(3))
