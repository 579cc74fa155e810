"""RabbitMQ, NATS and Mosquitto: CPU demand of the server per message of 1 KiB.

Run with the Python of $WORK/venv. Every broker is driven with a window of messages in flight,
as a busy client does; wall_ms is one confirmed publish at a time.
"""

import asyncio
import re
import statistics
import subprocess
import sys
import threading
import time

from lib import RUNS, Results, cpu_us, pid_of

NAME = "groundplan_bench"
BODY = b"x" * 1024
N = 10_000


def idle_per_s(root):
    """CPU us per second of a server that does nothing, to subtract from long batches."""
    before = cpu_us(root)
    time.sleep(2)
    return (cpu_us(root) - before) / 2


class Clock:
    """CPU us per operation of the batches between start and stop, idle work subtracted."""

    def __init__(self, root, idle):
        self.root, self.idle, self.values = root, idle, []

    def start(self):
        self.cpu, self.time = cpu_us(self.root), time.perf_counter()

    def stop(self, n):
        wall = time.perf_counter() - self.time
        self.values.append((cpu_us(self.root) - self.cpu - self.idle * wall) / n)


def rabbitmq():
    import pika
    r = Results("rabbitmq")
    root = pid_of("beam.smp", "rabbit")
    version = subprocess.run(["rabbitmqctl", "version"], capture_output=True,
                             text=True).stdout.strip()
    idle = idle_per_s(root)
    base = (f"RabbitMQ {version}, Debian default configuration, 1 KiB messages, AMQP 0-9-1 on "
            f"loopback without TLS, idle load of {idle:.0f} us/s subtracted")

    def declare(queue, durable):
        blocking = pika.BlockingConnection()
        channel = blocking.channel()
        channel.queue_delete(queue)
        channel.queue_declare(queue, durable=durable)
        blocking.close()

    def publish(queue, mode, n, window):
        """Publishes with up to `window` confirms outstanding."""
        state = {"sent": 0, "acked": 0}
        properties = pika.BasicProperties(delivery_mode=mode)

        def fill(channel):
            while state["sent"] < n and state["sent"] - state["acked"] < window:
                channel.basic_publish("", queue, BODY, properties)
                state["sent"] += 1

        def opened(channel):
            def confirmed(frame):
                # A confirm with multiple set settles every tag up to its own.
                state["acked"] = (frame.method.delivery_tag if frame.method.multiple
                                  else state["acked"] + 1)
                if state["acked"] >= n:
                    channel.connection.close()
                else:
                    fill(channel)
            channel.confirm_delivery(confirmed, callback=lambda _: fill(channel))

        connection = pika.SelectConnection(
            on_open_callback=lambda c: c.channel(on_open_callback=opened),
            on_close_callback=lambda c, _: c.ioloop.stop())
        connection.ioloop.start()

    def consume(queue, n):
        connection = pika.BlockingConnection()
        channel = connection.channel()
        channel.basic_qos(prefetch_count=100)
        seen = 0
        for method, _, _ in channel.consume(queue):
            channel.basic_ack(method.delivery_tag)
            seen += 1
            if seen == n:
                break
        connection.close()

    durable = NAME
    try:
        declare(durable, True)
        publish(durable, 2, N // 5, 100)
        consume(durable, N // 5)
        sending, taking = Clock(root, idle), Clock(root, idle)
        for _ in range(RUNS):
            sending.start()
            publish(durable, 2, N, 100)
            sending.stop(N)
            time.sleep(1)
            taking.start()
            consume(durable, N)
            taking.stop(N)
        connection = pika.BlockingConnection()
        channel = connection.channel()
        channel.confirm_delivery()
        walls = []
        for _ in range(300):
            t = time.perf_counter()
            channel.basic_publish("", durable, BODY, pika.BasicProperties(delivery_mode=2))
            walls.append(time.perf_counter() - t)
        connection.close()
        r.add("publish", sending.values,
              f"{base}; persistent, publisher confirms with 100 outstanding, durable classic "
              "queue, no consumer at the time.", statistics.median(walls) * 1000)
        r.add("consume", taking.values,
              f"{base}; from a durable classic queue of 10,000 persistent messages, prefetch 100, "
              "each acknowledged by itself.")
        declare(durable + "_t", False)
        sending = Clock(root, idle)
        for _ in range(RUNS):
            sending.start()
            publish(durable + "_t", 1, N, 100)
            sending.stop(N)
        r.add("publish", sending.values, f"{base}; transient, publisher confirms with 100 "
              "outstanding, non-durable classic queue.", variant="transient")
    finally:
        connection = pika.BlockingConnection()
        channel = connection.channel()
        channel.queue_delete(durable)
        channel.queue_delete(durable + "_t")
        connection.close()


async def nats_runs():
    import nats
    from nats.js.api import StorageType
    r = Results("nats")
    root = pid_of("nats-server")
    version = subprocess.run(["nats-server", "--version"], capture_output=True,
                             text=True).stdout.split()[-1]
    base = f"NATS {version}, 1 KiB messages, plain TCP on loopback"
    nc = await nats.connect("nats://127.0.0.1:4222")
    js = nc.jetstream()
    try:
        await js.delete_stream(NAME)
    except nats.js.errors.NotFoundError:
        pass
    try:
        core, fan = Clock(root, 0), Clock(root, 0)
        for _ in range(RUNS):
            core.start()
            for _ in range(60):
                for _ in range(N // 2):
                    await nc.publish(NAME + ".core", BODY)
                await nc.flush()
            core.stop(30 * N)
        got = 0

        async def seen(_):
            nonlocal got
            got += 1

        other = await nats.connect("nats://127.0.0.1:4222", pending_size=1 << 26)
        await other.subscribe(NAME + ".core", cb=seen)
        await other.flush()
        for _ in range(RUNS):
            got = 0
            fan.start()
            for i in range(100):
                for _ in range(N // 10):
                    await nc.publish(NAME + ".core", BODY)
                await nc.flush()
                while got < (i + 1) * N // 10:
                    await asyncio.sleep(0.001)
            fan.stop(10 * N)
        await other.close()

        await js.add_stream(name=NAME, subjects=[NAME + ".js"], storage=StorageType.FILE)
        sending, taking = Clock(root, 0), Clock(root, 0)
        for run in range(RUNS):
            sub = await js.pull_subscribe(NAME + ".js", f"{NAME}_{run}")
            sending.start()
            for _ in range(3 * N // 100):
                await asyncio.gather(*(js.publish(NAME + ".js", BODY) for _ in range(100)))
            sending.stop(3 * N)
            taking.start()
            taken = 0
            while taken < 3 * N:
                messages = await sub.fetch(100, timeout=5)
                for message in messages:
                    await message.ack()
                taken += len(messages)
            await nc.flush()
            taking.stop(taken)
            await js.delete_consumer(NAME, f"{NAME}_{run}")
            await js.purge_stream(NAME)
        walls = []
        for _ in range(1_000):
            t = time.perf_counter()
            await js.publish(NAME + ".js", BODY)
            walls.append(time.perf_counter() - t)
        stream = ("JetStream stream with file storage, 1 replica, default sync_interval (fsync "
                  "every 2 minutes, not at each message)")
        r.add("publish", sending.values, f"{base}; {stream}, acknowledged, 100 outstanding.",
              statistics.median(walls) * 1000)
        r.add("consume", taking.values, f"{base}; {stream}, durable pull consumer fetching 100 at "
              "a time, each message acknowledged.")
        r.add("publish", core.values, f"{base}; core subject without subscriber, no "
              "acknowledgement, client buffers writes.", variant="core, no subscriber")
        r.add("publish", fan.values, f"{base}; core subject with one subscriber, delivery "
              "included, at most once.", variant="core, one subscriber with its delivery")
    finally:
        try:
            await js.delete_stream(NAME)
        except nats.js.errors.NotFoundError:
            pass
        await nc.close()


def mosquitto():
    import paho.mqtt.client as mqtt
    r = Results("mosquitto")
    root = pid_of("mosquitto")
    out = subprocess.run(["mosquitto", "-h"], capture_output=True, text=True).stdout
    version = re.search(r"version (\S+)", out)[1]
    base = (f"Mosquitto {version}, Debian default configuration (persistence of subscriptions and "
            "queued messages by a snapshot every 30 minutes, no fsync at a message), 1 KiB "
            "messages, MQTT 3.1.1 QoS 1, plain TCP on loopback, 20 in flight")

    def client(suffix):
        c = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, NAME + suffix)
        c.max_inflight_messages_set(20)
        c.connect("127.0.0.1", 1883)
        c.loop_start()
        return c

    sender = client("_pub")
    done = threading.Semaphore(0)
    sender.on_publish = lambda *_: done.release()

    def send(n):
        window = 20
        for i in range(n):
            if i >= window:
                done.acquire()
            sender.publish(NAME, BODY, qos=1)
        for _ in range(min(n, window)):
            done.acquire()

    send(1_000)
    alone, both = Clock(root, 0), Clock(root, 0)
    for _ in range(RUNS):
        alone.start()
        send(N)
        alone.stop(N)
    walls = []
    for _ in range(1_000):
        t = time.perf_counter()
        send(1)
        walls.append(time.perf_counter() - t)
    taker = client("_sub")
    got = threading.Semaphore(0)
    ready = threading.Event()
    taker.on_subscribe = lambda *_: ready.set()
    taker.on_message = lambda *_: got.release()
    taker.subscribe(NAME, qos=1)
    ready.wait(5)
    for _ in range(RUNS):
        both.start()
        send(N)
        for _ in range(N):
            got.acquire()
        both.stop(N)
    for c in (sender, taker):
        c.disconnect()
        c.loop_stop()
    r.add("publish", alone.values, f"{base}; no subscriber.", statistics.median(walls) * 1000)
    alone_us = statistics.median(alone.values)
    r.add("consume", [v - alone_us for v in both.values],
          f"{base}; one subscriber at QoS 1 online: the demand of publish and delivery together "
          "less that of the publish alone.")


which = sys.argv[1:] or ["rabbitmq", "nats", "mosquitto"]
if "rabbitmq" in which:
    rabbitmq()
if "nats" in which:
    asyncio.run(nats_runs())
if "mosquitto" in which:
    mosquitto()
