// Prints the CPU time of this process per database call, several runs.
const { Pool } = require('pg')
const pool = new Pool({ host: '127.0.0.1', user: 'postgres', database: process.argv[2], ssl: false })
const N = 10000
async function batch () {
  const cpu = process.cpuUsage()
  const wall = process.hrtime.bigint()
  for (let i = 0; i < N; i++) {
    await pool.query({ name: 'q', text: 'select * from orders where id = $1', values: [1 + i * 7919 % 10000] })
  }
  const used = process.cpuUsage(cpu)
  return [(used.user + used.system) / N, Number(process.hrtime.bigint() - wall) / 1e6 / N]
}
(async () => {
  await batch()
  const runs = []
  for (let i = 0; i < 3; i++) runs.push(await batch())
  console.log(JSON.stringify({ cpu_us: runs.map(r => r[0]), wall_ms: runs.map(r => r[1]).sort((a, b) => a - b)[1] }))
  await pool.end()
})()
