package a;
import org.springframework.web.reactive.function.client.WebClient;
class Client {
  private final WebClient web = WebClient.builder().baseUrl("http://stock:8080").build();
  Mono<Order> get(long id) { return web.get().uri("/items/{id}", id).retrieve().bodyToMono(Order.class); }
  Mono<Order> put(WebClient.Builder b) { return b.build().put().uri("http://billing/x").retrieve().bodyToMono(Order.class); }
}
