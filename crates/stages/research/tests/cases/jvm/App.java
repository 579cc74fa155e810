package a;
import org.springframework.boot.SpringApplication;
import org.springframework.cloud.netflix.eureka.server.EnableEurekaServer;
import org.springframework.cloud.config.server.EnableConfigServer;
import org.springframework.cloud.netflix.zuul.EnableZuulProxy;
import org.springframework.scheduling.annotation.Scheduled;
import com.netflix.hystrix.contrib.javanica.annotation.HystrixCommand;
@EnableEurekaServer @EnableConfigServer @EnableZuulProxy
class App { public static void main(String[] a) { SpringApplication.run(App.class, a); } @Scheduled(cron = "0 * * * * *") void tick() {} @HystrixCommand(fallbackMethod = "x") void y() {} }
