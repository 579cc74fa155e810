import psycopg2, pymysql, redis
from pymongo import MongoClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    database_url: str = "postgresql://db/shop"
    api_prefix: str

settings = Settings()
engine = create_engine(settings.database_url)

class Base(DeclarativeBase): ...

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[list["Line"]] = relationship("Line")

conn = psycopg2.connect(host="pg", port=5432, dbname="shop")
cur = conn.cursor()
cur.execute("select 1")
pymysql.connect(host="mysql", db="shop")
redis.Redis(host="cache")
redis.from_url("redis://cache:6379/0")
MongoClient("mongodb://mongo:27017")
