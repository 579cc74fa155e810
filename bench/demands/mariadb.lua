-- One event is one transaction of --k statements of the kind --mode, in the text protocol.
sysbench.cmdline.options = {
  mode = { "kind of statement", "point" },
  k = { "statements a transaction, 0 for autocommit", 0 },
  n = { "rows of a range", 20 },
  t = { "table for inserts", "ins0" },
}

local pay = string.rep("0123456789abcdef", 8)

function thread_init()
  con = sysbench.sql.driver():connect()
end

function thread_done()
  con:disconnect()
end

local statements = {
  point = function(r, o)
    return "select * from orders where id = " .. r(1, 1000000)
  end,
  range = function(r, o)
    return "select * from orders where customer_id = " .. r(0, 9999) ..
      " order by created_at desc limit " .. o.n
  end,
  count = function(r, o)
    local c = r(0, 9800)
    return "select count(*) from orders where customer_id >= " .. c ..
      " and customer_id < " .. c + o.n / 100
  end,
  insert = function(r, o)
    return "insert into " .. o.t .. " (customer_id, status, amount, created_at, payload) values (" ..
      r(0, 9999) .. ", 'open', " .. r(0, 9973) / 100 .. ", from_unixtime(1760000000 + " ..
      r(0, 1000000) .. "), '" .. pay .. "')"
  end,
  update = function(r, o)
    return "update orders set amount = amount + 1 where id = " .. r(1, 1000000)
  end,
  search = function(r, o)
    return "select id, body from docs where match (body) against ('+w" .. r(20, 200) ..
      " +w" .. r(201, 1500) .. "' in boolean mode) limit 20"
  end,
  delete = function(r, o)
    return "delete from orders where id = " .. r(1, 1000000)
  end,
}

-- MariaDB cannot delete and skip locked rows in one statement.
local function dequeue()
  con:query("begin")
  local row = con:query("select id, run_at, payload from jobs order by id limit 1 " ..
    "for update skip locked"):fetch_row()
  con:query("delete from jobs where id = " .. row[1])
  con:query("commit")
end

function event()
  local o = sysbench.opt
  if o.mode == "dequeue" then
    return dequeue()
  end
  local make = statements[o.mode]
  if o.k == 0 then
    con:query(make(sysbench.rand.uniform, o))
    return
  end
  con:query("begin")
  for _ = 1, o.k do
    con:query(make(sysbench.rand.uniform, o))
  end
  con:query("commit")
end
