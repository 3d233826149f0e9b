local t = {}
function t.f(...) return t end
function t:g() return self
end
local f
f = t.f
function f()
end local x = f(
)
x = f({
}
)
local a; function a()
  return f(

  )
end
print(f(...
))
t
  .f("a")
  :g()
  .f [[
long
]]
for i = 1, 3
do
end
for k in pairs(
  t
) do local y = k end
for i = f
"x"
, 2 do if x then
 x = nil
end end
local s = "a" (f)()
local q
(f)()
x = { [f{
}] = f 'x'
'y', function() return f(
) end }
while f(
) do break end
repeat local z = f{} until z;
(f)(
)
if not x
  and not t then f() end
x = not f(
) or f
{ }
local function loop() for i = 1, 2 do for j = 1, 2 do f(i,
j) end end end
return f(
)
