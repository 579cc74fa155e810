const grpc = require('@grpc/grpc-js');
const shop = grpc.loadPackageDefinition(definition).shop;
const cart = new shop.CartService(process.env.CART_ADDR, grpc.credentials.createInsecure());
const server = new grpc.Server();
server.addService(shop.CurrencyService.service, { convert });
server.bindAsync(`[::]:${process.env.PORT}`, grpc.ServerCredentials.createInsecure(), () => {});
