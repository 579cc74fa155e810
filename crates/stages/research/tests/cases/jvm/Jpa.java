package a;
import jakarta.persistence.*;
import org.springframework.data.jpa.repository.JpaRepository;
@Entity @Table(name = "orders") class Order { @Id Long id; @ManyToOne Customer customer; @OneToMany List<Line> lines; @Transient int x; }
interface Orders extends JpaRepository<Order, Long> { }
