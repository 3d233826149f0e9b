-- How the board is doing, as JSON.
return function()
  return ('{"heap":%d}\n'):format(node.heap())
end
