print "two"
exec code in ns
x = load(1)
