import os
import requests
import httpx
import aiohttp
from urllib.request import urlopen
URL = os.environ.get("ORDERS_URL", "http://orders:8080")
HOST = os.environ["STOCK_HOST"]
session = requests.Session()

def load(ids):
    requests.get(URL + "/orders", timeout=3)
    for i in ids:
        session.post("http://%s:%s/items" % (HOST, os.getenv("STOCK_PORT", 80)))
    urlopen("http://old/")

async def later():
    async with httpx.AsyncClient(base_url=f"http://{HOST}/v1") as client:
        await client.get("/items")
    async with aiohttp.ClientSession() as web:
        async with web.get("http://slow/x") as response:
            pass
