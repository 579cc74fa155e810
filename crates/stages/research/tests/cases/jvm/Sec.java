package a;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
class S { void c(HttpSecurity http) { http.authorizeRequests().anyRequest().authenticated().and().oauth2ResourceServer(o -> o.jwt()); } @Test void t() { new Jedis("cache", 6379).get("x"); } }
