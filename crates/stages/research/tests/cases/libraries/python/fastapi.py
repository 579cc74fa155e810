from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import OAuth2PasswordBearer
from app.core.config import settings
from app.api import users
app = FastAPI()
router = APIRouter(prefix="/orders", tags=["orders"])
scheme = OAuth2PasswordBearer(tokenUrl="token")

@router.get("/{order_id}", response_model=Order)
async def one(order_id: int, db: Session = Depends(get_db)):
    return db.get(Order, order_id)

@router.api_route("/any", methods=["GET", "POST"])
def both(): ...

app.include_router(router, prefix=settings.API_V1_STR)
app.include_router(users.router)
