package a;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.client.RestTemplate;
import org.springframework.beans.factory.annotation.Value;
@RestController @RequestMapping("/orders")
class OrderController {
  @Value("${stock.url:http://stock}") private String stock;
  private final RestTemplate rest;
  OrderController(RestTemplate rest) { this.rest = rest; }
  @GetMapping("/{id}") Order get(@PathVariable long id) { return rest.getForObject(stock + "/items/" + id, Order.class); }
  @RequestMapping(value = "/all", method = RequestMethod.POST) void all() { rest.exchange("http://billing/x", HttpMethod.PUT, null, Order.class); }
}
