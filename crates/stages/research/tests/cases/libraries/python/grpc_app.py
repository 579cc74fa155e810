import grpc, os
import shop_pb2_grpc
channel = grpc.insecure_channel(os.environ["CART_ADDR"])
stub = shop_pb2_grpc.CartServiceStub(channel)
server = grpc.server(pool)
shop_pb2_grpc.add_EmailServiceServicer_to_server(Email(), server)
server.add_insecure_port("[::]:" + os.environ["PORT"])
