-- what people write: a module with state, timers, and a callback in a callback
local M = { period = 1000, pin = 4 }
local readings, timer = {}, nil

--- Starts to measure.
function M.start(report)
  if timer then M.stop() end
  timer = tmr.create()
  timer:alarm(M.period, tmr.ALARM_AUTO, function(t)
    local ok, value = pcall(adc.read, 0)
    if not ok then
      print("sensor: " .. tostring(value))
      t:stop()
      return
    end
    readings[#readings + 1] = value
    if #readings > 10 then table.remove(readings, 1) end
    if report then
      node.task.post(function()
        report(M.average(), #readings)
      end)
    end
  end)
  return M
end

function M.stop()
  if timer then
    timer:unregister()
    timer = nil
  end
end

function M.average()
  local sum = 0
  for _, value in ipairs(readings) do
    sum = sum + value
  end
  if #readings == 0 then return 0 end
  return sum / #readings
end

return M
