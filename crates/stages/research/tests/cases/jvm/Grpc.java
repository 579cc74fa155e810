package a;
import io.grpc.ManagedChannelBuilder;
class Carts extends CartServiceGrpc.CartServiceImplBase { void x() { var s = StockServiceGrpc.newBlockingStub(ManagedChannelBuilder.forAddress("stock", 9090).build()); s.get(r); } }
