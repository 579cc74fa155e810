@dataclass(frozen=True)
class Order(Base, Generic[T], models.Model, metaclass=Meta):
    """Documentation."""
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Optional[str] = None
    lines: "list[Line]" = relationship("Line", back_populates="order")
    other: models.Shop | None
    a = b = models.CharField(max_length=5)
    objects.register(x)

    class Meta:
        db_table = "orders"

    @app.get("/orders/{id}", tags=["x"])
    @login_required
    async def one(self, id: int, db: Annotated[Session, Depends(get_db)], q: str | None = Query(None), *args: int, flag=False, **kw) -> list[Order]:
        self.http = httpx.AsyncClient(base_url=BASE)
        return db.query(Order).get(id)

    @classmethod
    def make(cls):
        return cls.objects

class Empty(declarative_base(), namedtuple("X", "a b")): ...
