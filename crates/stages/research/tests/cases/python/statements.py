async def run():
    async with session.get(url) as response, lock:
        return await response.json()
    for i, (k, v) in enumerate(items):
        requests.get(k)
    else:
        done()
    while more():
        work()
    try:
        risky()
    except (A, B) as e:
        log(e)
    finally:
        close()
    match command():
        case {"a": x} if ready(x):
            go()
    del cache["a"]
    assert check(), "x"
    raise Error(1) from cause
    yield send()
    def inner(): pass
    class Local: pass
