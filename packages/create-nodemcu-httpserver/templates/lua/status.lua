-- How the board is doing, as JSON.
return function()
  -- what Lua has not collected yet counts as taken
  collectgarbage()
  return ('{"heap":%d}\n'):format(node.heap())
end
