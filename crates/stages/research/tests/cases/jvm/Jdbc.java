package a;
import org.springframework.jdbc.core.JdbcTemplate;
class Dao { JdbcTemplate jdbc; void all() { for (Long id : ids) { jdbc.queryForObject("select * from orders where id = ?", id); } jdbc.update("delete from orders"); } }
