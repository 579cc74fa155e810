// Prints the CPU time of this process per database call, several runs.
// Arguments: database, workers that call at once.
use std::time::Instant;

use chrono::{DateTime, Utc};
use deadpool_postgres::{Config, Pool, PoolConfig, Runtime};
use rust_decimal::Decimal;
use tokio_postgres::NoTls;

const CALLS: i64 = 30_000;

fn cpu_us() -> f64 {
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let status = unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) };
    assert_eq!(status, 0, "getrusage");
    let us = |t: libc::timeval| t.tv_sec as f64 * 1e6 + t.tv_usec as f64;
    us(usage.ru_utime) + us(usage.ru_stime)
}

async fn call(pool: &Pool, i: i64) -> i64 {
    let client = pool.get().await.expect("connection");
    let statement = client
        .prepare_cached("select * from orders where id = $1")
        .await
        .expect("statement");
    let row = client.query_one(&statement, &[&(1 + i * 7919 % 10_000)]).await.expect("row");
    let amount: Decimal = row.get(3);
    let created: DateTime<Utc> = row.get(4);
    let text = row.get::<_, String>(2) + row.get::<_, &str>(5);
    assert!(!amount.is_zero() && created.timestamp() > 0 && !text.is_empty());
    row.get::<_, i64>(0) + i64::from(row.get::<_, i32>(1))
}

async fn batch(pool: &Pool, workers: i64) -> (f64, f64) {
    let (cpu, wall) = (cpu_us(), Instant::now());
    let tasks: Vec<_> = (0..workers)
        .map(|worker| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut seen = 0;
                for i in (worker..CALLS).step_by(workers as usize) {
                    seen += call(&pool, i).await;
                }
                seen
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.expect("worker") > 0);
    }
    let calls = CALLS as f64;
    let wall_ms = wall.elapsed().as_secs_f64() * 1e3 * workers as f64 / calls;
    ((cpu_us() - cpu) / calls, wall_ms)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut config = Config::new();
    config.host = Some("127.0.0.1".into());
    config.user = Some("postgres".into());
    config.dbname = Some(arguments.next().expect("database"));
    config.pool = Some(PoolConfig::new(4));
    let workers = arguments.next().map_or(1, |w| w.parse().expect("workers"));
    let pool = config.create_pool(Some(Runtime::Tokio1), NoTls).expect("pool");
    batch(&pool, workers).await;
    let mut runs = Vec::new();
    for _ in 0..3 {
        runs.push(batch(&pool, workers).await);
    }
    let cpu: Vec<String> = runs.iter().map(|(cpu, _)| cpu.to_string()).collect();
    runs.sort_by(|a, b| a.1.total_cmp(&b.1));
    println!("{{\"cpu_us\": [{}], \"wall_ms\": {}}}", cpu.join(", "), runs[1].1);
}
