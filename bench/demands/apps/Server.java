import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executors;

/** POST /orders: parse a JSON order, total its lines, answer with JSON of about 1 KiB. */
public final class Server {
    public static final class Line {
        public String sku;
        public String name;
        public int quantity;
        public int price;
        public int subtotal;
    }

    public static final class Order {
        public int id;
        public String customer;
        public String state;
        public List<Line> lines;
        public int total;
    }

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static void place(HttpExchange exchange) throws IOException {
        Order order = MAPPER.readValue(exchange.getRequestBody(), Order.class);
        order.state = "placed";
        for (Line line : order.lines) {
            line.subtotal = line.quantity * line.price;
            order.total += line.subtotal;
        }
        byte[] answer = MAPPER.writeValueAsBytes(order);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        try (var body = exchange.getResponseBody()) {
            body.write(answer);
        }
    }

    public static void main(String[] args) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 1024);
        server.createContext("/orders", Server::place);
        server.setExecutor(Executors.newFixedThreadPool(16));
        server.start();
    }
}
