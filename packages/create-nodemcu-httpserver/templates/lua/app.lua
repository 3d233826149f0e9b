-- The app: what is beside it as NAME.lua is a module, require("NAME") loads it; what is in public/ goes to flash as it is.
local createServer = require("httpserver").createServer
local status = require("status")

createServer(80, function(req, res)
  if req.url == "/" then
    res:send_header("Content-Type", "text/plain")
    res:finish("Hello from NodeMCU!\n")
  elseif req.url == "/status" then
    res:send_header("Content-Type", "application/json")
    res:finish(status())
  else
    res:finish("not found\n", 404)
  end
end)
