local a, b, t = ...
local sums = a + b - 2 * a / b % 3 ^ b
local compared = a == b or a ~= b and a < b or a <= b or a > b or a >= 4 or 5 < b
local text = a .. b .. "c" .. 1 .. (a .. b)
local logic = not a and -b or #t
if not (a and b or t) then a = nil end
local x = a and b or t and (a or b)
if a == 1 or b == 2 and not t then return end
while not (a == nil) and b do a = a.next end
return sums, compared, text, logic, x, -1 - -a, not not b, 2 ^ 3 ^ 2, 7 % 3, 1 .. 2
