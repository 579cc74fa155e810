import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Prints the CPU time of this process per database call, several runs. Arguments: database, threads. */
public class Call {
    static final int CALLS = 60_000;
    static final BlockingQueue<Connection> POOL = new ArrayBlockingQueue<>(4);

    static double cpuUs() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime() / 1e3;
    }

    /** The driver keeps a closed statement with its server-side plan for the next of the same text. */
    static long call(int i) throws Exception {
        Connection connection = POOL.take();
        try (PreparedStatement s = connection.prepareStatement("select * from orders where id = ?")) {
            s.setLong(1, 1 + i * 7919L % 10_000);
            try (ResultSet row = s.executeQuery()) {
                row.next();
                return row.getLong(1) + row.getLong(2) + row.getString(3).length()
                    + row.getBigDecimal(4).signum() + row.getTimestamp(5).getTime()
                    + row.getString(6).length();
            }
        } finally {
            POOL.add(connection);
        }
    }

    static double[] batch(ExecutorService pool, int threads) throws Exception {
        double cpu = cpuUs();
        long wall = System.nanoTime();
        Future<?>[] done = new Future<?>[threads];
        for (int t = 0; t < threads; t++) {
            int first = t;
            done[t] = pool.submit(() -> {
                long seen = 0;
                for (int i = first; i < CALLS; i += threads) {
                    seen += call(i);
                }
                return seen;
            });
        }
        for (Future<?> each : done) {
            each.get();
        }
        double ms = (System.nanoTime() - wall) / 1e6 * threads / CALLS;
        return new double[] {(cpuUs() - cpu) / CALLS, ms};
    }

    public static void main(String[] arguments) throws Exception {
        int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        for (int i = 0; i < 4; i++) {
            POOL.add(DriverManager.getConnection("jdbc:postgresql://127.0.0.1/" + arguments[0]
                + "?sslmode=disable", "postgres", ""));
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        for (int i = 0; i < 3; i++) {
            batch(pool, threads);
        }
        double[] cpu = new double[3];
        double[] wall = new double[3];
        for (int i = 0; i < 3; i++) {
            double[] run = batch(pool, threads);
            cpu[i] = run[0];
            wall[i] = run[1];
        }
        Arrays.sort(wall);
        pool.shutdown();
        System.out.printf(Locale.ROOT, "{\"cpu_us\": %s, \"wall_ms\": %f}%n", Arrays.toString(cpu), wall[1]);
    }
}
