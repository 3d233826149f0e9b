-- numbers that only a build with doubles has
return { 0.5, -1.25, 1e100, 1e-300, 2 ^ 0.5, 3.0, 1 / 3, 0x80000000, 4294967295, 2147483647, -2147483648, 1e15 }
