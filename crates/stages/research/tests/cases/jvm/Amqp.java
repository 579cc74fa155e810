package a;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
class Events { RabbitTemplate rabbit; @RabbitListener(queues = "orders") void on(String s) { rabbit.convertAndSend("paid", s); } }
