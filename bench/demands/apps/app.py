"""POST /orders: parse and validate a JSON order, total its lines, answer with about 1 KiB."""

from fastapi import FastAPI
from pydantic import BaseModel


class Line(BaseModel):
    sku: str
    name: str
    quantity: int
    price: int


class Placed(Line):
    subtotal: int


class Order(BaseModel):
    id: int
    customer: str
    lines: list[Line]


class Answer(BaseModel):
    id: int
    customer: str
    state: str
    lines: list[Placed]
    total: int


app = FastAPI()


@app.post("/orders")
async def place(order: Order) -> Answer:
    lines = [Placed(**line.model_dump(), subtotal=line.quantity * line.price)
             for line in order.lines]
    return Answer(id=order.id, customer=order.customer, state="placed", lines=lines,
                  total=sum(line.subtotal for line in lines))
