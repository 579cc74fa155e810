import jwt, unittest
from tenacity import retry, stop_after_attempt
from circuitbreaker import circuit
from apscheduler.schedulers.background import BackgroundScheduler
from prometheus_client import Counter
from locust import HttpUser

@retry(stop=stop_after_attempt(3))
@circuit
def load(): ...

def check(token):
    return jwt.decode(token, key)

scheduler = BackgroundScheduler()
scheduler.add_job(load, "interval", seconds=5)
requests_total = Counter("a", "b")

class Shopper(HttpUser): ...

def test_load(): ...
