url = f"http://{os.environ['HOST']}:{port!r:>5}/orders/" + id + '/lines' "/x" f"{y}"
old = "http://%s:%d/%%/%(skip)s" % (host, port)
named = "%(a)s-%(b)s" % {"a": x, "b": "y"}
one = "amqp://%s" % broker
new = "http://{}:{port}/{0}/{{x}}/{q}".format(host, port=80)
either = os.getenv("A") or settings.url or "http://b"
chosen = load() if test() else other
names = [fetch(f"/x/{i}") for i in ids() if ok(i)]
pairs = {k: v for k, v in await rows() for w in v}
first, (second, *rest) = pair()
a, b = 1, 2
self.x = y = z = make(1, *args, key=2, **more)
cache[key] = 1
total += price()
if (n := read()) > 1: pass
settings = {"url": "x", KEY: 1, **base, 3: 4}
size: int = -5
handler = lambda event, ctx=None: send(event)
items = x[1:2]
blob = b"raw"
