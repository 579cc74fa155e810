from flask import Flask, Blueprint
from flask.views import MethodView
from flask_restful import Api, Resource
app = Flask(__name__)
bp = Blueprint("orders", __name__, url_prefix="/orders")

@bp.route("/<int:id>", methods=["GET", "PUT"])
def one(id): ...

@bp.route("/")
def every(): ...

@app.post("/login")
def login(): ...

class Lines(MethodView):
    def get(self): ...
    def post(self): ...

bp.add_url_rule("/lines", view_func=Lines.as_view("lines"))
api = Api(app)
api.add_resource(Stock, "/stock")
app.register_blueprint(bp, url_prefix="/api")
if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)
