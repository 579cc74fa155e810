package a;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;
class Events { private KafkaTemplate<String, String> kafka; static final String OUT = "paid";
 @KafkaListener(topics = "orders") void on(String s) { kafka.send(OUT, s); } }
