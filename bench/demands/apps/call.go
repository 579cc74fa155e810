// Prints the CPU time of this process per database call, several runs.
// Arguments: driver (pgx or pq), database, workers that call at once.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"sort"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgtype"
	"github.com/jackc/pgx/v4/pgxpool"
	_ "github.com/lib/pq"
)

const (
	calls = 30000
	query = "select * from orders where id = $1"
)

type order struct {
	id, customer    int64
	status, payload string
	created         time.Time
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func cpuUs() float64 {
	var u syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e3
}

func pgxCall(db string) func(int64) {
	pool, err := pgxpool.Connect(context.Background(),
		"host=127.0.0.1 user=postgres sslmode=disable pool_max_conns=4 dbname="+db)
	check(err)
	return func(id int64) {
		var o order
		var amount pgtype.Numeric
		check(pool.QueryRow(context.Background(), query, id).
			Scan(&o.id, &o.customer, &o.status, &amount, &o.created, &o.payload))
	}
}

func pqCall(name string) func(int64) {
	db, err := sql.Open("postgres", "host=127.0.0.1 user=postgres sslmode=disable dbname="+name)
	check(err)
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	statement, err := db.Prepare(query)
	check(err)
	return func(id int64) {
		var o order
		var amount string
		check(statement.QueryRow(id).
			Scan(&o.id, &o.customer, &o.status, &amount, &o.created, &o.payload))
	}
}

func batch(call func(int64), workers int) (float64, float64) {
	cpu, start := cpuUs(), time.Now()
	var done sync.WaitGroup
	for w := 0; w < workers; w++ {
		done.Add(1)
		go func(first int) {
			defer done.Done()
			for i := first; i < calls; i += workers {
				call(1 + int64(i)*7919%10000)
			}
		}(w)
	}
	done.Wait()
	ms := float64(time.Since(start).Microseconds()) / 1e3 * float64(workers) / calls
	return (cpuUs() - cpu) / calls, ms
}

func main() {
	workers := 1
	if len(os.Args) > 3 {
		var err error
		workers, err = strconv.Atoi(os.Args[3])
		check(err)
	}
	open := map[string]func(string) func(int64){"pgx": pgxCall, "pq": pqCall}[os.Args[1]]
	call := open(os.Args[2])
	batch(call, workers)
	var cpus, walls []float64
	for i := 0; i < 3; i++ {
		cpu, wall := batch(call, workers)
		cpus, walls = append(cpus, cpu), append(walls, wall)
	}
	sort.Float64s(walls)
	out, err := json.Marshal(map[string]interface{}{"cpu_us": cpus, "wall_ms": walls[1]})
	check(err)
	fmt.Println(string(out))
}
