package a;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.GetMapping;
@FeignClient(name = "stock", url = "${stock.url:}")
interface Stock { @GetMapping("/items/{id}") Item item(@PathVariable("id") long id); }
