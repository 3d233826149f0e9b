-- functions in functions
local function f1(x1)
local function f2(x2)
local function f3(x3)
local function f4(x4)
local function f5(x5)
local function f6(x6)
local function f7(x7)
local function f8(x8)
local function f9(x9)
local function f10(x10)
local function f11(x11)
local function f12(x12)
return x1, x2, x3, x12
end
return f12
end
return f11
end
return f10
end
return f9
end
return f8
end
return f7
end
return f6
end
return f5
end
return f4
end
return f3
end
return f2
end
return f1
